using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>What is rare is found without walking through all that is not.</summary>
public sealed class SqlitePlanFacts : StorageConformance<SqliteFile>
{
    [Fact]
    public async Task Conflicts_are_found_among_many_versions_much_faster_than_by_walking_through_them()
    {
        var made = await CreateAsync("/a", "0");
        await CommitAsync(new Change.Update(new Target.ById(made.Id), MemoryContent.Of("mine"), null, Expectation.Nothing).Against(made.Head));
        for (var i = 0; i < 30; i++)
            await CommitAsync([.. Enumerable.Range(0, 1_000).Select(n => new Change.Update(new Target.ById(made.Id), MemoryContent.Of($"{n % 7}"), null, Expectation.Nothing))]);

        var walked = await FastestAsync(new HistoryQuery(Store, 100) { Path = At("/nowhere") }, 0);
        var found = await FastestAsync(new HistoryQuery(Store, 100) { Kind = HistoryKind.MemoryConflict }, 1);

        Assert.True(found * 5 < walked, $"{found} beside {walked}");
    }

    private async Task<TimeSpan> FastestAsync(HistoryQuery query, int lines)
    {
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var clock = Stopwatch.StartNew();
            Assert.Equal(lines, (await Engine.ReadAsync(reader => reader.ListHistoryAsync(query), Never)).Count);
            if (clock.Elapsed < fastest) fastest = clock.Elapsed;
        }
        return fastest;
    }
}
