using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Stores;

/// <summary>
/// Removes a store with all its memories and versions, and answers when no file holds them any more. From the first moment
/// the store is unknown to every other call; a repeat while the erasure still goes on waits for it.
/// </summary>
public sealed class DeleteStore(IStorageEngine storage, TimeSpan patience)
{
    public async ValueTask<Outcome<StoreId>> RunAsync(Caller caller, StoreId id, CancellationToken stop)
    {
        var refusal = await storage.RunAsync<Refusal?>(id, async tx =>
        {
            if (await tx.FindHeadAsync(caller, id) is null)
            {
                return caller.Grant.HasAllStores && await tx.IsErasurePendingAsync(caller.Workspace, id, null)
                    ? null
                    : new Refusal.StoreUnknown(id.Value);
            }
            if (!caller.Grant.HasWholeStores) return new Refusal.ScopeTooNarrow();
            await tx.EraseStoreAsync(id);
            return null;
        }, stop);
        if (refusal is not null) return refusal;
        return await storage.FinishErasuresAsync(patience, stop) ? id : new Refusal.StillErasing();
    }
}
