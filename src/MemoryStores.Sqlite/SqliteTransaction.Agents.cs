using MemoryStores.Contract;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    private const string SelectAgents = """
        SELECT a.id, w.id, v.version, v.definition, a.created_at, v.updated_at, a.archived_at
        FROM agents a
        JOIN workspaces w ON w.no = a.workspace
        JOIN agent_versions v ON v.agent = a.no
        """;

    // The index agent_versions_in_order finds a version, and serves their order.
    private const string FindAgent = SelectAgents + " WHERE a.id = ? AND w.id = ? AND v.version = coalesce(?, a.version)";

    private const string ListVersionsOfAgent = SelectAgents + " WHERE a.id = ? AND w.id = ? AND v.version < ? ORDER BY v.version DESC LIMIT ?";

    // The index agents_newest serves the order; the row value compares as the pair does.
    private const string ListNewestAgents = SelectAgents + """
         AND v.version = a.version
        WHERE a.workspace = (SELECT no FROM workspaces WHERE id = ?) AND (? OR a.archived_at IS NULL)
          AND a.created_at >= ? AND a.created_at <= ? AND (a.created_at, a.id) < (?, ?)
        ORDER BY a.created_at DESC, a.id DESC LIMIT ?
        """;

    private const string SelectEnvironments = """
        SELECT e.id, w.id, e.definition, e.created_at, e.updated_at, e.archived_at
        FROM environments e JOIN workspaces w ON w.no = e.workspace
        """;

    // The index environments_newest serves the order.
    private const string ListNewestEnvironments = SelectEnvironments + """
         WHERE e.workspace = (SELECT no FROM workspaces WHERE id = ?) AND (? OR e.archived_at IS NULL)
          AND e.created_at >= ? AND e.created_at <= ? AND (e.created_at, e.id) < (?, ?)
        ORDER BY e.created_at DESC, e.id DESC LIMIT ?
        """;

    public ValueTask<Agent?> FindAgentAsync(WorkspaceId workspace, AgentId agent, long? version)
    {
        var query = db[FindAgent].Bind(agent.Value).Bind(workspace.Value).Bind(version);
        var found = query.Next() ? ReadAgent(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<IReadOnlyList<Agent>> ListAgentsAsync(WorkspaceQuery query) => All(BindPage(db[ListNewestAgents], query), ReadAgent);

    public ValueTask<IReadOnlyList<Agent>> ListAgentVersionsAsync(WorkspaceId workspace, AgentId agent, long? below, int take) =>
        All(db[ListVersionsOfAgent].Bind(agent.Value).Bind(workspace.Value).Bind(below ?? long.MaxValue).Bind(take), ReadAgent);

    public ValueTask PutAgentAsync(Agent agent)
    {
        db["""
            INSERT INTO agents (id, workspace, version, created_at, archived_at)
            VALUES (?, (SELECT no FROM workspaces WHERE id = ?), ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET version = excluded.version, archived_at = excluded.archived_at
            """].Bind(agent.Id.Value).Bind(agent.Workspace.Value).Bind(agent.Version).Bind(agent.CreatedAt).Bind(agent.ArchivedAt).Run();
        db["""
            INSERT INTO agent_versions (agent, version, updated_at, definition) VALUES ((SELECT no FROM agents WHERE id = ?), ?, ?, ?)
            ON CONFLICT (agent, version) DO UPDATE SET updated_at = excluded.updated_at
            """].Bind(agent.Id.Value).Bind(agent.Version).Bind(agent.UpdatedAt).Bind(agent.Definition.ToJson()).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask<AgentEnvironment?> FindEnvironmentAsync(WorkspaceId workspace, EnvironmentId environment)
    {
        var query = db[SelectEnvironments + " WHERE e.id = ? AND w.id = ?"].Bind(environment.Value).Bind(workspace.Value);
        var found = query.Next() ? ReadEnvironment(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<IReadOnlyList<AgentEnvironment>> ListEnvironmentsAsync(WorkspaceQuery query) =>
        All(BindPage(db[ListNewestEnvironments], query), ReadEnvironment);

    public ValueTask PutEnvironmentAsync(AgentEnvironment environment)
    {
        db["""
            INSERT INTO environments (id, workspace, created_at, updated_at, archived_at, definition)
            VALUES (?, (SELECT no FROM workspaces WHERE id = ?), ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, archived_at = excluded.archived_at, definition = excluded.definition
            """].Bind(environment.Id.Value).Bind(environment.Workspace.Value).Bind(environment.CreatedAt).Bind(environment.UpdatedAt)
            .Bind(environment.ArchivedAt).Bind(environment.Definition.ToJson()).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveEnvironmentAsync(EnvironmentId environment)
    {
        db["DELETE FROM environments WHERE id = ?"].Bind(environment.Value).Run();
        return ValueTask.CompletedTask;
    }

    private static Statement BindPage(Statement rows, WorkspaceQuery query) => rows
        .Bind(query.Workspace.Value).Bind(query.IncludeArchived ? 1 : 0)
        .Bind(query.CreatedFrom ?? long.MinValue).Bind(query.CreatedUntil ?? long.MaxValue)
        .Bind(query.After?.CreatedAt ?? long.MaxValue).Bind(query.After?.Id ?? "").Bind(query.Take);

    private static ValueTask<IReadOnlyList<T>> All<T>(Statement rows, Func<Statement, T> read)
    {
        var found = new List<T>();
        while (rows.Next()) found.Add(read(rows));
        return ValueTask.FromResult<IReadOnlyList<T>>(found);
    }

    private static Agent ReadAgent(Statement row) => new(
        AgentId.FromStorage(row.Text(0)), WorkspaceId.FromStorage(row.Text(1)), row.Long(2), AgentDefinition.FromStorage(row.Bytes(3)),
        row.Long(4), row.Long(5), row.LongOrNull(6));

    private static AgentEnvironment ReadEnvironment(Statement row) => new(
        EnvironmentId.FromStorage(row.Text(0)), WorkspaceId.FromStorage(row.Text(1)), EnvironmentDefinition.FromStorage(row.Bytes(2)),
        row.Long(3), row.Long(4), row.LongOrNull(5));
}
