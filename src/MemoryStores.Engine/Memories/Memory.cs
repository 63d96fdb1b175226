using MemoryStores.Contract;

namespace MemoryStores.Engine.Memories;

/// <summary>A live memory: its place and the head version's content, which is read only where it was asked for.</summary>
public sealed record Memory(
    MemoryId Id, StoreId Store, VersionId Head, MemoryPath Path, ContentDigest Digest, int Size, MemoryContent? Content,
    long CreatedAt, long UpdatedAt);
