using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Stores;

public sealed class CreateStore(IStorageEngine storage, Limits limits)
{
    public ValueTask<Outcome<MemoryStore>> RunAsync(Caller caller, StoreProfile profile, CancellationToken stop) =>
        storage.RunAsync<Outcome<MemoryStore>>(null, async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.ScopeTooNarrow();
            if (await tx.CountStoresAsync(caller.Workspace) >= limits.StoresPerWorkspace)
                return new Refusal.WorkspaceFull(limits.StoresPerWorkspace);

            var id = StoreId.FromStorage(tx.NewId(StoreId.Tag));
            var chain = new HistoryChain(tx, StoreHead.Empty(id));
            var store = new MemoryStore(id, caller.Workspace, profile, chain.NextAt, chain.NextAt, null);
            await tx.InsertStoreAsync(store);
            var entry = await chain.AppendAsync(draft => draft with { Profile = profile }, HistoryKind.StoreCreated, caller.Actor);
            await tx.PutStoreAsync(store, entry.Seq);
            await chain.CloseAsync();
            return store;
        }, stop);
}
