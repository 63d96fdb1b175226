using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    private const string SessionColumns = "s.id, w.id, s.status, s.seq, s.created_at, s.updated_at, s.archived_at";

    private const string SelectHeads = "SELECT " + SessionColumns + " FROM sessions s JOIN workspaces w ON w.no = s.workspace ";

    private const string SelectSessions = "SELECT " + SessionColumns + """
        , d.definition FROM sessions s
        JOIN workspaces w ON w.no = s.workspace
        JOIN session_definitions d ON d.session = s.no
        """;

    private const string OneSession = " WHERE s.id = ? AND w.id = ? AND s.erased = 0";

    // The index sessions_newest serves both orders; the row value compares as the pair does.
    private const string SessionFilters = """
         WHERE s.workspace = (SELECT no FROM workspaces WHERE id = ?) AND s.erased = 0 AND (? OR s.archived_at IS NULL)
          AND s.agent = coalesce(?, s.agent) AND s.agent_version = coalesce(?, s.agent_version) AND (? >> s.status) & 1
          AND (? IS NULL OR s.no IN (SELECT session FROM session_stores WHERE store = ?))
          AND s.created_at >= ? AND s.created_at <= ?
        """;

    private const string ListNewestSessions = SelectSessions + SessionFilters + " AND (s.created_at, s.id) < (?, ?) ORDER BY s.created_at DESC, s.id DESC LIMIT ?";

    private const string ListOldestSessions = SelectSessions + SessionFilters + " AND (s.created_at, s.id) > (?, ?) ORDER BY s.created_at, s.id LIMIT ?";

    private const long AnyStatus = -1;

    public ValueTask<Session?> FindSessionAsync(WorkspaceId workspace, SessionId session)
    {
        var query = db[SelectSessions + OneSession].Bind(session.Value).Bind(workspace.Value);
        var found = query.Next() ? ReadSession(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<SessionHead?> FindSessionHeadAsync(WorkspaceId workspace, SessionId session)
    {
        var query = db[SelectHeads + OneSession].Bind(session.Value).Bind(workspace.Value);
        var found = query.Next() ? ReadSessionHead(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<IReadOnlyList<Session>> ListSessionsAsync(SessionQuery query)
    {
        var statuses = query.Statuses?.Aggregate(0L, (bits, status) => bits | 1L << (int)status) ?? AnyStatus;
        return All(db[query.OldestFirst ? ListOldestSessions : ListNewestSessions]
            .Bind(query.Workspace.Value).Bind(query.IncludeArchived ? 1 : 0).Bind(query.Agent).Bind(query.AgentVersion).Bind(statuses)
            .Bind(query.Store).Bind(query.Store).Bind(query.CreatedFrom ?? long.MinValue).Bind(query.CreatedUntil ?? long.MaxValue)
            .Bind(query.After?.CreatedAt ?? (query.OldestFirst ? long.MinValue : long.MaxValue)).Bind(query.After?.Id ?? "").Bind(query.Take), ReadSession);
    }

    public ValueTask PutSessionAsync(Session session)
    {
        db["""
            INSERT INTO sessions (id, workspace, agent, agent_version, status, seq, created_at, updated_at, archived_at)
            VALUES (?, (SELECT no FROM workspaces WHERE id = ?), ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """].Bind(session.Id.Value).Bind(session.Head.Workspace.Value).Bind(session.Definition.Agent.Id).Bind(session.Definition.Agent.Version)
            .Bind((long)session.Head.Status).Bind(session.Head.Seq).Bind(session.Head.CreatedAt).Bind(session.Head.UpdatedAt).Bind(session.Head.ArchivedAt).Run();
        PutHead(session.Head);
        var number = SessionNumber(session.Id);
        db["""
            INSERT INTO session_definitions (session, definition) VALUES (?, ?)
            ON CONFLICT (session) DO UPDATE SET definition = excluded.definition
            """].Bind(number).Bind(session.Definition.ToJson()).Run();
        foreach (var store in session.Definition.Stores)
            db["INSERT OR IGNORE INTO session_stores (store, session) VALUES (?, ?)"].Bind(store.MemoryStoreId).Bind(number).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask PutSessionHeadAsync(SessionHead head)
    {
        PutHead(head);
        return ValueTask.CompletedTask;
    }

    public ValueTask EraseSessionAsync(SessionId session)
    {
        db["UPDATE sessions SET erased = 1 WHERE id = ?"].Bind(session.Value).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> RemoveErasedSessionsAsync(int most)
    {
        if (OneNumber(db["SELECT no FROM sessions WHERE erased = 1 LIMIT 1"]) is not { } number) return ValueTask.FromResult(0);
        var removed = 0;
        var rows = db["DELETE FROM session_events WHERE no IN (SELECT no FROM session_events WHERE session = ? LIMIT ?) RETURNING 1"].Bind(number).Bind(most);
        while (rows.Next()) removed++;
        if (removed == most) return ValueTask.FromResult(removed);
        db["DELETE FROM session_stores WHERE session = ?"].Bind(number).Run();
        db["DELETE FROM session_definitions WHERE session = ?"].Bind(number).Run();
        db["DELETE FROM sessions WHERE no = ?"].Bind(number).Run();
        return ValueTask.FromResult(removed + 1);
    }

    private void PutHead(SessionHead head) =>
        db["UPDATE sessions SET status = ?, seq = ?, updated_at = ?, archived_at = ? WHERE id = ?"]
            .Bind((long)head.Status).Bind(head.Seq).Bind(head.UpdatedAt).Bind(head.ArchivedAt).Bind(head.Id.Value).Run();

    private long SessionNumber(SessionId session) => OneNumber(db["SELECT no FROM sessions WHERE id = ?"].Bind(session.Value)) ?? -1;

    private static Session ReadSession(Statement row) => new(ReadSessionHead(row), SessionDefinition.FromStorage(row.Bytes(7)));

    private static SessionHead ReadSessionHead(Statement row) => new(
        SessionId.FromStorage(row.Text(0)), WorkspaceId.FromStorage(row.Text(1)), (SessionStatus)row.Long(2), row.Long(3), row.Long(4), row.Long(5),
        row.LongOrNull(6));
}
