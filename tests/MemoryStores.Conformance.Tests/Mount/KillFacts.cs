using System.Diagnostics;
using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>
/// kill -9 of daemons and servers under real programs at moments nobody chose. Whatever a program was told was done is a version
/// when the next mount has drained, and what it was told last is what its file holds.
/// </summary>
public sealed class KillFacts(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Rounds = Chance.IsSoak ? 30 : 3;

    /// <summary>
    /// Saves in every way programs do, and tells outside of the mount what it begins and what it was told is done. It ends with
    /// the first thing that fails. What waits for the server is left out where that will be silent.
    /// </summary>
    private const string Worker = """
        import glob, json, os, random, subprocess, sys, time
        log, chance, round, online = open(sys.argv[1], 'a', buffering=1), random.Random(int(sys.argv[2])), sys.argv[3], sys.argv[4] == 'online'
        def run(*words): subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        def echo(path, word): run('bash', '-c', f'echo {word} > {path}')
        def append(path, word): run('bash', '-c', f'echo {word} >> {path}')
        def sed(path, word): run('sed', '-i', f'$ s/$/ {word}/', path) if os.path.exists(path) else echo(path, word)
        def python(path, word):
            with open(path, 'w') as f: f.write(word + '\n')
        def replace(path, word):
            with open(path + '.tmp', 'w') as f:
                f.write(word + '\n')
                f.flush()
                os.fsync(f.fileno())
            os.replace(path + '.tmp', path)
        def fsync(path, word):
            with open(path, 'a') as f:
                f.write(word + '\n')
                f.flush()
                os.fsync(f.fileno())
        def vim(path, word): run('vim', '--not-a-term', '-u', 'NONE', '-i', 'NONE', '-N', '--cmd', 'set backupskip=', '-es', '-c', f'normal Go{word}', '-c', 'wq', path)
        def git(path, word):
            echo(path, word)
            if not os.path.isdir('.git'): run('git', 'init', '-q')
            run('git', 'add', path)
            run('git', 'commit', '-q', '-m', word)
        ways = [echo, append, sed, python, replace, git] + ([fsync, vim] if online else [])
        count = 0
        try:
            while True:
                for swap in glob.glob('.*.sw?'): os.remove(swap) # Of a vim that was killed: the next would ask what to do with it.
                for file in range(12):
                    way, path, count = chance.choice(ways), f'f{file}', count + 1
                    word = f'r{round}n{count:05}'
                    log.write(json.dumps({'begin': path, 'word': word, 'way': way.__name__}) + '\n')
                    way(path, word)
                    log.write(json.dumps({'done': path, 'word': word, 'text': open(path).read()}) + '\n')
                    time.sleep(0.003)
        except (OSError, subprocess.CalledProcessError) as e:
            log.write(json.dumps({'end': str(e)}) + '\n')
        """;

    private readonly MountFixture mounts = new();

    public Task InitializeAsync() => mounts.InitializeAsync();

    public Task DisposeAsync() => mounts.DisposeAsync();

    [FactWith("vim")]
    public async Task A_daemon_killed_under_programs_has_lost_nothing_they_were_told_was_done()
    {
        var random = Chance.For(nameof(A_daemon_killed_under_programs_has_lost_nothing_they_were_told_was_done));
        var store = await mounts.NewStoreAsync();
        var (log, kills) = (mounts.Home.File("log"), 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (turnsSilent, isKilledToo) = (round % 3 == 1, round % 3 == 2);
            var mount = await mounts.MountAsync(store);
            var before = Told(log).Count;
            var working = RunAsync(mount, Worker, log, $"{random.Next()}", $"{round}", turnsSilent ? "silent" : "online");
            var (silentFrom, until) = (random.Next(5, 30), random.Next(30, 90));
            if (turnsSilent)
            {
                // Writes go on when the server says nothing any more.
                await WrittenAsync(log, before + silentFrom);
                await SignalAsync(mounts.Server.Id, "STOP");
            }
            await WrittenAsync(log, before + until);
            await mount.SignalAsync("KILL");
            kills++;
            if (isKilledToo) await mounts.Server.KillAsync();
            await mount.DisposeAsync();
            await working;
            if (turnsSilent) await SignalAsync(mounts.Server.Id, "CONT");
            if (isKilledToo) await mounts.StartServerAgainAsync();

            var next = await mounts.MountAsync(store);
            await next.DrainAsync();
            await AssertKeptAsync(next, Told(log), $"Round {round}; {Chance.Replay}");
            Assert.Equal(0, (await next.StatusAsync()).Conflicts);
            if (Directory.Exists(next.Root.File(".git"))) await next.Root.ShAsync("rm -f .git/*.lock; git fsck --strict > /dev/null");
            await next.StopAsync();
            await next.DisposeAsync();
        }
        output.WriteLine($"{kills} kills, {Told(log).Count} steps; {Chance.Replay}");
    }

    [Fact]
    public async Task What_fsync_returned_for_is_on_the_server_though_it_and_the_daemon_were_killed()
    {
        var store = await mounts.NewStoreAsync();
        var mount = await mounts.MountAsync(store);
        var log = mounts.Home.File("log");
        var working = RunAsync(mount, """
            import os, sys
            log = open(sys.argv[1], 'a', buffering=1)
            try:
                for i in range(100000):
                    fd = os.open(f'f{i % 5}', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
                    os.write(fd, f'word{i}\n'.encode())
                    os.fsync(fd)
                    log.write(f'word{i}\n')
                    os.close(fd)
            except OSError: pass
            """, log);
        await Eventually.HoldsAsync(() => File.Exists(log) && File.ReadLines(log).Count() > 40, () => "nothing is synced");
        await Task.WhenAll(mounts.Server.KillAsync(), mount.SignalAsync("KILL"));
        await mount.DisposeAsync();
        await working;
        // Nothing of this machine's is needed for it.
        Directory.Delete(mounts.Variables["XDG_STATE_HOME"], recursive: true);
        await mounts.StartServerAgainAsync();
        var stored = (await mount.Root.MemoriesAsync()).Values.SelectMany(memory => memory.Content!.ToString().Split('\n')).ToHashSet();
        Assert.Equal([], (await File.ReadAllLinesAsync(log)).Except(stored));
    }

    [Fact]
    public async Task A_server_whose_data_was_put_back_is_believed_though_it_tells_another_story()
    {
        var store = await mounts.NewStoreAsync();
        var mount = await mounts.MountAsync(store);
        await mount.Root.ShAsync("echo first > f; echo stays > g");
        Assert.True((await mount.DrainAsync()).Clean);
        var (data, copy) = (mounts.Home.File("data"), mounts.Home.File("copy"));
        await mounts.Server.StopAsync();
        await ShAsync($"cp -a {data} {copy}");
        await mounts.StartServerAgainAsync();
        await mount.Root.ShAsync("echo second > f; echo never was > h");
        Assert.True((await mount.DrainAsync()).Clean);
        await mounts.Server.StopAsync();
        await ShAsync($"rm -rf {data}; cp -a {copy} {data}");
        await mounts.StartServerAgainAsync();
        var memory = (await mount.Root.MemoriesAsync())["f"];
        await mounts.Api.Memories.UpdateAsync(store.Id, memory.Id, new UpdateMemoryBody { Content = MemoryContent.Of("another second\n") });
        await mount.Root.CreateElsewhereAsync("i", "another third\n");
        await mount.Root.CatchUpAsync();
        Assert.Equal("another second\n", await mount.Root.ReadAsync("f"));
        Assert.Equal(["f", "g", "i"], Directory.GetFiles(mount.Directory).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        await mount.Root.ShAsync("echo on >> f; echo on > h");
        Assert.True((await mount.DrainAsync()).Clean);
        await mount.Root.CatchUpAsync();
        Assert.Equal("another second\non\n", (await mount.Root.MemoriesAsync())["f"].Content!.ToString());
    }

    /// <summary>One line of the worker's: what it begins, or what it was told is done.</summary>
    private sealed record Step(string? Begun, string? Done, string Word, string Way, string Text);

    private static List<Step> Told(string log)
    {
        if (!File.Exists(log)) return [];
        var steps = new List<Step>();
        foreach (var line in File.ReadLines(log))
        {
            // The last one may be half here.
            if (!line.EndsWith('}')) continue;
            using var read = JsonDocument.Parse(line);
            string? Text(string name) => read.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
            if (Text("end") is null) steps.Add(new Step(Text("begin"), Text("done"), Text("word")!, Text("way") ?? "", Text("text") ?? ""));
        }
        return steps;
    }

    private static Task WrittenAsync(string log, int steps) =>
        Eventually.HoldsAsync(() => Told(log).Count >= steps, () => $"nothing is written; last: {(File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(3)) : "nothing")}; {Chance.Replay}");

    private static async Task AssertKeptAsync(LiveMount mount, List<Step> told, string when)
    {
        var heads = (await mount.Root.MemoriesAsync()).ToDictionary(memory => memory.Key, memory => memory.Value.Content!.ToString());
        var history = string.Join('\n', (await mount.Root.HistoryAsync()).Select(version => version.Content?.ToString()));
        var wrong = told.Where(step => step.Done is not null && !history.Contains(step.Word, StringComparison.Ordinal)).Select(step => $"{step.Word} was saved to {step.Done} and is in no version").ToList();
        foreach (var steps in told.GroupBy(step => step.Begun ?? step.Done!))
        {
            var (last, head) = (steps.Last(), heads.GetValueOrDefault(steps.Key));
            var saved = steps.LastOrDefault(step => step.Done is not null)?.Text;
            if (head == saved) continue;
            if (last.Done is not null) wrong.Add($"{steps.Key} is '{head}', and '{saved}' was saved last");
            // An editor had moved it aside.
            else if (head is null && !(last.Way == "vim" && heads.GetValueOrDefault(steps.Key + "~") == saved)) wrong.Add($"{steps.Key} is gone, and '{saved}' was saved last");
            else if (head?.Contains(last.Word, StringComparison.Ordinal) == false) wrong.Add($"{steps.Key} is '{head}', which is neither '{saved}' nor what {last.Way} was about to save ({last.Word})");
        }
        Assert.True(wrong.Count == 0, $"{when}:\n{string.Join('\n', wrong.Select(one => "    " + one.ReplaceLineEndings("/")))}\n{string.Join('\n', (await mount.StatusAsync()).Problems)}");
    }

    /// <summary>A Python program in the mount, however it ends.</summary>
    private static Task<ProgramRun> RunAsync(LiveMount mount, string program, params string[] words)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = mount.Fixture.Variables["HOME"],
            ["LC_ALL"] = "C.UTF-8",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_AUTHOR_NAME"] = "T",
            ["GIT_AUTHOR_EMAIL"] = "t@example.org",
            ["GIT_COMMITTER_NAME"] = "T",
            ["GIT_COMMITTER_EMAIL"] = "t@example.org",
        };
        return ProgramRun.RunAsync(new ProgramStart("env", ["-C", mount.Directory, "/usr/bin/python3", "-c", program, .. words]) { Variables = variables });
    }

    private static async Task ShAsync(string script)
    {
        var run = await ProgramRun.RunAsync(new ProgramStart("bash", "-euc", script));
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private static async Task SignalAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync();
    }
}
