using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Engine.Storage;

/// <summary>Looks up sessions of a workspace and their events, archived ones included. A session that was erased is not there.</summary>
public interface ISessionReader
{
    /// <summary>All of a session.</summary>
    ValueTask<Session?> FindSessionAsync(WorkspaceId workspace, SessionId session);

    /// <summary>The moving part of a session.</summary>
    ValueTask<SessionHead?> FindSessionHeadAsync(WorkspaceId workspace, SessionId session);

    /// <summary>Sessions by when they were made, ties by id, in the direction of the query.</summary>
    ValueTask<IReadOnlyList<Session>> ListSessionsAsync(SessionQuery query);

    /// <summary>The event of a session under this id.</summary>
    ValueTask<SessionEvent?> FindEventAsync(SessionId session, string id);

    /// <summary>Events by when they were processed, ties in the order in which they came; those that still wait stand behind all others.</summary>
    ValueTask<IReadOnlyList<SessionEvent>> ListEventsAsync(EventQuery query);

    /// <summary>
    /// Events after a seq in the order in which they came, without a gap. Ends also with the event, behind the first, that passes so many
    /// characters of fields.
    /// </summary>
    ValueTask<IReadOnlyList<SessionEvent>> ListEventsAfterAsync(SessionId session, long seq, int take, int characters);
}

/// <summary>Changes sessions.</summary>
public interface ISessionTransaction
{
    /// <summary>Makes a session, or replaces all of it.</summary>
    ValueTask PutSessionAsync(Session session);

    /// <summary>Replaces the moving part of a session.</summary>
    ValueTask PutSessionHeadAsync(SessionHead head);

    /// <summary>Adds an event, whose seq is the next; the head that says so follows in the same unit.</summary>
    ValueTask AppendEventAsync(SessionId session, SessionEvent added);

    /// <summary>Gives every event of a session that waits a time.</summary>
    ValueTask ProcessWaitingEventsAsync(SessionId session, long at);

    /// <summary>Hides a session at once from every reader; its rows are left to <see cref="RemoveErasedSessionsAsync"/>.</summary>
    ValueTask EraseSessionAsync(SessionId session);

    /// <summary>Removes up to so many events of hidden sessions, and sessions that have none left; how many rows that were.</summary>
    ValueTask<int> RemoveErasedSessionsAsync(int most);
}

/// <summary>Sessions that satisfy every given filter, behind the cursor in the direction of the query.</summary>
public sealed record SessionQuery(WorkspaceId Workspace, int Take)
{
    /// <summary>Ascending by when they were made.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Also archived ones.</summary>
    public bool IncludeArchived { get; init; }

    /// <summary>Those made of this agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Those made of an agent at this version.</summary>
    public long? AgentVersion { get; init; }

    /// <summary>Those that have this memory store among their resources.</summary>
    public string? Store { get; init; }

    /// <summary>Of these statuses; null for all.</summary>
    public IReadOnlyList<SessionStatus>? Statuses { get; init; }

    /// <summary>Made at this time or later.</summary>
    public long? CreatedFrom { get; init; }

    /// <summary>Made at this time or earlier.</summary>
    public long? CreatedUntil { get; init; }

    /// <summary>Those behind the one that was made then under this id.</summary>
    public (long CreatedAt, string Id)? After { get; init; }
}

/// <summary>Events of a session that satisfy every given filter, behind the cursor in the direction of the query.</summary>
public sealed record EventQuery(SessionId Session, int Take)
{
    /// <summary>Ascending by when they were processed.</summary>
    public bool OldestFirst { get; init; } = true;

    /// <summary>Of these types; null for all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Processed at this time or later. Events that wait have no time, and satisfy no bound.</summary>
    public long? From { get; init; }

    /// <summary>Processed at this time or earlier.</summary>
    public long? Until { get; init; }

    /// <summary>Those behind the one at this place with this seq.</summary>
    public (long Place, long Seq)? After { get; init; }

    /// <summary>The list ends also with the event, behind the first, that passes so many characters of fields.</summary>
    public int Characters { get; init; } = Limits.EventPageCharacters;
}
