using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Memories;

public sealed class RetrieveMemory(IStorageEngine storage)
{
    public ValueTask<Outcome<Memory>> RunAsync(Caller caller, StoreId store, MemoryId memory, bool withContent, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Memory>>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, store) is null) return new Refusal.StoreUnknown(store.Value);
            return await reader.FindMemoryAsync(caller, store, memory, withContent) is { } found ? found : new Refusal.MemoryUnknown(memory.Value);
        }, stop);
}
