using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Engine.Changes;

/// <summary>A store as it stood at a cursor: every memory the caller may see, in the order of paths, without content.</summary>
public sealed record StoreListing(MemoryStore Store, ChangeCursor Cursor, IReadOnlyList<Memory> Memories);

/// <summary>
/// 1. The listing comes from one short read, so that it is of one moment; it is bounded by memories_per_store. 2. Contents
/// follow in pages, each a read of its own: they are looked up by version, and a version never changes.
/// </summary>
public sealed class TakeSnapshot(IStorageEngine storage)
{
    public ValueTask<Outcome<StoreListing>> RunAsync(Caller caller, StoreId id, CancellationToken stop) =>
        storage.ReadAsync<Outcome<StoreListing>>(async reader =>
        {
            if (await reader.FindStoreAsync(caller, id) is not { } store) return new Refusal.StoreUnknown(id.Value);
            var head = (await reader.FindHeadAsync(caller, id))!;
            var range = PathRange.Below("/").Within(caller.Grant.PathPrefix);
            var memories = await reader.ListMemoriesAsync(new MemoryQuery(id, range.From, range.Until, int.MaxValue, WithContent: false));
            return new StoreListing(store, ChangeCursor.Of(head.Seq, head.Link), memories);
        }, stop);

    /// <summary>
    /// These memories with their content; the ones whose version was redacted since the listing are left out. Null when the
    /// store is gone.
    /// </summary>
    public ValueTask<IReadOnlyList<Memory>?> ReadContentsAsync(Caller caller, StoreId store, IReadOnlyList<Memory> page, CancellationToken stop) =>
        storage.ReadAsync<IReadOnlyList<Memory>?>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, store) is null) return null;
            var found = new List<Memory>(page.Count);
            foreach (var memory in page)
            {
                if (await reader.FindVersionAsync(store, memory.Head, withContent: true) is { Content: { } content }) found.Add(memory with { Content = content });
            }
            return found;
        }, stop);
}
