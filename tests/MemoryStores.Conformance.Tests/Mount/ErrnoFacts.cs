using System.Diagnostics;
using System.Globalization;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>What the mount refuses, and by which errno: the table of docs/mount.md.</summary>
public sealed class ErrnoFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task A_memory_holds_102_400_bytes_and_not_one_more()
    {
        var place = await mounts.PlaceAsync();
        Assert.Equal("OK EFBIG EFBIG EFBIG EFBIG 102400", await place.PythonAsync("""
            full = 'x' * 102400
            fits = outcome(write, 'full', full)
            more = outcome(write, 'full', 'x', os.O_WRONLY | os.O_APPEND)
            longer = outcome(os.truncate, 'full', 102401)
            write('other', 'small')
            fd = os.open('other', os.O_RDWR)
            far = outcome(os.pwrite, fd, b'x', 102400)
            room = outcome(os.posix_fallocate, fd, 0, 102401)
            os.close(fd)
            print(fits, more, longer, far, room, os.stat('full').st_size)
            """));
        await place.Mount.DrainAsync();
        Assert.Equal([$"a created full: {new string('x', 102_400)}", "b created other: small"], await place.VersionsAsync());
        Assert.Equal(0, (await place.Mount.StatusAsync()).Drafts);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_file_of_which_a_part_was_too_large_is_a_draft_and_never_a_version()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        Assert.Equal("EFBIG EFBIG EFBIG", await place.PythonAsync("""
            write('f', 'good')
            torn = outcome(write, 'f', 'x' * 102401)
            fd = os.open('g', os.O_WRONLY | os.O_CREAT)
            for i in range(25): os.write(fd, b'y' * 4096)
            part = outcome(os.write, fd, b'z'); synced = outcome(os.fsync, fd); os.close(fd)
            print(torn, part, synced)
            """));
        var drained = await mount.DrainAsync();
        Assert.Equal((0, 2), (drained.Pending, drained.Drafts));
        Assert.Contains(drained.Problems, problem => problem.Contains("/d/g is not saved: it is larger than 102,400 bytes", StringComparison.Ordinal));
        Assert.Equal(["a created f: good"], await place.VersionsAsync());
        await place.ShAsync("echo small > f; rm g");
        Assert.True((await mount.DrainAsync()).Clean);
        await place.AssertVersionsAsync("a created f: good", "a modified f: small\n");
    }

    [Fact]
    public async Task A_torn_file_renamed_over_a_memory_is_no_version_of_it()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        await place.PythonAsync("""
            write('f', 'good')
            fd = os.open('f.tmp', os.O_WRONLY | os.O_CREAT); os.write(fd, b'part'); outcome(os.pwrite, fd, b'x', 102400); os.close(fd)
            os.rename('f.tmp', 'f')
            """);
        var drained = await mount.DrainAsync();
        Assert.Equal((0, 1), (drained.Pending, drained.Drafts));
        Assert.Equal(["a created f: good"], await place.VersionsAsync());
    }

    [Fact]
    public async Task Names_that_no_memory_can_have_are_refused()
    {
        var place = await mounts.PlaceAsync();
        Assert.Equal("EILSEQ ENOENT EINVAL EINVAL EINVAL ENAMETOOLONG OK ENAMETOOLONG", await place.PythonAsync("""
            print(outcome(write, b'\xff', 'x'), outcome(os.stat, b'\xff'), outcome(write, 'e\u0301', 'x'), outcome(write, 'a\nb', 'x'), outcome(write, 'a\u200bb', 'x'),
                  outcome(write, 'n' * 256, 'x'), outcome(write, 'n' * 255, 'x'), outcome(os.stat, 'n' * 256))
            """));
        Assert.Equal("EILSEQ EINVAL EINVAL ENAMETOOLONG", await place.PythonAsync("""
            write('f', '1')
            print(outcome(os.rename, 'f', b'\xff'), outcome(os.rename, 'f', 'e\u0301'), outcome(os.mkdir, 'a\x01b'), outcome(os.rename, 'f', 'n' * 256))
            """));
        await place.Mount.DrainAsync();
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_path_has_at_most_20_parts_and_1_024_bytes()
    {
        var place = await mounts.PlaceAsync();
        // The test's own directory is the first part.
        Assert.Equal("OK ENAMETOOLONG ENAMETOOLONG EXDEV", await place.PythonAsync("""
            deep = '/'.join(str(i) for i in range(2, 20))
            os.makedirs(deep)
            fits = outcome(write, deep + '/f', 'x')
            directory = outcome(os.mkdir, deep + '/d') and outcome(write, deep + '/d/f', 'x')
            long = '/'.join('n' * 250 for i in range(4))
            os.makedirs(long)
            far = outcome(write, long + '/' + 'm' * 30, 'x')
            os.makedirs('t/u'); write('t/u/f', 'x'); fd = os.open('t/u/f', os.O_RDONLY)
            moved = outcome(os.rename, 't', deep + '/t')
            print(fits, directory, far, 'EXDEV' if moved in ('EXDEV', 'ENAMETOOLONG') else moved)
            """));
        await place.Mount.DrainAsync();
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Links_devices_and_pipes_are_refused()
    {
        var place = await mounts.PlaceAsync();
        Assert.Equal("EPERM EPERM EPERM EPERM EPERM OK", await place.PythonAsync("""
            write('f', '1')
            print(outcome(os.link, 'f', 'hard'), outcome(os.symlink, 'f', 'soft'), outcome(os.mkfifo, 'pipe'), outcome(os.mknod, 'device', stat.S_IFCHR | 0o600, os.makedev(1, 3)),
                  outcome(os.mknod, 'socket', stat.S_IFSOCK | 0o600), outcome(os.mknod, 'file', stat.S_IFREG | 0o600))
            """));
        Assert.Equal("f\nfile", await place.ShAsync("ls -A"));
    }

    [Fact]
    public async Task Between_memories_and_local_files_a_rename_says_EXDEV_and_mv_copies()
    {
        var place = await mounts.PlaceAsync();
        Assert.Equal("EXDEV EXDEV", await place.PythonAsync("""
            os.mkdir('.git'); write('.git/config', 'local'); write('f', 'memory')
            print(outcome(os.rename, 'f', '.git/f'), outcome(os.rename, '.git/config', 'config'))
            """));
        await place.ShAsync("mv .git/config config; mv f .git/f; cat .git/f");
        await place.Mount.DrainAsync();
        Assert.Equal(["config"], (await place.MemoriesAsync()).Keys);
    }

    [Fact]
    public async Task An_archived_store_is_read_only_from_the_next_open()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        await place.ShAsync("echo 1 > f");
        await mount.DrainAsync();
        await mounts.Api.Stores.ArchiveAsync(mount.Store.Id);
        await Eventually.HoldsAsync(async () => await place.PythonAsync("print(outcome(os.open, 'f', os.O_WRONLY))") == "EROFS", () => "it can be written to");
        Assert.Equal("EROFS EROFS EROFS EROFS EROFS EROFS 1", await place.PythonAsync("""
            print(outcome(write, 'g', 'x'), outcome(os.truncate, 'f', 0), outcome(os.unlink, 'f'), outcome(os.rename, 'f', 'g'), outcome(os.mkdir, 'x'), outcome(os.mknod, 'n'), read('f').strip())
            """));
    }

    [Fact]
    public async Task A_revoked_key_means_permission_denied()
    {
        var key = (await mounts.Api.Keys.CreateAsync(new CreateKeyBody { Name = "short-lived", Role = "write" })).Value;
        var mount = await mounts.MountAsync(await mounts.NewStoreAsync(), new MountStart { Key = key.Key });
        var place = mount.Place("d");
        await place.ShAsync("echo 1 > f");
        await mount.DrainAsync();
        await mounts.Api.Keys.RevokeAsync(key.Id);
        Assert.Equal("EACCES", await place.PythonAsync("print(outcome(write, 'f', '2', sync=True))"));
        await Eventually.HoldsAsync(async () => await place.PythonAsync("print(outcome(os.open, 'f', os.O_WRONLY))") == "EACCES", () => "it can be written to");
        Assert.Equal("2", await place.ReadAsync("f"));
        Assert.True((await mount.StatusAsync()).Pending > 0);
    }

    [Fact]
    public async Task A_deleted_store_is_stale()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        await place.ShAsync("echo 1 > f");
        await mount.DrainAsync();
        await mounts.Api.Stores.DeleteAsync(mount.Store.Id);
        await Eventually.HoldsAsync(async () => await place.PythonAsync("print(outcome(os.open, 'f', os.O_WRONLY))") == "ESTALE", () => "it can be written to");
        Assert.Equal("ESTALE ESTALE ESTALE", await place.PythonAsync("print(outcome(write, 'g', 'x'), outcome(os.unlink, 'f'), outcome(os.rename, 'f', 'g'))"));
    }

    [Fact]
    public async Task Xattrs_locks_and_permissions_are_what_programs_expect_of_a_simple_file_system()
    {
        var place = await mounts.PlaceAsync();
        Assert.Equal("ENOTSUP OK True 0o640", await place.PythonAsync("""
            import fcntl
            errno.errorcode[errno.ENOTSUP] = 'ENOTSUP'
            write('f', '1')
            xattr = outcome(os.setxattr, 'f', 'user.a', b'1')
            fd = os.open('f', os.O_RDWR); lock = outcome(fcntl.flock, fd, fcntl.LOCK_EX); fcntl.lockf(fd, fcntl.LOCK_EX); os.close(fd)
            os.utime('f', (1, 2)); os.chmod('f', 0o640)
            print(xattr, lock, os.stat('f').st_mtime == 2, oct(os.stat('f').st_mode & 0o777))
            """));
        await place.AssertVersionsAsync("a created f: 1");
    }
}

/// <summary>The same for stores that are nearly full.</summary>
public sealed class FullStoreFacts(FullStoreFacts.SmallStores mounts) : IClassFixture<FullStoreFacts.SmallStores>
{
    private const int Memories = 12;
    private const int Bytes = 50_000;

    [Fact]
    public async Task One_memory_too_many_is_EDQUOT_and_statfs_agrees()
    {
        var mount = await mounts.MountAsync();
        Assert.Equal("12 EDQUOT EDQUOT EDQUOT 0 OK", await mount.Root.PythonAsync("""
            room = os.statvfs('.').f_ffree
            for i in range(room): write(f'f{i}', 'x')
            create = outcome(write, 'more', 'x'); node = outcome(os.mknod, 'more')
            os.mkdir('.git'); write('.git/f', 'x')
            free = os.statvfs('.').f_ffree
            scratch = outcome(write, 'more.tmp', 'x')
            os.unlink('f0')
            print(room, create, node, scratch, free, outcome(write, 'more', 'x'))
            """));
        Assert.True((await mount.DrainAsync()).Clean);
        await mount.Root.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_store_without_room_is_ENOSPC_and_what_was_torn_is_no_version()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Root;
        Assert.Equal("ENOSPC ENOSPC True", await place.PythonAsync("""
            write('f', 'x' * 30000); write('g', 'small')
            torn = outcome(write, 'g', 'y' * 30000)
            grown = outcome(os.truncate, 'f', 60000)
            v = os.statvfs('.')
            print(torn, grown, v.f_bavail * v.f_frsize <= 20000)
            """));
        var drained = await mount.DrainAsync();
        Assert.Equal((0, 1), (drained.Pending, drained.Drafts));
        Assert.Equal([$"a created f: {new string('x', 30_000)}", "b created g: small"], await place.VersionsAsync());
        await place.PythonAsync("os.unlink('f'); write('g', 'y' * 30000)");
        await place.Mount.DrainAsync();
        Assert.Equal($"b modified g: {new string('y', 30_000)}", (await place.VersionsAsync())[^1]);
        await place.AssertShowsStoreAsync();
    }

    public sealed class SmallStores : MountFixture
    {
        protected override string[] ServerOptions =>
        [
            "--limit", string.Create(CultureInfo.InvariantCulture, $"memories_per_store={Memories}"),
            "--limit", string.Create(CultureInfo.InvariantCulture, $"store_bytes={Bytes}"),
        ];
    }
}

/// <summary>A server that stops answering while a store is mounted.</summary>
public sealed class SilentServerFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task Fsync_says_EIO_after_5_seconds_reading_and_writing_go_on_and_all_arrives_in_the_end()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        await place.ShAsync("echo 1 > f");
        await mount.DrainAsync();
        await SignalAsync("STOP");
        try
        {
            var said = await place.PythonAsync("""
                fd = os.open('f', os.O_WRONLY | os.O_TRUNC); os.write(fd, b'2')
                start = time.monotonic(); sync = outcome(os.fsync, fd); took = time.monotonic() - start
                os.close(fd)
                start = time.monotonic()
                for i in range(20): write('g', str(i)); read('f'); os.listdir('.')
                os.mkdir('e'); os.rename('g', 'e/g')
                print(sync, 4.5 < took < 20, time.monotonic() - start < 4, read('f'), read('e/g'))
                """);
            Assert.Equal("EIO True True 2 19", said);
            Assert.True((await mount.StatusAsync()).Pending > 0);
        }
        finally
        {
            await SignalAsync("CONT");
        }
        Assert.True((await mount.DrainAsync()).Clean);
        Assert.Equal(["a created f: 1\n", "a modified f: 2"], (await place.VersionsAsync())[..2]);
        await place.AssertShowsStoreAsync();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, mounts.Server.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
