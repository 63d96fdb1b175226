using MemoryStores.Contract;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Versions;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>After an erasure has answered, no byte of any file of the data directory holds what it took away.</summary>
public sealed class RedactionErasesFacts
{
    private static readonly int Changes = Chance.IsSoak ? 20_000 : 5_000;

    [Fact]
    public async Task Redacted_contents_paths_and_digests_are_in_no_file_while_others_read_and_write()
    {
        var random = Chance.For(nameof(Redacted_contents_paths_and_digests_are_in_no_file_while_others_read_and_write));
        using var directory = new TemporaryDirectory();
        ErasedText erased;
        await using (var database = await OpenDatabase.OpenAsync(directory.Path))
        {
            StoreId[] stores = [await database.NewStoreAsync("one"), await database.NewStoreAsync("two"), await database.NewStoreAsync("three")];
            var writers = new RandomWriters(random);
            await writers.WriteAsync(database, stores, Changes);
            var doomed = writers.Choose(Changes / 10, stores);
            erased = ErasedText.Of(doomed, [.. writers.Versions.Except(doomed)]);
            erased.AssertAllStandIn(directory.Path);

            using (var others = new CancellationTokenSource())
            {
                var reading = Enumerable.Range(0, 8).Select(i => ReadOnAsync(database, stores[i % stores.Length], others.Token))
                    .Append(ExportOnAsync(database, stores, others.Token)).ToList();
                var writing = new RandomWriter(database, stores[0], "late", new Random(random.Next())).WriteAsync(500);
                await database.RedactAsync(doomed);
                await writing;
                await others.CancelAsync();
                await Task.WhenAll(reading);
            }
            erased.AssertNoneStandsIn(directory.Path, "while the engine is open");
        }
        erased.AssertNoneStandsIn(directory.Path, "after the engine was closed");
    }

    [Fact]
    public async Task A_deleted_store_is_in_no_file_and_another_that_shares_its_content_keeps_it()
    {
        var random = Chance.For(nameof(A_deleted_store_is_in_no_file_and_another_that_shares_its_content_keeps_it));
        using var directory = new TemporaryDirectory();
        ErasedText erased;
        await using (var database = await OpenDatabase.OpenAsync(directory.Path))
        {
            string[] profile = [.. Enumerable.Range(0, 4).Select(i => RandomWriter.Letters(random, 30 + (i * 150)))];
            var gone = await database.NewStoreAsync(profile[0], profile[2], ("key", profile[1]), (RandomWriter.Letters(random, 40), profile[3]));
            var kept = await database.NewStoreAsync("kept");
            var writers = new RandomWriters(random);
            await writers.WriteAsync(database, [gone, kept], 3_000);
            var shared = await ShareAsync(database, writers.Versions.First(version => version.Store == gone && version.Content?.Size > 30), kept);
            var staying = writers.Versions.Where(version => version.Store == kept).Append(shared).ToList();
            erased = ErasedText.Of([.. writers.Versions.Where(version => version.Store == gone)], staying, profile);
            erased.AssertAllStandIn(directory.Path);

            OpenDatabase.Done(await database.DeleteStore.RunAsync(database.Caller, gone, CancellationToken.None));

            erased.AssertNoneStandsIn(directory.Path, "while the engine is open");
            await AssertKeptAsync(database, staying);
        }
        erased.AssertNoneStandsIn(directory.Path, "after the engine was closed");
    }

    [Fact]
    public async Task Versions_redacted_after_another_store_was_deleted_left_no_copy_where_their_rows_stood()
    {
        var random = Chance.For(nameof(Versions_redacted_after_another_store_was_deleted_left_no_copy_where_their_rows_stood));
        using var directory = new TemporaryDirectory();
        await using var database = await OpenDatabase.OpenAsync(directory.Path);
        var kept = await database.NewStoreAsync("kept");
        var writers = new RandomWriters(random, longPathsOneIn: 1);
        foreach (var round in (string[])["first", "second"])
        {
            // Rows of both stores lie side by side, few of the one between many of the other: removing those leaves pages so
            // empty that they are joined, which moves the rest.
            var gone = await database.NewStoreAsync(round);
            await writers.WriteAsync(database, [gone, gone, gone, kept], 2_000);
            var before = writers.Choose(50, kept);
            await database.RedactAsync(before);
            OpenDatabase.Done(await database.DeleteStore.RunAsync(database.Caller, gone, CancellationToken.None));
            var after = writers.Choose(int.MaxValue, kept);
            await database.RedactAsync(after);

            var lost = writers.Versions.Where(version => version.Store != kept).Concat(before).Concat(after).ToHashSet();
            ErasedText.Of(lost, [.. writers.Versions.Except(lost)]).AssertNoneStandsIn(directory.Path, $"in the {round} round");
        }
    }

    [Fact]
    public async Task Stores_deleted_at_once_left_no_copy_of_each_other()
    {
        var random = Chance.For(nameof(Stores_deleted_at_once_left_no_copy_of_each_other));
        using var directory = new TemporaryDirectory();
        await using var database = await OpenDatabase.OpenAsync(directory.Path);
        StoreId[] stores = [await database.NewStoreAsync("first"), await database.NewStoreAsync("second")];
        var kept = await database.NewStoreAsync("kept");
        var writers = new RandomWriters(random, longPathsOneIn: 1);
        await writers.WriteAsync(database, [stores[0], stores[1], stores[0], stores[1], stores[0], stores[1], stores[0], kept], 4_000);

        var deleted = stores.Select(store => database.DeleteStore.RunAsync(database.Caller, store, CancellationToken.None).AsTask());
        foreach (var outcome in await Task.WhenAll(deleted)) OpenDatabase.Done(outcome);

        var halves = writers.Versions.ToLookup(version => version.Store == kept);
        ErasedText.Of([.. halves[false]], [.. halves[true]]).AssertNoneStandsIn(directory.Path, "after both were deleted");
    }

    /// <summary>The content of a version once more, in another store.</summary>
    private static async Task<WrittenVersion> ShareAsync(OpenDatabase database, WrittenVersion version, StoreId store)
    {
        Assert.True(MemoryPath.TryParse("/shared", out var path, out _));
        var made = OpenDatabase.Done(await new CreateMemory(database.Commit).RunAsync(
            database.Caller, store, path, version.Content!, CancellationToken.None));
        return new WrittenVersion(store, made.Head, made.Id, path, version.Content);
    }

    private static async Task AssertKeptAsync(OpenDatabase database, IEnumerable<WrittenVersion> versions)
    {
        var retrieve = new RetrieveVersion(database.Engine);
        foreach (var version in versions)
        {
            var found = OpenDatabase.Done(await retrieve.RunAsync(database.Caller, version.Store, version.Id, withContent: true, CancellationToken.None));
            Assert.Equal(version.Path, found.Path);
            Assert.Equal(version.Content?.ToString(), found.Content?.ToString());
        }
    }

    private static async Task ReadOnAsync(OpenDatabase database, StoreId store, CancellationToken stop)
    {
        var list = new ListMemories(database.Engine);
        var request = new MemoryPageRequest(store, "/", DirectChildrenOnly: false, null, Limits.PageItemsWithContent, WithContent: true);
        while (!stop.IsCancellationRequested)
        {
            // A read answers at once and would keep its thread for itself.
            await Task.Yield();
            var page = OpenDatabase.Done(await list.RunAsync(database.Caller, request, CancellationToken.None));
            request = request with { After = page.Next };
        }
    }

    /// <summary>Pages through every version of every store again and again, as an export does.</summary>
    private static async Task ExportOnAsync(OpenDatabase database, IReadOnlyList<StoreId> stores, CancellationToken stop)
    {
        var list = new ListVersions(database.Engine);
        for (var (store, below) = (0, (long?)null); !stop.IsCancellationRequested; store += below is null ? 1 : 0)
        {
            await Task.Yield();
            var query = new VersionQuery(stores[store % stores.Count], Limits.PageItems, WithContent: true) { BelowSeq = below };
            below = OpenDatabase.Done(await list.RunAsync(database.Caller, query, CancellationToken.None)).NextBelowSeq;
        }
    }
}
