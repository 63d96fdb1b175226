using MemoryStores.Contract;
using MemoryStores.Engine.History;

namespace MemoryStores.Engine.Changes;

/// <summary>One entry of the history as a caller is told of it. <paramref name="Memory"/> is null for events of the store.</summary>
public sealed record ChangeEvent(ChangeCursor At, HistoryKind Kind, MemoryId? Memory, VersionId? Version, string? CommitId);

/// <summary>
/// Changes in order. <paramref name="Cursor"/> stands behind everything looked at, which may be more than the caller may see.
/// </summary>
public sealed record ChangePage(IReadOnlyList<ChangeEvent> Events, ChangeCursor Cursor, long HeadSeq)
{
    public bool HasMore => Cursor.Seq < HeadSeq;

    /// <summary>Why the cursor asked for does not lead on; <see cref="Cursor"/> is the head then.</summary>
    public FeedReset? Reset { get; init; }
}

/// <summary>The reader must take a snapshot and compare: what happened since its cursor cannot be told.</summary>
public enum FeedReset
{
    /// <summary>This history does not reach that far: an older copy of the store was put back.</summary>
    UnknownCursor,

    /// <summary>This history went another way: it was put back and then written to, or rewritten.</summary>
    ContradictedCursor,

    /// <summary>A redaction took away whether a change was inside of the caller's directory.</summary>
    Redacted,
}
