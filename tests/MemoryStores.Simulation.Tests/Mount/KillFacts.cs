using System.Diagnostics;
using System.Globalization;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>Daemons killed under real programs, and a server that goes back in time: what a program was told was done is there, once.</summary>
public sealed class KillFacts(ITestOutputHelper output)
{
    private static readonly int Rounds = Chance.IsSoak ? 30 : 4;

    private readonly List<int> lines = [];
    private readonly List<int> moved = [];

    // Each word is said when what it names is done: closed, renamed, appended.
    private const string Work = """
        cd "$1"; i=$2
        while :; do
          i=$((i+1))
          echo "text $i" > saved.md || exit; echo "saved $i"
          echo "line $i" >> log.md || exit; echo "line $i"
          sed -i "s/.*/edited $i/" edited.md || exit; echo "edited $i"
          echo "whole $i" > new.tmp && mv new.tmp replaced.md || exit; echo "replaced $i"
          mkdir -p "d$i" && echo "below $i" > "d$i/x.md" && mv "d$i" "moved$i" || exit; echo "moved $i"
        done
        """;

    [MountFact]
    public async Task A_daemon_killed_again_and_again_under_work_loses_nothing_and_doubles_nothing()
    {
        var random = Chance.For(nameof(A_daemon_killed_again_and_again_under_work_loses_nothing_and_doubles_nothing));
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(directory.File("data"));
        using var store = await StoreApi.CreateAsync(server, "killed");
        await store.CreateAsync("/edited.md", "as it was\n");
        var done = new Dictionary<string, int> { ["saved"] = 0, ["line"] = 0, ["edited"] = 0, ["replaced"] = 0, ["moved"] = 0 };
        for (var round = 0; round < Rounds; round++)
        {
            await using var mount = await MountProcess.StartAsync(server, store.Id, directory.File("mount"), directory.File("home"));
            await CheckAsync(store, mount, done);
            await WorkAsync(mount, done, TimeSpan.FromMilliseconds(random.Next(100, 1_500)));
        }
        await using var last = await MountProcess.StartAsync(server, store.Id, directory.File("mount"), directory.File("home"));
        await CheckAsync(store, last, done);
        output.WriteLine($"{Rounds} kills, {done.Values.Sum()} changes, lost: 0; {Chance.Replay}");
    }

    [MountFact]
    public async Task A_store_put_back_to_an_earlier_time_is_shown_as_it_is_then()
    {
        await using var together = await MountedTogether.StartAsync();
        var mount = await together.MountAsync();
        File.WriteAllText(mount.Path + "/kept.md", "kept\n");
        File.WriteAllText(mount.Path + "/changed.md", "before\n");
        await mount.DrainCleanAsync();
        await together.StopToCopyAsync("copy");
        await together.StartAgainAsync();
        File.WriteAllText(mount.Path + "/changed.md", "written after the copy was made\n");
        File.WriteAllText(mount.Path + "/new.md", "new\n");
        await mount.DrainCleanAsync();
        await together.Server.KillAsync();
        together.PutBack("copy");
        await together.StartAgainAsync();
        var memories = await together.Store.MemoriesAsync();
        Assert.Equal("before\n", memories["/changed.md"].Text);
        // As many changes as were taken back, with other content: a number alone would not tell.
        await together.Store.UpdateAsync(memories["/changed.md"].Id, "another history\n");
        await together.Store.CreateAsync("/other.md", "other\n");
        await MountedTogether.UntilAsync(
            () => File.ReadAllText(mount.Path + "/changed.md") == "another history\n" && File.Exists(mount.Path + "/other.md") && !File.Exists(mount.Path + "/new.md"),
            () => string.Join(' ', MountedTogether.Files(mount)));
        Assert.Equal("kept\n", await File.ReadAllTextAsync(mount.Path + "/kept.md"));
    }

    /// <summary>Programs work in the mount until its daemon is killed; what they were told was done is noted.</summary>
    private async Task WorkAsync(MountProcess mount, Dictionary<string, int> done, TimeSpan time)
    {
        var start = new ProcessStartInfo("bash", ["-c", Work, "bash", mount.Path, $"{done["line"] + 1}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var working = Process.Start(start)!;
        var said = working.StandardOutput.ReadToEndAsync();
        _ = working.StandardError.ReadToEndAsync();
        await Task.Delay(time);
        Sys.Signal(mount.Id, 9);
        foreach (var line in (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (what, number) = (line.Split(' ')[0], int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
            done[what] = number;
            if (what == "line") lines.Add(number);
            if (what == "moved") moved.Add(number);
        }
        await working.WaitForExitAsync();
    }

    /// <summary>What was under way when the daemon was killed may be there too.</summary>
    private async Task CheckAsync(StoreApi store, MountProcess mount, Dictionary<string, int> done)
    {
        var drained = await mount.DrainAsync();
        Assert.True(drained.ExitCode is 0 or 4, $"{drained.Error}; {Chance.Replay}"); // 4: what was half written is a draft.
        var memories = (await store.MemoriesAsync()).ToDictionary(memory => memory.Key, memory => memory.Value.Text);
        if (done["line"] == 0) return;
        AssertNewest(memories, "/saved.md", "text", done["saved"]);
        AssertNewest(memories, "/edited.md", "edited", done["edited"]);
        AssertNewest(memories, "/replaced.md", "whole", done["replaced"]);
        var logged = memories["/log.md"].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(logged.Distinct(), logged);
        Assert.Empty(lines.Select(number => $"line {number}").Except(logged));
        foreach (var number in moved) Assert.Equal($"below {number}\n", memories[$"/moved{number}/x.md"]);
        foreach (var (path, text) in MountedTogether.Files(mount)) Assert.Equal(memories.GetValueOrDefault(path), text);
    }

    private static void AssertNewest(Dictionary<string, string> memories, string path, string word, int number)
    {
        if (number == 0) return;
        var text = memories.GetValueOrDefault(path);
        Assert.True(text is not null && text.StartsWith(word + " ", StringComparison.Ordinal) && int.Parse(text[(word.Length + 1)..], CultureInfo.InvariantCulture) >= number,
            $"{path} is '{text}', and '{word} {number}' was saved; {Chance.Replay}");
    }
}
