using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Versions;

public sealed class RetrieveVersion(IStorageEngine storage)
{
    public ValueTask<Outcome<MemoryVersion>> RunAsync(
        Caller caller, StoreId store, VersionId version, bool withContent, CancellationToken stop) =>
        storage.ReadAsync<Outcome<MemoryVersion>>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, store) is null) return new Refusal.StoreUnknown(store.Value);
            return await reader.FindVersionAsync(caller, store, version, withContent) is { } found ? found : new Refusal.VersionUnknown(version.Value);
        }, stop);
}
