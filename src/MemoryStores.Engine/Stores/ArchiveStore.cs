using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Stores;

/// <summary>Closes a store for new writes, for good. A second call finds it done.</summary>
public sealed class ArchiveStore(IStorageEngine storage)
{
    public ValueTask<Outcome<MemoryStore>> RunAsync(Caller caller, StoreId id, CancellationToken stop) =>
        storage.RunAsync<Outcome<MemoryStore>>(id, async tx =>
        {
            if (await tx.FindStoreAsync(caller, id) is not { } store) return new Refusal.StoreUnknown(id.Value);
            if (!caller.Grant.HasWholeStores) return new Refusal.ScopeTooNarrow();
            if (store.ArchivedAt is not null) return store;

            var head = await tx.FindHeadAsync(caller, id);
            var chain = new HistoryChain(tx, head!);
            var entry = await chain.AppendAsync(draft => draft, HistoryKind.StoreArchived, caller.Actor);
            var archived = store with { ArchivedAt = entry.At, UpdatedAt = entry.At };
            await tx.PutStoreAsync(archived, profileSeq: null);
            chain.Archive();
            await chain.CloseAsync();
            return archived;
        }, stop);
}
