using MemoryStores.Contract;

namespace MemoryStores.Engine.Stores;

/// <summary>A memory store as its owner sees it. Times are microseconds since 1970, here and everywhere in the engine.</summary>
public sealed record MemoryStore(
    StoreId Id, WorkspaceId Workspace, StoreProfile Profile, long CreatedAt, long UpdatedAt, long? ArchivedAt);

/// <summary>
/// Where a store's history ends and what its live memories add up to. Moves with every unit that writes to the store, so
/// it is kept apart from the rest: small, of fixed size, and free of text.
/// </summary>
public sealed record StoreHead(StoreId Id, long Seq, ReadOnlyMemory<byte> Link, long At, long Memories, long Bytes, bool Archived)
{
    public static StoreHead Empty(StoreId id) => new(id, 0, new byte[History.HistoryHash.Size], 0, 0, 0, false);
}
