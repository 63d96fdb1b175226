using MemoryStores.Contract;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Engine.History;

/// <summary>
/// The numbers are stored and the names are hashed into the history: append, never renumber or rename. Those below 10 are
/// versions of memories, one entry each; all others tell of something that happened to a version or to the store.
/// </summary>
public enum HistoryKind
{
    MemoryCreated = 1,
    MemoryModified = 2,
    MemoryDeleted = 3,
    StoreCreated = 10,
    StoreUpdated = 11,
    StoreArchived = 12,
    VersionRedacted = 20,
    MemoryConflict = 21,
}

/// <summary>
/// One thing that happened in a store, under the next seq. Its plain fields are hashed as they are; path, content and
/// profile enter the hash only as salted commitments (<see cref="HistoryHash"/>), so that they can be erased later.
/// </summary>
public sealed record HistoryEntry
{
    public required StoreId Store { get; init; }
    public required long Seq { get; init; }
    public required HistoryKind Kind { get; init; }
    public required long At { get; init; }
    public required Actor? By { get; init; }
    public string? CommitId { get; init; }
    public MemoryId? Memory { get; init; }

    /// <summary>The version that this entry is; of a conflict the one that was saved, whose own entry is the one before.</summary>
    public VersionId? Version { get; init; }

    /// <summary>The version a redaction emptied, or that a save contradicted.</summary>
    public VersionId? About { get; init; }

    public MemoryPath? Path { get; init; }
    public ContentDigest? Digest { get; init; }
    public int? Size { get; init; }

    /// <summary>The bytes of <see cref="Digest"/>, where the store may not have them yet.</summary>
    public MemoryContent? Content { get; init; }
    public StoreProfile? Profile { get; init; }

    public bool IsVersion => Kind is HistoryKind.MemoryCreated or HistoryKind.MemoryModified or HistoryKind.MemoryDeleted;

    /// <summary>True for the version that becomes the head of its memory.</summary>
    public bool IsHead { get; init; }

    /// <summary>32 bytes for each committed field, in <see cref="HistoryHash"/>'s order; a commitment after erasure.</summary>
    public ReadOnlyMemory<byte> Salts { get; init; }
    public ReadOnlyMemory<byte> Entry { get; init; }
    public ReadOnlyMemory<byte> Link { get; init; }
}
