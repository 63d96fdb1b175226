using MemoryStores.Fuse;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Conformance.Tests.Fuse;

/// <summary>What the session promises, asked of the kernel itself: parking, interrupts, notifications, faults, and every way to end.</summary>
public sealed class SessionOnKernelFacts
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Perl's own handlers let a system call end, which those of shells do not.
    private const string SyncAndSayHowItEnded =
        "use IO::Handle; $| = 1; $SIG{USR1} = sub { }; open(F, '+<', $ARGV[0]) or die; print \"open\\n\"; print F->sync ? \"synced\\n\" : \"$!\\n\"";

    [Theory]
    [InlineData(false, InitFlags.AtomicOpenTruncate)]
    [InlineData(true, InitFlags.NoOpenSupport)]
    public async Task This_kernel_agrees_to_what_was_measured(bool readOnly, InitFlags own)
    {
        await using var mount = await ScriptedMount.StartAsync(readOnly);
        var agreed = mount.Mount.Session.Agreed!;
        Assert.InRange(agreed.Minor, Negotiation.OldestMinor, Negotiation.NewestMinor);
        var needed = own | InitFlags.MaxPages | InitFlags.DoReadDirPlus | InitFlags.NoOpenDirSupport | InitFlags.ParallelDirectoryOperations;
        Assert.Equal(needed, agreed.Flags & (needed | InitFlags.NoOpenSupport | InitFlags.AtomicOpenTruncate | InitFlags.WritebackCache));
    }

    [Fact]
    public async Task While_a_READ_waits_others_are_served_and_then_it_gets_its_bytes()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.Add("here", "here");
        mount.Files.OnRead[mount.Files.Add("away", "away")] = mount.Files.Park;
        var reader = mount.Run("cat", "mount/away");
        var waiting = mount.Files.Parked();
        Assert.Equal("here", await mount.CatAsync("here"));
        Assert.Equal((0, "away\nhere\n"), await mount.Run("ls", "mount").EndAsync());
        waiting.Data("away"u8);
        Assert.Equal((0, "away"), await reader.EndAsync());
    }

    [Fact]
    public async Task Two_FSYNCs_that_wait_stop_nobody()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.OnSync[mount.Files.Add("slow", "")] = mount.Files.Park;
        mount.Files.OnSync[mount.Files.Add("slower", "")] = mount.Files.Park;
        mount.Files.Add("here", "here");
        var clients = new[] { mount.Run("sync", "mount/slow"), mount.Run("sync", "mount/slower") };
        var waiting = clients.Select(_ => mount.Files.Parked()).ToList();
        Assert.Equal("here", await mount.CatAsync("here"));
        waiting[0].Done();
        waiting[1].Fail(Errno.EDQUOT);
        var ends = await Task.WhenAll(clients.Select(client => client.EndAsync()));
        Assert.Equal([0, 1], ends.Select(end => end.ExitCode).Order());
        Assert.Contains(ends, end => end.Said.Contains("quota", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signal_ends_a_parked_request_with_EINTR()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.OnSync[mount.Files.Add("slow", "")] = mount.Files.Park;
        var client = mount.Run("perl", "-e", SyncAndSayHowItEnded, "mount/slow");
        Assert.Equal("open", await client.LineAsync());
        var waiting = mount.Files.Parked();
        await client.SignalAsync("USR1");
        Assert.Equal("Interrupted system call", await client.LineAsync());
        waiting.Done();
        await mount.Files.Interrupted;
        Assert.Equal(["interrupted"], mount.Files.Heard);
    }

    [Fact]
    public async Task A_client_that_is_killed_while_it_waits_is_gone_at_once()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.OnSync[mount.Files.Add("slow", "")] = mount.Files.Park;
        var client = mount.Run("sync", "mount/slow");
        mount.Files.Parked();
        await client.SignalAsync("TERM");
        Assert.Equal(128 + 15, (await client.EndAsync()).ExitCode);
        await mount.Files.Interrupted;
        Assert.Equal(["interrupted"], mount.Files.Heard);
    }

    [Fact]
    public async Task A_change_is_seen_when_the_kernel_is_told_and_not_before()
    {
        await using var mount = await ScriptedMount.StartAsync();
        var node = mount.Files.Add("file", "old");
        Assert.Equal("old", await mount.CatAsync("file"));
        mount.Files.Change(node, "new");
        Assert.Equal("old", await mount.CatAsync("file"));
        await TellAsync(told => mount.Notifier.InvalidateNode(node, told));
        Assert.Equal("new", await mount.CatAsync("file"));
        foreach (var text in (string[])["a longer one", "short", ""])
        {
            mount.Files.Change(node, text);
            await TellAsync(told => mount.Notifier.InvalidateNode(node, told));
            Assert.Equal(text, await mount.CatAsync("file"));
        }
    }

    [Fact]
    public async Task Names_come_and_go_when_the_kernel_is_told()
    {
        await using var mount = await ScriptedMount.StartAsync();
        var name = "file"u8.ToArray();
        Assert.NotEqual(0, (await mount.Run("cat", "mount/file").EndAsync()).ExitCode);
        var first = mount.Files.Add("file", "first");
        Assert.NotEqual(0, (await mount.Run("cat", "mount/file").EndAsync()).ExitCode); // that it is not there was remembered
        await TellAsync(told => mount.Notifier.InvalidateEntry(1, name, told));
        Assert.Equal("first", await mount.CatAsync("file"));

        mount.Files.Add("file", "second");
        await TellAsync(told => mount.Notifier.Deleted(1, first, name, told));
        Assert.Equal("second", await mount.CatAsync("file"));
        mount.Files.Add("file", "third");
        await TellAsync(told => mount.Notifier.ExpireEntry(1, name, told));
        Assert.Equal("third", await mount.CatAsync("file"));

        Assert.Equal((0, "file\n"), await mount.Run("ls", "mount").EndAsync());
        mount.Files.Remove("file");
        mount.Files.Add("other", "");
        await TellAsync(told => mount.Notifier.InvalidateEntry(1, name, told));
        await TellAsync(told => mount.Notifier.InvalidateNode(1, told));
        Assert.Equal((0, "other\n"), await mount.Run("ls", "mount").EndAsync());
    }

    [Fact]
    public async Task A_change_of_a_file_whose_READ_waits_holds_up_no_other_change()
    {
        await using var mount = await ScriptedMount.StartAsync();
        var (away, other) = (mount.Files.Add("away", "old!"), mount.Files.Add("other", "old"));
        mount.Files.OnRead[away] = mount.Files.Park;
        Assert.Equal("old", await mount.CatAsync("other"));
        var reader = mount.Run("cat", "mount/away");
        var waiting = mount.Files.Parked();
        var toldAway = new TaskCompletionSource();
        mount.Files.Change(other, "new");
        mount.Notifier.InvalidateNode(away, toldAway.SetResult);
        await TellAsync(told => mount.Notifier.InvalidateNode(other, told));
        Assert.Equal("new", await mount.CatAsync("other"));
        Assert.False(toldAway.Task.IsCompleted);

        mount.Files.OnRead.Clear();
        mount.Files.Change(away, "new!");
        waiting.Data("old!"u8);
        // The page may be gone before the reader has copied it: then it was asked for again.
        Assert.Contains(await reader.EndAsync(), ((int, string)[])[(0, "old!"), (0, "new!")]);
        await toldAway.Task.WaitAsync(Patience);
        Assert.Equal("new!", await mount.CatAsync("away"));
    }

    [Fact]
    public async Task A_handler_that_throws_is_EIO_to_whoever_asked_and_the_mount_goes_on()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.Add("file", "text");
        var (exitCode, said) = await mount.Run("chmod", "600", "mount/file").EndAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("Input/output error", said, StringComparison.Ordinal);
        Assert.Equal(["SETATTR: broken"], mount.Files.Heard);
        Assert.Equal("text", await mount.CatAsync("file"));
    }

    [Fact]
    public async Task A_mount_in_use_is_not_taken_away_unless_lazily_and_says_so()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.Add("file", "text");
        var user = mount.Run("bash", "-c", "cd mount; echo there; read -r");
        Assert.Equal("there", await user.LineAsync());
        var refused = await Assert.ThrowsAsync<FuseMountException>(() => mount.Mount.UnmountAsync(Patience, lazy: false));
        Assert.Equal($"{mount.Mount.Directory} is in use: a file in it is open, or it is somebody's working directory.", refused.Message);
        Assert.Equal("text", await mount.CatAsync("file"));

        user.Process.Kill();
        await user.EndAsync();
        await mount.Mount.UnmountAsync(Patience, lazy: false);
        Assert.Null(MountedDirectory.At(mount.Mount.Directory));
        Assert.Equal(["unmounted"], mount.Files.Heard);
        await mount.Mount.UnmountAsync(Patience, lazy: false); // nothing is left to do
    }

    [Fact]
    public async Task A_lazy_unmount_lets_go_of_who_waits_when_its_deadline_passes()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.OnSync[mount.Files.Add("slow", "")] = mount.Files.Park;
        mount.Files.OnRead[mount.Files.Add("away", "away")] = mount.Files.Park;
        var clients = new[] { mount.Run("sync", "mount/slow"), mount.Run("cat", "mount/away") };
        var waiting = clients.Select(_ => mount.Files.Parked()).ToList();
        var told = new TaskCompletionSource();
        mount.Notifier.InvalidateNode(3, told.SetResult); // that of the READ

        await mount.Mount.UnmountAsync(TimeSpan.FromMilliseconds(50), lazy: true);
        Assert.All(await Task.WhenAll(clients.Select(client => client.EndAsync())), end => Assert.Equal(1, end.ExitCode));
        Assert.Equal(["interrupted", "interrupted", "unmounted"], mount.Files.Heard);
        Assert.True(told.Task.IsCompleted);
        foreach (var request in waiting) request.Data("late"u8);
    }

    [Fact]
    public async Task Files_that_stay_open_in_an_aborted_mount_give_errors_and_no_waiting()
    {
        await using var mount = await ScriptedMount.StartAsync();
        mount.Files.Add("file", "text");
        var client = mount.Run("bash", "-c", "exec 5< mount/file; mkfifo go; echo open; read -r < go; cat <&5");
        Assert.Equal("open", await client.LineAsync());
        mount.Mount.Abort();
        await mount.Mount.Session.Ended.WaitAsync(Patience);
        Assert.True(StaleMount.Is(mount.Mount.Directory));
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(mount.Mount.Directory)!, "go"), "\n");
        var (exitCode, said) = await client.EndAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("cat: ", said, StringComparison.Ordinal);
        await mount.Mount.UnmountAsync(Patience, lazy: false);
        Assert.Null(MountedDirectory.At(mount.Mount.Directory));
    }

    private static async Task TellAsync(Action<Action> tell)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tell(told.SetResult);
        await told.Task.WaitAsync(Patience);
    }
}
