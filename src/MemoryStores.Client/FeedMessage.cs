using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>What a stream of changes says. <see cref="Cursor"/> is where to go on after it, whatever it is.</summary>
public abstract record FeedMessage
{
    private FeedMessage(string cursor) => Cursor = cursor;

    public string Cursor { get; }

    /// <summary>Something happened to a memory or to the store.</summary>
    public sealed record Change(ChangeEventBody Event, string Cursor) : FeedMessage(Cursor);

    /// <summary>The server lives, and everything up to this cursor was told. The first one says that the backlog is over.</summary>
    public sealed record Heartbeat(string Cursor, long HeadSeq) : FeedMessage(Cursor);

    /// <summary>The cursor is none of this history: take a snapshot and compare. The stream goes on behind the head.</summary>
    public sealed record Reset(string Reason, string Message, string Cursor) : FeedMessage(Cursor);

    /// <summary>The server ends this stream; connect again with the cursor. The last message.</summary>
    public sealed record Resume(string Reason, string Cursor) : FeedMessage(Cursor);

    /// <summary>The store is gone for good. The last message.</summary>
    public sealed record Deleted(string Cursor) : FeedMessage(Cursor);
}
