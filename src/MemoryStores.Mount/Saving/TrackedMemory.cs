using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>
/// A memory of the store as this mount knows it. While changes of it are pending the committer alone changes what is known of
/// the server's side; otherwise the follower does, under the tree's gate like everything else.
/// </summary>
internal sealed class TrackedMemory
{
    /// <summary>Null until the server has it, and again when it was deleted there.</summary>
    public string? Id { get; set; }

    /// <summary>The head as last heard of.</summary>
    public string? Version { get; set; }

    /// <summary>From what this mount's next save starts, unless one is queued.</summary>
    public Basis Base { get; set; } = Basis.Unknown;

    /// <summary>The head's content where it is not <see cref="Base"/>: others' changes that programs here have not seen.</summary>
    public HeadContent Head { get; set; } = HeadContent.IsBase;

    /// <summary>The file that shows it; null after that was removed here.</summary>
    public MemoryNode? Node { get; set; }

    /// <summary>How many of its changes the server has not answered.</summary>
    public int Pending { get; set; }

    /// <summary>The last change queued, for who waits for it.</summary>
    public PendingChange? Last { get; set; }

    /// <summary>The last save queued, from which the next one starts; null when none is.</summary>
    public PendingSave? LastSave { get; set; }

    /// <summary>Renamed here to a scratch name, which the server is told only when no editor writes it anew.</summary>
    public bool IsKept { get; set; }

    /// <summary>The times of the last saves, the oldest first.</summary>
    public Queue<long> RecentSaves { get; } = new();

    /// <summary>The server has something newer.</summary>
    public bool IsStale { get; set; }

    /// <summary>By which number the journal knows it; 0 when it does not.</summary>
    public long JournalKey { get; set; }

    /// <summary>Grows with each change made here: what was fetched before says nothing of what is now.</summary>
    public int Epoch { get; set; }
}

/// <summary>
/// What a save starts from: the content, null where it is not here; the version that has it, null where none is known to; and the
/// save that is to make it, where that is still on its way.
/// </summary>
internal sealed record Basis(byte[]? Content, string? Version, PendingSave? Save = null)
{
    public static readonly Basis Unknown = new(null, null);
    public static readonly Basis Nothing = new([], null);
}

/// <summary>How the head's content stands to what a save starts from.</summary>
internal abstract record HeadContent
{
    private HeadContent() { }

    public static readonly HeadContent IsBase = new Same();
    public static readonly HeadContent IsUnknown = new Unknown();

    public sealed record Same : HeadContent;

    /// <summary>It is another, and was not fetched.</summary>
    public sealed record Unknown : HeadContent;

    public sealed record Differs(byte[] Content) : HeadContent;
}
