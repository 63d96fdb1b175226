using MemoryStores.Contract.Wire;

namespace MemoryStores.Mount.Remote;

/// <summary>A store as a mount needs it. Calls fail with ServerUnreachableException or ApiException; all may be repeated.</summary>
internal interface IRemoteStore
{
    /// <summary>
    /// Whether several changes can be one commit that lands whole or not at all, and content can be appended to whatever the
    /// head is. Without it directories are not renamed, and saves always carry the whole content.
    /// </summary>
    bool HasCommits { get; }

    /// <summary>All live memories at one moment; content is there where it was asked for and was at hand.</summary>
    Task<Listing> ListAsync(bool withContent, Action<MemoryBody> each, CancellationToken stop);

    /// <summary>One memory with its content; null when there is none of this id (any more).</summary>
    Task<MemoryBody?> FindAsync(string memory, CancellationToken stop);

    /// <summary>The content of a version, which never changes; null when it was redacted, or is not there.</summary>
    Task<byte[]?> ContentAsync(string version, CancellationToken stop);

    /// <summary>Carries changes out in order; a repeat with the same commit_id answers the first outcome.</summary>
    Task<CommitBody> CommitAsync(CommitRequestBody commit, CancellationToken stop);

    /// <summary>
    /// What happens in the store after the listing, as hints. Ends by exception when the connection is lost: go on from
    /// the last hint's cursor.
    /// </summary>
    IAsyncEnumerable<Hint> FollowAsync(string? cursor, CancellationToken stop);
}

/// <summary>Where in the store's history a listing stands.</summary>
internal sealed record Listing(string? Cursor, long Seq, bool Archived);

/// <summary>Something that happened; <see cref="Cursor"/> is where to go on after it.</summary>
internal abstract record Hint(string? Cursor)
{
    /// <summary>
    /// A memory was written, moved or deleted; <see cref="Commit"/> tells whose change it was, <see cref="Seq"/> which, where known.
    /// </summary>
    public sealed record MemoryChanged(string? Cursor, string Memory, long? Seq, string? Commit) : Hint(Cursor);

    public sealed record StoreArchived(string? Cursor) : Hint(Cursor);

    public sealed record StoreDeleted(string? Cursor) : Hint(Cursor);

    /// <summary>Nothing new, but the server answers.</summary>
    public sealed record Alive(string? Cursor, long HeadSeq) : Hint(Cursor);

    /// <summary>The history is not the one followed until now: compare with a listing.</summary>
    public sealed record Lost(string Reason) : Hint((string?)null);
}
