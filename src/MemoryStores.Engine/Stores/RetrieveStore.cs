using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Stores;

public sealed class RetrieveStore(IStorageEngine storage)
{
    public ValueTask<Outcome<MemoryStore>> RunAsync(Caller caller, StoreId id, CancellationToken stop) =>
        storage.ReadAsync<Outcome<MemoryStore>>(async reader =>
            await reader.FindStoreAsync(caller, id) is { } store ? store : new Refusal.StoreUnknown(id.Value), stop);
}
