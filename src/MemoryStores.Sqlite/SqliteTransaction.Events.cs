using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    private const string SelectEvents = "SELECT seq, id, type, fields, recorded_at, place, actor_kind, actor FROM session_events WHERE session = (SELECT no FROM sessions WHERE id = ?)";

    // The index session_events_by_place serves both orders. Names of types hold no spaces, so that a word is found whole or not at all.
    private const string EventFilters = SelectEvents + " AND place >= ? AND place <= ? AND (? IS NULL OR instr(?, ' ' || type || ' '))";

    private const string ListOldestEvents = EventFilters + " AND (place, seq) > (?, ?) ORDER BY place, seq LIMIT ?";

    private const string ListNewestEvents = EventFilters + " AND (place, seq) < (?, ?) ORDER BY place DESC, seq DESC LIMIT ?";

    private const string ListEventsInOrder = SelectEvents + " AND seq > ? ORDER BY seq LIMIT ?";

    public ValueTask<SessionEvent?> FindEventAsync(SessionId session, string id)
    {
        var query = db[SelectEvents + " AND id = ?"].Bind(session.Value).Bind(id);
        var found = query.Next() ? ReadEvent(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<IReadOnlyList<SessionEvent>> ListEventsAsync(EventQuery query)
    {
        var types = query.Types is { } names ? $" {string.Join(' ', names)} " : null;
        // What waits stands at the greatest number, which no bound reaches.
        var until = query.Until ?? (query.From is null ? long.MaxValue : long.MaxValue - 1);
        var rows = db[query.OldestFirst ? ListOldestEvents : ListNewestEvents].Bind(query.Session.Value)
            .Bind(query.From ?? long.MinValue).Bind(until).Bind(types).Bind(types)
            .Bind(query.After?.Place ?? (query.OldestFirst ? long.MinValue : long.MaxValue))
            .Bind(query.After?.Seq ?? (query.OldestFirst ? 0 : long.MaxValue)).Bind(query.Take);
        return Bounded(rows, query.Characters);
    }

    public ValueTask<IReadOnlyList<SessionEvent>> ListEventsAfterAsync(SessionId session, long seq, int take, int characters) =>
        Bounded(db[ListEventsInOrder].Bind(session.Value).Bind(seq).Bind(take), characters);

    public ValueTask AppendEventAsync(SessionId session, SessionEvent added)
    {
        db["""
            INSERT INTO session_events (session, seq, id, type, recorded_at, place, actor_kind, actor, fields)
            VALUES ((SELECT no FROM sessions WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)
            """].Bind(session.Value).Bind(added.Seq).Bind(added.Id).Bind(added.Type).Bind(added.RecordedAt).Bind(added.Place)
            .Bind((long?)added.By?.Kind).Bind(added.By?.Id).Bind(added.Fields.Text).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask ProcessWaitingEventsAsync(SessionId session, long at)
    {
        db["UPDATE session_events SET place = ? WHERE session = (SELECT no FROM sessions WHERE id = ?) AND place = 9223372036854775807"]
            .Bind(at).Bind(session.Value).Run();
        return ValueTask.CompletedTask;
    }

    private static ValueTask<IReadOnlyList<SessionEvent>> Bounded(Statement rows, int characters)
    {
        var (found, size) = (new List<SessionEvent>(), 0L);
        while ((size <= characters || found.Count < 2) && rows.Next())
        {
            found.Add(ReadEvent(rows));
            size += found[^1].Fields.Text.Length;
        }
        rows.Rewind();
        return ValueTask.FromResult<IReadOnlyList<SessionEvent>>(found);
    }

    private static SessionEvent ReadEvent(Statement row) => new(
        row.Long(0), row.Text(1), row.Text(2), StoredJson.FromStorage(row.Text(3)), row.Long(4), row.Long(5) is var place and not long.MaxValue ? place : null,
        ActorOf(row.LongOrNull(6), row.TextOrNull(7)));
}
