using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Stores;
using MemoryStores.Sqlite;

namespace MemoryStores.Benchmarks.Rows;

/// <summary>The engine without HTTP: what one operation costs, and how long a full commit holds the writer.</summary>
internal sealed class EngineRows : IRow
{
    // design: the writer is never held over 50 ms.
    private const double WriterMilliseconds = 50;

    public string Name => "engine";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        var directory = Directory.CreateTempSubdirectory("memstores-bench-");
        var results = new List<Result>();
        await using (var engine = new SqliteEngine(Path.Combine(directory.FullName, "engine.db"), TimeProvider.System))
        {
            var limits = new Limits { MemoriesPerStore = int.MaxValue, StoreBytes = long.MaxValue };
            var key = await new EnsureAdminKey(engine).RunAsync("bench", default);
            var caller = new Caller(key.Workspace, Actor.Key(key.Id));
            StoreProfile.TryMake("bench", "", [], out var profile, out _);
            var store = Value(await new CreateStore(engine, limits).RunAsync(caller, profile!, default)).Id;
            var commit = new CommitChanges(engine, limits);

            var (holds, number) = (new List<double>(), 0);
            for (var round = 0; round < Math.Max(5, plan.Rounds * 3); round++)
            {
                var changes = Enumerable.Range(0, Limits.ChangesPerCommit).Select(_ => (Change)Create(++number)).ToList();
                var clock = Stopwatch.StartNew();
                Value(await commit.RunAsync(new CommitRequest(caller, store, changes), default));
                holds.Add(clock.Elapsed.TotalMilliseconds);
            }
            results.Add(new Result($"a commit of {Limits.ChangesPerCommit:N0} creates", "the writer's bound", Bench.Median(holds), WriterMilliseconds, "ms", 1, AtLeast: false));

            var memory = Value(await new CreateMemory(commit).RunAsync(caller, store, At("/one.md"), MemoryContent.Of(new string('x', 1_024)), default));
            var retrieve = new RetrieveMemory(engine);
            var warm = await RateAsync(plan, () => retrieve.RunAsync(caller, store, memory.Id, withContent: true, default).AsTask());
            var empty = await RateAsync(plan, () => engine.ReadAsync(static reader => reader.CountStoresAsync(WorkspaceId.FromStorage("none")), default).AsTask());
            results.Add(new Result("retrieve a memory of 1 KiB, one caller", "a read of one row", warm, empty, "/s", null, AtLeast: true));
        }
        directory.Delete(recursive: true);
        return results;
    }

    private static Change.Create Create(int number) => new(At($"/d{number % 100}/{number}.md"), MemoryContent.Of($"{number} {new string('x', 1_000)}"));

    private static MemoryPath At(string text) => MemoryPath.TryParse(text, out var path, out var reason) ? path : throw new InvalidOperationException(reason);

    private static T Value<T>(Outcome<T> outcome) => outcome is Outcome<T>.Done done ? done.Value : throw new InvalidOperationException(outcome.ToString());

    private static async Task<double> RateAsync(Plan plan, Func<Task> work)
    {
        for (var i = 0; i < 10_000; i++) await work();
        var (clock, count) = (Stopwatch.StartNew(), 0);
        for (; clock.Elapsed < plan.Time; count++) await work();
        return count / clock.Elapsed.TotalSeconds;
    }
}
