using MemoryStores.Conformance.Tests.Cli;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>A mount of a store whose server knows the official API alone: it polls, and all else is as with ours.</summary>
public sealed class PollingFacts(PollingFacts.OfficialServer mounts) : IClassFixture<PollingFacts.OfficialServer>
{
    [Fact]
    public async Task Saves_are_versions()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f; echo two >> f; sed -i s/one/ONE/ f; mv f g; rm g; echo last > h");
        await place.Mount.DrainAsync();
        Assert.Equal(
            ["a created f: one\n", "a modified f: one\ntwo\n", "a modified f: ONE\ntwo\n", "a modified g: ONE\ntwo\n", "a deleted g", "b created h: last\n"],
            await place.VersionsAsync());
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task An_atomic_save_with_fsync_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("write('f', 'one', sync=True); write('f.tmp', 'two', sync=True); os.replace('f.tmp', 'f')");
        await place.AssertVersionsAsync("a created f: one", "a modified f: two");
    }

    [Fact]
    public async Task What_others_do_appears()
    {
        var place = await mounts.PlaceAsync();
        Assert.False(File.Exists(place.File("a/f")));
        var memory = await place.CreateElsewhereAsync("a/f", "one");
        await Eventually.HoldsAsync(() => File.Exists(place.File("a/f")), () => "no file");
        await place.WriteElsewhereAsync(memory, "two");
        await Eventually.EqualAsync("two", () => File.ReadAllText(place.File("a/f")));
        await place.MoveElsewhereAsync(memory, "g");
        await Eventually.HoldsAsync(() => File.Exists(place.File("g")) && !Directory.Exists(place.File("a")), () => "not moved");
        await place.DeleteElsewhereAsync(memory);
        await Eventually.HoldsAsync(() => !File.Exists(place.File("g")), () => "still there");
    }

    [Fact]
    public async Task A_directory_cannot_be_renamed_and_mv_copies_it()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("mkdir -p old/sub empty; echo 1 > old/a; echo 2 > old/sub/b");
        await place.Mount.DrainAsync();
        Assert.Equal("EXDEV OK EINVAL", await place.PythonAsync("print(outcome(os.rename, 'old', 'new'), outcome(os.rename, 'empty', 'still-empty'), outcome(c, 'renameat2', -100, b'old/a', -100, b'old/sub/b', 2))"));
        await place.ShAsync("mv old new");
        await place.Mount.DrainAsync();
        Assert.Equal(["new/a", "new/sub/b"], (await place.MemoriesAsync()).Keys);
        Assert.Equal("new\nstill-empty", await place.ShAsync("ls -A"));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Changes_of_different_lines_are_both_in_the_head()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", "1\n2\n3\n4\n5\n6\n7\n8\n");
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("f = open('f', 'r+'); f.seek(2); f.write('B'); f.flush()");
        await place.WriteElsewhereAsync(memory, "1\n2\n3\n4\n5\n6\n7\nH\n");
        await program.DoAsync("f.close()");
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal("1\nB\n3\n4\n5\n6\n7\nH\n", await place.ReadAsync("f"));
    }

    [Fact]
    public async Task Archiving_is_noticed()
    {
        var mount = await mounts.MountAsync();
        await mount.Root.ShAsync("echo 1 > f");
        await mount.DrainAsync();
        await mounts.Api.Stores.ArchiveAsync(mount.Store.Id);
        await Eventually.HoldsAsync(async () => await mount.Root.PythonAsync("print(outcome(os.open, 'f', os.O_WRONLY))") == "EROFS", () => "it can be written to");
    }

    [Fact]
    public async Task Deleting_is_noticed()
    {
        var mount = await mounts.MountAsync();
        await mount.Root.ShAsync("echo 1 > f");
        await mount.DrainAsync();
        await mounts.Api.Stores.DeleteAsync(mount.Store.Id);
        // The file itself may be found gone before the store is.
        await Eventually.HoldsAsync(async () => await mount.Root.PythonAsync("print(outcome(os.open, 'f', os.O_WRONLY | os.O_CREAT))") == "ESTALE", () => "it can be written to");
    }

    /// <summary>Mounts reach the server by a proxy that knows /v1 alone.</summary>
    public sealed class OfficialServer : MountFixture
    {
        private readonly List<OfficialOnly> proxies = [];

        public override Uri MountUrl => new(proxies[0].Url);

        public override async Task InitializeAsync()
        {
            await base.InitializeAsync();
            proxies.Add(new OfficialOnly(Server.Url));
        }

        public override async Task DisposeAsync()
        {
            await base.DisposeAsync();
            foreach (var proxy in proxies) await proxy.DisposeAsync();
        }
    }
}
