using MemoryStores.Contract;

namespace MemoryStores.Engine.History;

/// <summary>What the feed needs of a history entry: which it is and whom it concerns, no content and no salts.</summary>
public sealed record HistoryHint(
    long Seq, HistoryKind Kind, MemoryId? Memory, VersionId? Version, VersionId? About, string? CommitId, ReadOnlyMemory<byte> Link)
{
    /// <summary>The entry's path, where paths were asked for and it was not erased.</summary>
    public MemoryPath? Path { get; init; }

    /// <summary>The path of the version before this one of the same memory, where paths were asked for and it was not erased.</summary>
    public MemoryPath? PathBefore { get; init; }
}
