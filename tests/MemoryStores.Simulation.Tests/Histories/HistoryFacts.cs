using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Sqlite;
using MemoryStores.Testing;
using MemoryStores.Testing.InMemory;
using Xunit.Abstractions;

namespace MemoryStores.Simulation.Tests.Histories;

/// <summary>
/// Plays random histories on SQLite and on the model, and compares every outcome, and now and then everything there is. A
/// crash leaves SQLite with what the disk held at that moment: a copy of the files of the running engine, opened anew.
/// </summary>
public sealed class HistoryFacts(ITestOutputHelper output)
{
    // Small, so that they are met.
    private static readonly Limits Small = new() { MemoryBytes = 6_000, MemoriesPerStore = 8, StoreBytes = 15_000, StoresPerWorkspace = 6 };

    private static readonly TimeSpan Time = Chance.IsSoak ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(12);
    private const int StepsPerHistory = 400;
    private const int StepsShown = 12;

    [Fact]
    public async Task Sqlite_does_what_the_model_does_through_crashes()
    {
        var (random, clock) = (Chance.For(nameof(Sqlite_does_what_the_model_does_through_crashes)), Stopwatch.StartNew());
        var (histories, steps, crashes) = (0, 0, 0);
        for (; clock.Elapsed < Time; histories++)
        {
            var played = await PlayAsync(new Random(random.Next()));
            (steps, crashes) = (steps + played.Steps, crashes + played.Crashes);
        }
        output.WriteLine($"{histories} histories, {steps} steps, {crashes} crashes; {Chance.Replay}");
        Assert.True(steps > StepsPerHistory / 2, "So few steps prove nothing.");
    }

    private static async Task<(int Steps, int Crashes)> PlayAsync(Random random)
    {
        using var directory = new TemporaryDirectory();
        var (clock, file) = (new ManualClock(), 0);
        var disk = new SqliteEngine(directory.File($"{file}.db"), clock);
        await using var memory = new InMemoryEngine(clock);
        var (real, model) = (new World(disk, Small), new World(memory, Small));
        await real.BeginAsync();
        await model.BeginAsync();
        var (dice, told, crashes) = (new Dice(random), new List<string>(), 0);
        for (var number = 0; number < StepsPerHistory; number++)
        {
            if (number > 2 && random.Next(6) == 0)
            {
                var steps = dice.Together(model.Names, number);
                told.AddRange(steps.Select(one => "together " + Told(one)));
                Same(await model.RunInTurnAsync(steps), await real.RunTogetherAsync(steps), number, told);
                continue;
            }
            var step = dice.Next(model.Names, number);
            told.Add(Told(step));
            if (step is Step.Wait wait) clock.Move(TimeSpan.FromMilliseconds(wait.Milliseconds));
            if (step is Step.Crash)
            {
                // Starting again takes time, so that the new engine's ids follow the old one's.
                clock.Move(TimeSpan.FromSeconds(5));
                disk = await CrashAsync(disk, directory, file++, clock);
                real.Engine = disk;
                crashes++;
            }
            Same(await model.RunAsync(step), await real.RunAsync(step), number, told);
            if (step is Step.Crash || number % 50 == 49) Same(await model.StateAsync(), await real.StateAsync(), number, told);
            if (step is Step.Crash) await real.AuditAsync();
        }
        Same(await model.StateAsync(), await real.StateAsync(), StepsPerHistory, told);
        await real.AuditAsync();
        await disk.DisposeAsync();
        Assert.Null(disk.Ailment);
        return (StepsPerHistory, crashes);
    }

    private static string Told(Step step) =>
        step.ToString()!.Replace(Dice.Long, "long", StringComparison.Ordinal).Replace(Dice.Longer, "longer", StringComparison.Ordinal);

    private static async Task<SqliteEngine> CrashAsync(SqliteEngine running, TemporaryDirectory directory, int file, TimeProvider clock)
    {
        foreach (var suffix in new[] { "", "-wal" }) File.Copy(directory.File($"{file}.db{suffix}"), directory.File($"{file + 1}.db{suffix}"));
        await running.DisposeAsync();
        var reopened = new SqliteEngine(directory.File($"{file + 1}.db"), clock);
        Assert.True(reopened.EndedUncleanly);
        await reopened.StartupWork;
        Assert.Null(reopened.Ailment);
        return reopened;
    }

    private static void Same(string expected, string actual, int number, List<string> told)
    {
        if (expected == actual) return;
        var (wanted, found) = FirstDifference(expected, actual);
        Assert.Fail($"""
            Step {number} differs; {Chance.Replay}
            the model: {wanted}
            SQLite:    {found}
            the last steps:
            {string.Join('\n', told.TakeLast(StepsShown))}
            """);
    }

    private static (string, string) FirstDifference(string expected, string actual)
    {
        var (wanted, found) = (expected.Split('\n'), actual.Split('\n'));
        var at = Enumerable.Range(0, Math.Min(wanted.Length, found.Length)).FirstOrDefault(line => wanted[line] != found[line], -1);
        return at < 0 ? (expected, actual) : (wanted[at], found[at]);
    }
}
