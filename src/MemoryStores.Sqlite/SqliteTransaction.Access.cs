using MemoryStores.Contract;
using MemoryStores.Engine.Access;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    private const string SelectKeys = """
        SELECT k.id, w.id, k.name, k.role, k.stores, k.path_prefix, k.created_at, k.expires_at, k.revoked_at,
               k.bound_to, k.read_only, k.ended_at
        """;

    private const string FromKeys = " FROM keys k JOIN workspaces w ON w.no = k.workspace ";

    public ValueTask<FoundKey?> FindKeyAsync(ReadOnlyMemory<byte> hash)
    {
        var query = db[SelectKeys + ", s.until" + FromKeys + "JOIN secrets s ON s.key = k.no WHERE s.hash = ?"].Bind(hash.Span);
        var found = query.Next() ? new FoundKey(ReadKey(query), query.LongOrNull(12)) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<ApiKey?> FindKeyAsync(WorkspaceId workspace, Id? boundTo, ApiKeyId key)
    {
        var query = db[SelectKeys + FromKeys + "WHERE k.id = ? AND w.id = ? AND k.bound_to IS ?"].Bind(key.Value).Bind(workspace.Value).Bind(boundTo?.Value);
        var found = query.Next() ? ReadKey(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<IReadOnlyList<ApiKey>> ListKeysAsync(WorkspaceId workspace, Id? boundTo, ApiKeyId? after, int take)
    {
        // Ids are time-ordered, and '~' sorts behind every one of them.
        var rows = db[SelectKeys + FromKeys + "WHERE w.id = ? AND k.bound_to IS ? AND k.id < ? ORDER BY k.id DESC LIMIT ?"]
            .Bind(workspace.Value).Bind(boundTo?.Value).Bind(after?.Value ?? "~").Bind(take);
        var found = new List<ApiKey>();
        while (rows.Next()) found.Add(ReadKey(rows));
        return ValueTask.FromResult<IReadOnlyList<ApiKey>>(found);
    }

    public ValueTask InsertKeyAsync(ApiKey key, ReadOnlyMemory<byte> hash)
    {
        db["""
            INSERT INTO keys (id, workspace, name, role, stores, path_prefix, created_at, expires_at, bound_to, read_only)
            VALUES (?, (SELECT no FROM workspaces WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)
            """].Bind(key.Id.Value).Bind(key.Workspace.Value).Bind(key.Name).Bind((long)key.Grant.Role)
            .Bind(key.Grant.Stores is { } stores ? string.Join(' ', stores) : null).Bind(key.Grant.PathPrefix)
            .Bind(key.CreatedAt).Bind(key.ExpiresAt).Bind(key.Grant.BoundTo?.Value).Bind(key.Grant.ReadOnlyStores is { } some ? string.Join(' ', some) : null).Run();
        InsertSecret(key.Id, hash);
        return ValueTask.CompletedTask;
    }

    public ValueTask RotateKeyAsync(ApiKeyId key, ReadOnlyMemory<byte> hash, long until)
    {
        db["""
            UPDATE secrets SET until = min(coalesce(until, ?1), ?1) WHERE key = (SELECT no FROM keys WHERE id = ?2)
            """].Bind(until).Bind(key.Value).Run();
        InsertSecret(key, hash);
        return ValueTask.CompletedTask;
    }

    public ValueTask RevokeKeyAsync(ApiKeyId key, long at)
    {
        db["UPDATE keys SET revoked_at = ? WHERE id = ?"].Bind(at).Bind(key.Value).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask EndTokensAsync(Id boundTo, long at)
    {
        db["UPDATE keys SET ended_at = ? WHERE bound_to = ? AND ended_at IS NULL"].Bind(at).Bind(boundTo.Value).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask<WorkspaceId> EnsureWorkspaceAsync(string name)
    {
        db["INSERT OR IGNORE INTO workspaces (id, name) VALUES (?, ?)"].Bind(NewId(WorkspaceId.Tag)).Bind(name).Run();
        var query = db["SELECT id FROM workspaces WHERE name = ?"].Bind(name);
        query.Next();
        var id = WorkspaceId.FromStorage(query.Text(0));
        query.Rewind();
        return ValueTask.FromResult(id);
    }

    public ValueTask<IReadOnlyList<Workspace>> ListWorkspacesAsync()
    {
        var rows = db["SELECT id, name FROM workspaces ORDER BY name"];
        var found = new List<Workspace>();
        while (rows.Next()) found.Add(new Workspace(WorkspaceId.FromStorage(rows.Text(0)), rows.Text(1)));
        return ValueTask.FromResult<IReadOnlyList<Workspace>>(found);
    }

    public ValueTask InsertAdministrationAsync(WorkspaceId workspace, long at, string actor, string action, string subject)
    {
        db["""
            INSERT INTO administration (workspace, at, actor, action, subject) VALUES ((SELECT no FROM workspaces WHERE id = ?), ?, ?, ?, ?)
            """].Bind(workspace.Value).Bind(at).Bind(actor).Bind(action).Bind(subject).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<AdministrationEntry>> ListAdministrationAsync(WorkspaceId workspace, long? below, int take)
    {
        var rows = db["""
            SELECT no, at, actor, action, subject FROM administration
            WHERE workspace = (SELECT no FROM workspaces WHERE id = ?) AND no < ? ORDER BY no DESC LIMIT ?
            """].Bind(workspace.Value).Bind(below ?? long.MaxValue).Bind(take);
        var found = new List<AdministrationEntry>();
        while (rows.Next()) found.Add(new AdministrationEntry(rows.Long(0), rows.Long(1), rows.Text(2), rows.Text(3), rows.Text(4)));
        return ValueTask.FromResult<IReadOnlyList<AdministrationEntry>>(found);
    }

    public ValueTask<byte[]?> FindSettingAsync(string name)
    {
        var query = db["SELECT value FROM settings WHERE name = ?"].Bind(name);
        var value = query.Next() ? query.Bytes(0).ToArray() : null;
        query.Rewind();
        return ValueTask.FromResult(value);
    }

    public ValueTask PutSettingAsync(string name, ReadOnlyMemory<byte> value)
    {
        db["INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)"].Bind(name).Bind(value.Span).Run();
        return ValueTask.CompletedTask;
    }

    private void InsertSecret(ApiKeyId key, ReadOnlyMemory<byte> hash) =>
        db["INSERT INTO secrets (hash, key) VALUES (?, (SELECT no FROM keys WHERE id = ?))"].Bind(hash.Span).Bind(key.Value).Run();

    private static ApiKey ReadKey(Statement row)
    {
        var grant = new Grant((KeyRole)row.Long(3), StoresIn(row.TextOrNull(4)), row.TextOrNull(5))
            { BoundTo = BoundTo(row.TextOrNull(9)), ReadOnlyStores = StoresIn(row.TextOrNull(10)) };
        return new ApiKey(
            ApiKeyId.FromStorage(row.Text(0)), WorkspaceId.FromStorage(row.Text(1)), row.Text(2), grant, row.Long(6), row.LongOrNull(7), row.LongOrNull(8))
            { EndedAt = row.LongOrNull(11) };
    }

    private static List<StoreId>? StoresIn(string? ids) => ids?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(StoreId.FromStorage).ToList();

    /// <summary>The tag of an id says what it is of.</summary>
    private static Id? BoundTo(string? id) =>
        id is null ? null : id.StartsWith(SessionId.Tag, StringComparison.Ordinal) ? SessionId.FromStorage(id) : EnvironmentId.FromStorage(id);
}
