using System.Collections.Immutable;
using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<Session?> FindSessionAsync(WorkspaceId workspace, SessionId session) =>
        Found(Root.Sessions.GetValueOrDefault(session.Value) is { } rows && rows.Session.Head.Workspace == workspace ? rows.Session : null);

    public async ValueTask<SessionHead?> FindSessionHeadAsync(WorkspaceId workspace, SessionId session) => (await FindSessionAsync(workspace, session))?.Head;

    public ValueTask<IReadOnlyList<Session>> ListSessionsAsync(SessionQuery query)
    {
        var found = Root.Sessions.Values.Select(rows => rows.Session)
            .Where(one => one.Head.Workspace == query.Workspace)
            .Where(one => query.IncludeArchived || one.Head.ArchivedAt is null)
            .Where(one => query.Agent is null || one.Definition.Agent.Id == query.Agent)
            .Where(one => query.AgentVersion is null || one.Definition.Agent.Version == query.AgentVersion)
            .Where(one => query.Statuses is null || query.Statuses.Contains(one.Head.Status))
            .Where(one => query.Store is null || one.Definition.Stores.Any(store => store.MemoryStoreId == query.Store))
            .Where(one => query.CreatedFrom is not { } from || one.Head.CreatedAt >= from)
            .Where(one => query.CreatedUntil is not { } until || one.Head.CreatedAt <= until)
            .OrderBy(one => one.Head.CreatedAt).ThenBy(one => one.Id.Value, StringComparer.Ordinal).ToList();
        if (!query.OldestFirst) found.Reverse();
        var behind = found.Where(one => query.After is not { } last || Behind(one, last)).Take(query.Take);
        return Found<IReadOnlyList<Session>>([.. behind]);

        bool Behind(Session one, (long CreatedAt, string Id) last)
        {
            var order = one.Head.CreatedAt.CompareTo(last.CreatedAt) is not 0 and var times ? times : string.CompareOrdinal(one.Id.Value, last.Id);
            return query.OldestFirst ? order > 0 : order < 0;
        }
    }

    public ValueTask<SessionEvent?> FindEventAsync(SessionId session, string id) => Found(EventsOf(session).FirstOrDefault(one => one.Id == id));

    public ValueTask<IReadOnlyList<SessionEvent>> ListEventsAsync(EventQuery query)
    {
        var hasBounds = (query.From ?? query.Until) is not null;
        var found = EventsOf(query.Session)
            .Where(one => query.Types is null || query.Types.Contains(one.Type))
            .Where(one => !hasBounds || one.ProcessedAt is not null)
            .Where(one => query.From is not { } from || one.Place >= from)
            .Where(one => query.Until is not { } until || one.Place <= until)
            .OrderBy(one => one.Place).ThenBy(one => one.Seq).ToList();
        if (!query.OldestFirst) found.Reverse();
        return Bounded(found.Where(one => query.After is not { } last || (query.OldestFirst
            ? (one.Place, one.Seq).CompareTo(last) > 0
            : (one.Place, one.Seq).CompareTo(last) < 0)), query.Take, query.Characters);
    }

    public ValueTask<IReadOnlyList<SessionEvent>> ListEventsAfterAsync(SessionId session, long seq, int take, int characters) =>
        Bounded(EventsOf(session).Where(one => one.Seq > seq), take, characters);

    public ValueTask PutSessionAsync(Session session) =>
        PutRows(new SessionRows(session, EventsOf(session.Id)));

    public ValueTask PutSessionHeadAsync(SessionHead head)
    {
        var rows = Root.Sessions[head.Id.Value];
        return PutRows(rows with { Session = rows.Session with { Head = head } });
    }

    public ValueTask AppendEventAsync(SessionId session, SessionEvent added)
    {
        var rows = Root.Sessions[session.Value];
        if (rows.Events.Any(one => one.Id == added.Id || one.Seq == added.Seq)) throw new InvalidOperationException($"There is an event {added.Id} or {added.Seq} already.");
        return PutRows(rows with { Events = rows.Events.Add(added) });
    }

    public ValueTask ProcessWaitingEventsAsync(SessionId session, long at)
    {
        var rows = Root.Sessions[session.Value];
        return PutRows(rows with { Events = [.. rows.Events.Select(one => one with { ProcessedAt = one.ProcessedAt ?? at })] });
    }

    public ValueTask EraseSessionAsync(SessionId session)
    {
        Root = Root with { Sessions = Root.Sessions.Remove(session.Value) };
        return ValueTask.CompletedTask;
    }

    /// <summary>Nothing is left to remove: an erased session is gone at once here.</summary>
    public ValueTask<int> RemoveErasedSessionsAsync(int most) => Found(0);

    private ImmutableList<SessionEvent> EventsOf(SessionId session) => Root.Sessions.GetValueOrDefault(session.Value)?.Events ?? [];

    private ValueTask PutRows(SessionRows rows)
    {
        Root = Root with { Sessions = Root.Sessions.SetItem(rows.Session.Id.Value, rows) };
        return ValueTask.CompletedTask;
    }

    private static ValueTask<IReadOnlyList<SessionEvent>> Bounded(IEnumerable<SessionEvent> rows, int take, int characters)
    {
        var (found, size) = (new List<SessionEvent>(), 0L);
        foreach (var one in rows.Take(take))
        {
            if (size > characters && found.Count > 1) break;
            found.Add(one);
            size += one.Fields.Text.Length;
        }
        return Found<IReadOnlyList<SessionEvent>>(found);
    }
}

/// <summary>A session and its transcript, in the order in which it came.</summary>
internal sealed record SessionRows(Session Session, ImmutableList<SessionEvent> Events);
