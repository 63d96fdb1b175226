using MemoryStores.Contract;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Engine.Access;

/// <summary>Looks rows up as a caller may see them: what its grant leaves out is not found.</summary>
internal static class Visibility
{
    public static ValueTask<StoreHead?> FindHeadAsync(this IStorageReader reader, Caller caller, StoreId store) =>
        caller.Grant.Sees(store) ? reader.FindHeadAsync(caller.Workspace, store) : ValueTask.FromResult<StoreHead?>(null);

    public static ValueTask<MemoryStore?> FindStoreAsync(this IStorageReader reader, Caller caller, StoreId store) =>
        caller.Grant.Sees(store) ? reader.FindStoreAsync(caller.Workspace, store) : ValueTask.FromResult<MemoryStore?>(null);

    public static async ValueTask<Memory?> FindMemoryAsync(
        this IStorageReader reader, Caller caller, StoreId store, MemoryId memory, bool withContent) =>
        await reader.FindMemoryAsync(store, memory, withContent) is { } found && caller.Grant.Sees(found.Path) ? found : null;

    public static async ValueTask<MemoryVersion?> FindVersionAsync(
        this IStorageReader reader, Caller caller, StoreId store, VersionId version, bool withContent) =>
        await reader.FindVersionAsync(store, version, withContent) is { } found && caller.Grant.SeesVersionAt(found.Path) ? found : null;
}
