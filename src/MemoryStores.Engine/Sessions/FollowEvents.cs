using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>What came to a session after a seq, and whether that is all.</summary>
public sealed record EventsAfter(IReadOnlyList<SessionEvent> Events, bool HasMore);

/// <summary>Events in the order in which they came, for those that listen; the refusal when the session is gone.</summary>
public sealed class FollowEvents(IStorageEngine storage)
{
    private const int Page = 200;
    private const int PageCharacters = 512 * 1024;

    /// <summary>Where a session ends now.</summary>
    public ValueTask<Outcome<SessionHead>> FindAsync(Caller caller, SessionId id, CancellationToken stop) =>
        storage.ReadAsync(reader => reader.FindHeadAsync(caller, id), stop);

    public ValueTask<Outcome<EventsAfter>> RunAsync(Caller caller, SessionId id, long after, CancellationToken stop) =>
        storage.ReadAsync<Outcome<EventsAfter>>(async reader =>
        {
            if (!(await reader.FindHeadAsync(caller, id)).IsDone(out var head, out var lack)) return lack;
            var rows = head.Seq > after ? await reader.ListEventsAfterAsync(id, after, Page, PageCharacters) : [];
            return new EventsAfter(rows, rows.Count > 0 && rows[^1].Seq < head.Seq);
        }, stop);
}
