using MemoryStores.Contract;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<Memory?> FindMemoryAsync(StoreId store, MemoryId memory, bool withContent) =>
        Found(Find(store) is { } rows && rows.Memories.GetValueOrDefault(memory) is { HeadSeq: not null } ? Read(rows, memory, withContent) : null);

    public ValueTask<Memory?> FindMemoryAtAsync(StoreId store, string path) =>
        Found(Find(store) is { } rows && rows.LivePaths.TryGetValue(path, out var memory) ? Read(rows, memory, withContent: false) : null);

    public ValueTask<IReadOnlyList<Memory>> ListMemoriesAsync(MemoryQuery query) => Found<IReadOnlyList<Memory>>(
        Find(query.Store) is not { } rows ? [] :
        [
            .. rows.LivePaths
                .Where(live => Utf8Order.Compare(live.Key, query.From) >= 0 && Utf8Order.Compare(live.Key, query.Until) < 0)
                .Take(query.Take)
                .Select(live => Read(rows, live.Value, query.WithContent)),
        ]);

    public ValueTask InsertMemoryAsync(StoreId store, MemoryId memory, long createdAt)
    {
        var rows = Get(store);
        return Put(rows with { Memories = rows.Memories.Add(memory, new MemoryRow(createdAt, HeadSeq: null)) });
    }

    public ValueTask VacateAsync(StoreId store, MemoryId memory)
    {
        var rows = Get(store);
        var row = rows.Memories[memory];
        var head = rows.EntryAt(row.HeadSeq!.Value);
        return Put(rows.WithEntry(head with { IsHead = false }) with
        {
            Memories = rows.Memories.SetItem(memory, row with { HeadSeq = null }),
            LivePaths = rows.LivePaths.Remove(head.Path!.Value),
        });
    }

    private Memory Read(StoreRows rows, MemoryId memory, bool withContent)
    {
        var row = rows.Memories[memory];
        var head = rows.EntryAt(row.HeadSeq!.Value);
        return new Memory(
            memory, rows.Store.Id, head.Version!, head.Path!, head.Digest!, head.Size!.Value,
            withContent ? ContentOf(rows, head.Digest!) : null, row.CreatedAt, head.At);
    }

    private MemoryContent ContentOf(StoreRows rows, ContentDigest digest) => Root.Contents[(rows.Store.Workspace, digest)];
}
