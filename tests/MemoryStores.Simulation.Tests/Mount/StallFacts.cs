using System.Diagnostics;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>A server that stops answering, with everything that can wait for it waiting, and one that is killed under its writers.</summary>
public sealed class StallFacts(StallFacts.Large large) : IClassFixture<StallFacts.Large>
{
    private const int Stop = 19, Continue = 18, Interrupt = 10; // SIGSTOP, SIGCONT, SIGUSR1

    // Each of these is microseconds where nothing waits, and seconds where it waits for the server.
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(100);

    static StallFacts() => Sys.LetInterrupt(Interrupt);

    [MountFact]
    public async Task While_the_server_is_silent_only_who_needs_it_waits_and_then_nothing_is_lost()
    {
        var (together, cold) = (large.Together, large.Paths);
        for (var file = 0; file < 20; file++) await together.Store.CreateAsync($"/warm/{file}.md", $"warm {file}\n");
        var mount = await together.MountAsync();
        await using var other = await MountedTogether.StartAsync();
        var elsewhere = await other.Store.CreateAsync("/seen.md", "before");
        var otherMount = await other.MountAsync();
        for (var file = 0; file < 20; file++) Assert.Equal($"warm {file}\n", await File.ReadAllTextAsync($"{mount.Path}/warm/{file}.md"));
        Assert.Equal("before", await File.ReadAllTextAsync(otherMount.Path + "/seen.md"));
        var unread = cold.First(path => !IsFetched(mount, path));

        Sys.Signal(together.Server.Id, Stop);
        try
        {
            // Four fsyncs and one read of what is not here wait, each in a thread of its own.
            var syncs = Enumerable.Range(0, 4).Select(number => Waiting.For(() => SyncNew($"{mount.Path}/warm/new-{number}.md", $"written {number}\n"))).ToArray();
            var read = Waiting.For(() => ReadAll(mount.Path + unread));
            await MountedTogether.UntilAsync(() => syncs.All(sync => sync.HasBegun) && read.HasBegun, () => "they have not begun");
            await Task.Delay(300);
            Assert.DoesNotContain(syncs, sync => sync.Answer.IsCompleted);
            Assert.False(read.Answer.IsCompleted);

            AssertFast("read", number => Assert.Equal($"warm {number}\n", File.ReadAllText($"{mount.Path}/warm/{number}.md")));
            AssertFast("stat", number => Assert.Equal(0, Sys.Stat($"{mount.Path}/warm/{number}.md", out _, out _)));
            AssertFast("list", _ => Assert.True(Directory.GetFiles(mount.Path + "/warm").Length >= 20));
            AssertFast("write", number => File.WriteAllText($"{mount.Path}/warm/{number}.md", $"changed {number}\n"));
            AssertFast("rename", number => File.Move($"{mount.Path}/warm/{number}.md", $"{mount.Path}/warm/moved-{number}.md"));

            // Another server's mount goes on, invalidations included.
            await other.Store.UpdateAsync(elsewhere, "after!");
            await MountedTogether.UntilAsync(() => File.ReadAllText(otherMount.Path + "/seen.md") == "after!", () => "the other mount is behind");

            // Two are interrupted; the others are answered when the server's time is up.
            syncs[0].Interrupt(Interrupt);
            read.Interrupt(Interrupt);
            Assert.Equal(-Sys.EINTR, await syncs[0].Answer.WaitAsync(MountedTogether.Soon));
            Assert.Equal(-Sys.EINTR, await read.Answer.WaitAsync(MountedTogether.Soon));
            foreach (var sync in syncs[1..])
            {
                Assert.Equal(-Sys.EIO, await sync.Answer.WaitAsync(MountedTogether.Soon));
                Assert.InRange(sync.Took.TotalSeconds, 4.5, 20);
            }
        }
        finally
        {
            Sys.Signal(together.Server.Id, Continue);
        }

        await mount.DrainCleanAsync();
        var memories = await together.Store.MemoriesAsync();
        for (var number = 0; number < 4; number++) Assert.Equal($"written {number}\n", memories[$"/warm/new-{number}.md"].Text);
        for (var number = 0; number < 20; number++) Assert.Equal($"changed {number}\n", memories[$"/warm/moved-{number}.md"].Text);
        Assert.Equal(memories[unread].Text, await File.ReadAllTextAsync(mount.Path + unread));
    }

    [MountFact]
    public async Task A_read_of_what_never_came_fails_after_a_while_and_comes_when_the_server_is_back()
    {
        var (together, cold) = (large.Together, large.Paths);
        var mount = await together.MountAsync("--read-only");
        var unread = cold.First(path => !IsFetched(mount, path));
        Sys.Signal(together.Server.Id, Stop);
        try
        {
            var read = Waiting.For(() => ReadAll(mount.Path + unread));
            Assert.Equal(-Sys.EIO, await read.Answer.WaitAsync(MountedTogether.Soon));
        }
        finally
        {
            Sys.Signal(together.Server.Id, Continue);
        }
        // Every one, more than the cache holds, twice.
        var memories = await together.Store.MemoriesAsync();
        for (var round = 0; round < 2; round++)
        {
            foreach (var path in cold) Assert.Equal(memories[path].Text, await File.ReadAllTextAsync(mount.Path + path));
        }
    }

    [MountFact]
    public async Task A_server_killed_under_a_writing_mount_and_started_again_has_everything()
    {
        await using var together = await MountedTogether.StartAsync();
        var mount = await together.MountAsync();
        var files = 0;
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (; !enough.IsCancellationRequested; files++)
            {
                File.WriteAllText($"{mount.Path}/{files}.md", $"number {files}\n");
                File.AppendAllText($"{mount.Path}/log.md", $"line {files}\n");
                await Task.Delay(2);
            }
        });
        for (var kill = 0; kill < 3; kill++)
        {
            await MountedTogether.UntilAsync(() => files > 60 * (kill + 1), () => "nothing is written");
            await together.Server.KillAsync();
            var before = files;
            await MountedTogether.UntilAsync(() => files > before + 30, () => "writing waits for the server");
            await together.StartAgainAsync();
        }
        await enough.CancelAsync();
        await writing;
        await mount.DrainCleanAsync();
        var memories = await together.Store.MemoriesAsync();
        Assert.Equal(files + 1, memories.Count);
        for (var number = 0; number < files; number++) Assert.Equal($"number {number}\n", memories[$"/{number}.md"].Text);
        Assert.Equal(string.Concat(Enumerable.Range(0, files).Select(number => $"line {number}\n")), memories["/log.md"].Text);
    }

    /// <summary>Whether content is in the daemon already: the last ones of a store larger than its cache never are.</summary>
    private static bool IsFetched(MountProcess mount, string path) => string.CompareOrdinal(path, "/cold/0700") < 0 || mount.HasExited;

    private static int SyncNew(string path, string text)
    {
        var file = Sys.Open(path, Sys.WriteOnly | Sys.Create);
        if (file < 0) return file;
        Sys.Write(file, System.Text.Encoding.UTF8.GetBytes(text), 0);
        var answer = Sys.Sync(file);
        Sys.Close(file);
        return answer;
    }

    private static int ReadAll(string path)
    {
        var file = Sys.Open(path, Sys.ReadOnly);
        if (file < 0) return file;
        var answer = Sys.Read(file, new byte[200_000], 0);
        Sys.Close(file);
        return (int)answer;
    }

    private static void AssertFast(string what, Action<int> call)
    {
        var times = new List<TimeSpan>();
        for (var number = 0; number < 20; number++)
        {
            var clock = Stopwatch.StartNew();
            call(number);
            times.Add(clock.Elapsed);
        }
        times.Sort();
        Assert.True(times[10] < Fast, $"{what} took {times[10]} in the median while the server was silent");
        Assert.True(times[^1] < TimeSpan.FromSeconds(3), $"{what} took up to {times[^1]} while the server was silent");
    }

    /// <summary>A store whose memories together are more than a mount fetches ahead.</summary>
    public sealed class Large : IAsyncLifetime
    {
        internal MountedTogether Together { get; private set; } = null!;

        internal List<string> Paths { get; } = [];

        public async Task InitializeAsync()
        {
            if (!File.Exists("/dev/fuse")) return;
            const int memories = 720, bytes = 100_000, atOnce = 6;
            Together = await MountedTogether.StartAsync();
            for (var number = 0; number < memories; number += atOnce)
            {
                var several = Enumerable.Range(number, atOnce).Select(one => $"/cold/{one:D4}.md").ToList();
                await Together.Store.CommitAsync([.. several.Select(path => new { type = "create", path, content = path + new string('.', bytes - path.Length) })]);
                Paths.AddRange(several);
            }
        }

        public async Task DisposeAsync()
        {
            if (Together is not null) await Together.DisposeAsync();
        }
    }

    /// <summary>A system call in a thread of its own, which can be interrupted by a signal.</summary>
    private sealed class Waiting
    {
        private readonly TaskCompletionSource<int> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int thread;

        public Task<int> Answer => answer.Task;

        public bool HasBegun => Volatile.Read(ref thread) != 0;

        public TimeSpan Took { get; private set; }

        public static Waiting For(Func<int> call)
        {
            var waiting = new Waiting();
            new Thread(() =>
            {
                Volatile.Write(ref waiting.thread, Sys.ThreadId());
                var clock = Stopwatch.StartNew();
                var answer = call();
                waiting.Took = clock.Elapsed;
                waiting.answer.SetResult(answer);
            })
            { IsBackground = true }.Start();
            return waiting;
        }

        public void Interrupt(int signal) => Assert.Equal(0, Sys.SignalThread(thread, signal));
    }
}
