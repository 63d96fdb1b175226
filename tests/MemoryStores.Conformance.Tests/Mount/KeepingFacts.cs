using System.Diagnostics;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>What close() promises, where the server is away, where the disk is full, and where nothing is mounted.</summary>
public sealed class KeepingFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task Under_o_sync_a_close_after_a_write_returns_when_the_server_has_it()
    {
        var mount = await mounts.MountAsync(await mounts.NewStoreAsync(), "-o", "sync");
        await mount.Root.ShAsync("echo one > f");
        Assert.Equal(["a created f: one\n"], await mount.Root.VersionsAsync());
        await mount.Root.ShAsync("echo two >> f");
        Assert.Equal(["a created f: one\n", "a modified f: one\ntwo\n"], await mount.Root.VersionsAsync());
        // A rename holds locks of the kernel's, and waits for nobody.
        await mount.Root.ShAsync("sed -i s/one/eins/ f");
        await mount.Root.AssertVersionsAsync("a created f: one\n", "a modified f: one\ntwo\n", "a modified f: eins\ntwo\n");
    }

    [Fact]
    public async Task Under_o_sync_a_close_says_EIO_while_the_server_is_away_and_the_save_is_kept()
    {
        await using var server = await ServerOfItsOwn.StartAsync(mounts);
        var mount = await server.MountAsync("-o", "sync");
        await mount.Root.ShAsync("echo one > f");
        await server.StopAnsweringAsync();
        Assert.Equal("EIO", await mount.Root.PythonAsync("print(outcome(write, 'f', 'two\\n'))"));
        await server.GoOnAsync();
        Assert.True((await mount.DrainAsync()).Clean);
        Assert.Equal("two\n", await mount.Root.ReadAsync("f"));
    }

    [Fact]
    public async Task Bytes_leave_the_journal_when_the_server_has_them()
    {
        var mount = await mounts.MountAsync();
        await mount.Root.ShAsync("echo MARK-IN-JOURNAL > f");
        Assert.True((await mount.DrainAsync()).Clean);
        await Eventually.HoldsAsync(() => !JournalFiles().Any(file => Contains(file, "MARK-IN-JOURNAL")), () => "they are still there");
        foreach (var file in JournalFiles()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task What_was_closed_while_the_server_was_away_is_sent_by_the_next_mount_after_a_kill()
    {
        await using var server = await ServerOfItsOwn.StartAsync(mounts);
        var mount = await server.MountAsync();
        await mount.Root.ShAsync("echo one > f; echo gone > g; mkdir d; echo below > d/x");
        Assert.True((await mount.DrainAsync()).Clean);
        await server.StopAnsweringAsync();
        await mount.Root.ShAsync("echo two >> f; rm g; mv d e; echo new > h; mkdir empty");
        await mount.SignalAsync("KILL");
        await mount.DisposeAsync();
        await server.GoOnAsync();
        var next = await server.MountAsync();
        Assert.Equal("one\ntwo", await next.Root.ShAsync("cat f"));
        Assert.Equal("e\nempty\nf\nh", await next.Root.ShAsync("ls"));
        await next.Root.AssertVersionsAsync(
            "a created f: one\n", "b created g: gone\n", "c created d/x: below\n", "a modified f: one\ntwo\n", "b deleted g", "c modified e/x: below\n", "d created h: new\n");
        Assert.Equal(0, (await next.StatusAsync()).Conflicts);
    }

    [Fact]
    public async Task A_full_disk_below_the_journal_is_ENOSPC_before_anything_changed()
    {
        var store = await mounts.NewStoreAsync();
        var state = mounts.Home.File("full");
        Directory.CreateDirectory(state);
        Assert.Equal(0, (await ProgramRun.RunAsync(new ProgramStart("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", state))).ExitCode);
        try
        {
            await using var mount = await LiveMount.StartAsync(mounts, store, new MountStart { Directory = mounts.Home.File("on-full"), Variables = new() { ["XDG_STATE_HOME"] = state } });
            await mount.Root.ShAsync("echo kept > f");
            Assert.True((await mount.DrainAsync()).Clean);
            // What is left of the disk goes to others.
            await ProgramRun.RunAsync(new ProgramStart("sh", "-c", $"dd if=/dev/zero of={state}/filler bs=64k 2>/dev/null; true"));
            var outcomes = await mount.Root.PythonAsync("print(set(outcome(write, 'g' + str(i), 'x' * 100000) for i in range(40)))");
            Assert.Contains("'ENOSPC'", outcomes, StringComparison.Ordinal);
            Assert.DoesNotContain("EIO", outcomes, StringComparison.Ordinal);
            Assert.Equal("kept\n", await mount.Root.ReadAsync("f"));
            File.Delete(state + "/filler");
            await mount.Root.ShAsync("echo again > f");
            await Eventually.HoldsAsync(async () => (await mount.DrainAsync()).Pending == 0, () => "it does not drain");
            Assert.Equal("again\n", (await mount.Root.MemoriesAsync())["f"].Content!.ToString());
        }
        finally
        {
            await ProgramRun.RunAsync(new ProgramStart("umount", "-l", state));
        }
    }

    [Fact]
    public async Task The_bare_directory_is_closed_while_a_mount_uses_it()
    {
        var mount = await mounts.MountAsync();
        await mount.SignalAsync("KILL");
        await mount.DisposeAsync();
        const UnixFileMode closed = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        Assert.Equal(closed, File.GetUnixFileMode(mount.Directory));
        var next = await mounts.MountAsync(mount.Store, new MountStart { Directory = mount.Directory });
        Assert.Equal(0, await next.StopAsync());
        Assert.Equal(closed | UnixFileMode.UserWrite, File.GetUnixFileMode(mount.Directory));
    }

    [Fact]
    public async Task Files_written_while_nothing_was_mounted_are_taken_in_beside_what_the_store_has()
    {
        var store = await mounts.NewStoreAsync();
        var mount = await mounts.MountAsync(store);
        await mount.Root.ShAsync("echo stored > both; echo same > same");
        Assert.Equal(0, await mount.StopAsync());
        var directory = mount.Directory;
        Directory.CreateDirectory(directory + "/d");
        Directory.CreateDirectory(directory + "/.git");
        foreach (var (name, text) in new[] { ("both", "stray\n"), ("same", "same\n"), ("d/new", "new\n"), (".git/HEAD", "ref\n") }) await File.WriteAllTextAsync(Path.Combine(directory, name), text);
        var next = await mounts.MountAsync(store, new MountStart { Directory = directory, Options = ["--import-stray"] });
        Assert.Equal("stored\nstray\n", await next.Root.ReadAsync("both"));
        Assert.Equal("ref\n", await next.Root.ReadAsync(".git/HEAD"));
        await next.Root.AssertVersionsAsync("a created both: stored\n", "b created same: same\n", "c created d/new: new\n", "a modified both: stored\nstray\n");
        Assert.Equal(0, await next.StopAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
    }

    [Fact]
    public async Task Of_stray_files_none_is_taken_when_one_can_be_no_memory()
    {
        var store = await mounts.NewStoreAsync();
        var directory = mounts.Home.File("strays");
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(directory + "/good", "good\n");
        await File.WriteAllBytesAsync(directory + "/picture", [0xff]);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => mounts.MountAsync(store, new MountStart { Directory = directory, Options = ["--import-stray"] }));
        Assert.Contains($"{directory}/picture cannot be taken into the store: it is not UTF-8", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(directory).Length);
    }

    private IEnumerable<string> JournalFiles() => Directory.EnumerateFiles(mounts.Variables["XDG_STATE_HOME"], "*.journal", SearchOption.AllDirectories);

    private static bool Contains(string file, string text)
    {
        try
        {
            return File.ReadAllText(file).Contains(text, StringComparison.Ordinal);
        }
        catch (FileNotFoundException)
        {
            return false; // Another one has begun.
        }
    }

    /// <summary>A server and a store that a test may do to what it likes.</summary>
    private sealed class ServerOfItsOwn(MountFixture fixture) : IAsyncDisposable
    {
        private Contract.Wire.StoreBody store = null!;

        public static async Task<ServerOfItsOwn> StartAsync(MountFixture _)
        {
            var fixture = new MountFixture();
            await fixture.InitializeAsync();
            return new ServerOfItsOwn(fixture) { store = await fixture.NewStoreAsync() };
        }

        public Task<LiveMount> MountAsync(params string[] options) => fixture.MountAsync(store, options);

        public Task StopAnsweringAsync() => SignalAsync("STOP");

        public Task GoOnAsync() => SignalAsync("CONT");

        public async ValueTask DisposeAsync()
        {
            await GoOnAsync();
            await fixture.DisposeAsync();
        }

        private async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{fixture.Server.Id}"]);
            await kill.WaitForExitAsync();
        }
    }
}
