using MemoryStores.Contract;
using MemoryStores.Engine.Access;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    public ValueTask<ApiKey?> FindKeyAsync(ReadOnlyMemory<byte> hash)
    {
        var query = db["""
            SELECT k.id, w.id, k.name, k.role, k.created_at FROM keys k JOIN workspaces w ON w.no = k.workspace WHERE k.hash = ?
            """].Bind(hash.Span);
        var found = query.Next()
            ? new ApiKey(ApiKeyId.FromStorage(query.Text(0)), WorkspaceId.FromStorage(query.Text(1)), query.Text(2), (KeyRole)query.Long(3), query.Long(4))
            : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask InsertKeyAsync(ApiKey key, ReadOnlyMemory<byte> hash)
    {
        db["""
            INSERT INTO keys (id, hash, workspace, name, role, created_at) VALUES (?, ?, (SELECT no FROM workspaces WHERE id = ?), ?, ?, ?)
            """].Bind(key.Id.Value).Bind(hash.Span).Bind(key.Workspace.Value).Bind(key.Name).Bind((long)key.Role).Bind(key.CreatedAt).Run();
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
}
