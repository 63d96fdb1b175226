namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>A read-only mount: nothing can be changed by whatever call, and what others change is shown.</summary>
public sealed class ReadOnlyFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task Every_call_that_changes_anything_says_EROFS()
    {
        var (mount, place) = await MountAsync();
        var said = await place.PythonAsync("""
            calls = {
                'open for writing': (os.open, 'f', os.O_WRONLY), 'open for both': (os.open, 'f', os.O_RDWR), 'open to append': (os.open, 'f', os.O_WRONLY | os.O_APPEND),
                'open to truncate': (os.open, 'f', os.O_WRONLY | os.O_TRUNC), 'create': (os.open, 'new', os.O_WRONLY | os.O_CREAT), 'unnamed': (os.open, '.', os.O_TMPFILE | os.O_RDWR),
                'truncate': (os.truncate, 'f', 0), 'unlink': (os.unlink, 'f'), 'mkdir': (os.mkdir, 'new'), 'rmdir': (os.rmdir, 'sub'), 'rename': (os.rename, 'f', 'g'),
                'rename over': (os.rename, 'f', 'sub/x'), 'exchange': (c, 'renameat2', -100, b'f', -100, b'sub/x', 2), 'link': (os.link, 'f', 'g'), 'symlink': (os.symlink, 'f', 'g'),
                'chmod': (os.chmod, 'f', 0o600), 'chown': (os.chown, 'f', 1, 1), 'utimens': (os.utime, 'f'), 'setxattr': (os.setxattr, 'f', 'user.a', b'1'),
                'removexattr': (os.removexattr, 'f', 'user.a'), 'mknod': (os.mknod, 'new'), 'fifo': (os.mkfifo, 'new'),
            }
            for name, (call, *given) in calls.items():
                if (got := outcome(call, *given)) != 'EROFS': print(name, got)
            fd = os.open('f', os.O_RDONLY)
            for name, got in (('ftruncate', outcome(os.ftruncate, fd, 0)), ('fallocate', outcome(c, 'fallocate', fd, 0, 0, 100)), ('write', outcome(os.write, fd, b'x'))):
                if got not in ('EBADF', 'EINVAL'): print(name, got)
            try: mmap.mmap(fd, 0, prot=mmap.PROT_WRITE); print('mapped')
            except PermissionError: pass
            print(read('f'), os.access('f', os.W_OK), os.access('f', os.R_OK))
            """);
        Assert.Equal("one\n False True", said);
        Assert.Empty((await mount.DrainAsync()).Problems);
        Assert.Equal(2, (await place.VersionsAsync()).Count);
    }

    [Fact]
    public async Task What_others_change_is_shown()
    {
        var (_, place) = await MountAsync();
        var before = await place.MemoriesAsync();
        await using var open = File.OpenRead(place.File("f"));
        Assert.False(File.Exists(place.File("new")));
        await place.WriteElsewhereAsync(before["f"], "changed");
        await place.CreateElsewhereAsync("new", "new");
        await place.MoveElsewhereAsync(before["sub/x"], "deeper/down/x");
        await place.CatchUpAsync();
        Assert.Equal("changed", new StreamReader(open).ReadToEnd());
        await Eventually.HoldsAsync(async () => await place.ShAsync("ls -A") == "deeper\nf\nnew", () => "the directory that nothing is in any more stays");
    }

    private async Task<(LiveMount Mount, Place Place)> MountAsync()
    {
        var store = await mounts.NewStoreAsync();
        foreach (var (path, content) in new[] { ("/f", "one\n"), ("/sub/x", "two\n") })
            await mounts.Api.Memories.CreateAsync(store.Id, path, Contract.MemoryContent.Of(content));
        var mount = await mounts.MountAsync(store, "--read-only");
        return (mount, mount.Root);
    }
}
