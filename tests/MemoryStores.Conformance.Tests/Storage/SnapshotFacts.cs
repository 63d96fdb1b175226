using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A snapshot is the store at one seq: what came later is in the feed behind its cursor, and nothing is in both or neither.</summary>
public abstract class SnapshotFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private TakeSnapshot Take => new(Engine);

    [Fact]
    public async Task It_lists_every_memory_in_the_order_of_bytes_with_the_cursor_of_the_feed()
    {
        foreach (var path in new[] { "/b", "/a/ü", "/a/z", "/a.md", "/\U0001F600", "/\uFF5E" }) await CreateAsync(path);

        var snapshot = (await Take.RunAsync(Me, Store, Never)).Done();

        Assert.Equal(["/a.md", "/a/z", "/a/ü", "/b", "/\uFF5E", "/\U0001F600"], snapshot.Memories.Select(memory => memory.Path.Value));
        Assert.All(snapshot.Memories, memory => Assert.Null(memory.Content));
        Assert.Equal((await new ReadChanges(Engine).RunAsync(Me, Store, null, 1, Never)).Done().Cursor, snapshot.Cursor);
        Assert.Equal(Store, snapshot.Store.Id);
    }

    [Fact]
    public async Task A_directorys_key_gets_its_directory_and_an_unknown_store_is_refused()
    {
        foreach (var path in new[] { "/a", "/team/a", "/team/b", "/team0", "/z" }) await CreateAsync(path);
        var narrow = Me with { Grant = new Grant(KeyRole.Read, null, "/team/") };

        Assert.Equal(["/team/a", "/team/b"], (await Take.RunAsync(narrow, Store, Never)).Done().Memories.Select(memory => memory.Path.Value));
        Assert.IsType<Refusal.StoreUnknown>((await Take.RunAsync(Me, StoreId.FromStorage("memstore_none"), Never)).Why());
    }

    [Fact]
    public async Task Contents_are_those_of_the_listing_whatever_happened_since()
    {
        var (kept, changed, gone, redacted) = (await CreateAsync("/kept", "1"), await CreateAsync("/changed", "2"), await CreateAsync("/gone", "3"), await CreateAsync("/redacted", "4"));
        var snapshot = (await Take.RunAsync(Me, Store, Never)).Done();
        await UpdateAsync(changed.Id, "new");
        await DeleteAsync(gone.Id);
        await UpdateAsync(redacted.Id, "new");
        await RedactAsync(redacted.Head);

        var contents = await Take.ReadContentsAsync(Me, Store, snapshot.Memories, Never);

        Assert.Equal(["/changed=2", "/gone=3", "/kept=1"], contents!.Select(memory => $"{memory.Path}={memory.Content}"));
        Assert.Equal(kept.Head, contents![2].Head);
    }

    [Fact]
    public async Task The_contents_of_a_deleted_store_are_none_at_all()
    {
        await CreateAsync("/a");
        var snapshot = (await Take.RunAsync(Me, Store, Never)).Done();
        await new DeleteStore(Engine, Patience).RunAsync(Me, Store, Never);

        Assert.Null(await Take.ReadContentsAsync(Me, Store, snapshot.Memories, Never));
    }

    [Fact]
    public async Task Among_writers_each_snapshot_is_what_the_history_up_to_its_seq_makes()
    {
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 2_000 && !enough.IsCancellationRequested; i++)
            {
                var memory = await CreateAsync($"/{writer}/{i}");
                if (i % 3 == 1) await UpdateAsync(memory.Id, path: $"/{writer}/moved/{i}");
                if (i % 3 == 2) await DeleteAsync(memory.Id);
            }
        })).ToList();
        var snapshots = new List<StoreListing>();
        while (snapshots.Count < 10) snapshots.Add((await Take.RunAsync(Me, Store, Never)).Done());
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        var history = await HistoryAsync();
        foreach (var snapshot in snapshots)
        {
            var live = new Dictionary<MemoryId, VersionId>();
            foreach (var entry in history.Take((int)snapshot.Cursor.Seq))
            {
                if (entry.Kind == HistoryKind.MemoryDeleted) live.Remove(entry.Memory!);
                else if (entry is { IsVersion: true, Version: { } version }) live[entry.Memory!] = version;
            }
            Assert.Equal(live.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal), snapshot.Memories.ToDictionary(memory => memory.Id, memory => memory.Head).OrderBy(pair => pair.Key.Value, StringComparer.Ordinal));
        }
    }
}
