using System.Text;
using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    // The profile stands in the history entry that gave it, so that the stores table holds no text of its owner.
    private const string SelectStores = """
        SELECT s.id, w.id, h.profile, s.created_at, s.updated_at, s.archived_at
        FROM stores s
        JOIN workspaces w ON w.no = s.workspace
        JOIN history h ON h.store = s.no AND h.seq = s.profile_seq
        """;

    private const string FindStore = SelectStores + " WHERE s.id = ? AND w.id = ? AND s.deleted = 0";

    private const string FindHead = """
        SELECT s.no, h.seq, h.link, h.at, h.memories, h.bytes, s.archived_at IS NOT NULL
        FROM stores s JOIN workspaces w ON w.no = s.workspace JOIN heads h ON h.store = s.no
        WHERE s.id = ? AND w.id = ? AND s.deleted = 0
        """;

    // The index stores_newest serves the order; the row value compares as the pair does.
    private const string InPage = """
         WHERE s.workspace = (SELECT no FROM workspaces WHERE id = ?) AND s.deleted = 0
           AND (? OR s.archived_at IS NULL) AND s.created_at >= ? AND s.created_at <= ?
           AND (s.created_at, s.id) < (?, ?)
        """;

    // A deleted store counts here: its row stays until its erasure is done.
    private const string ErasureOf = """
        SELECT 1 FROM erasures e JOIN stores s ON s.no = e.store JOIN workspaces w ON w.no = s.workspace
        WHERE s.id = ? AND w.id = ? AND e.version IS ?
        """;

    private const string CountStores = """
        SELECT count(*) FROM stores WHERE workspace = (SELECT no FROM workspaces WHERE id = ?) AND deleted = 0
        """;

    public ValueTask<MemoryStore?> FindStoreAsync(WorkspaceId workspace, StoreId store)
    {
        var query = db[FindStore].Bind(store.Value).Bind(workspace.Value);
        var found = query.Next() ? ReadStore(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<StoreHead?> FindHeadAsync(WorkspaceId workspace, StoreId store)
    {
        var query = db[FindHead].Bind(store.Value).Bind(workspace.Value);
        StoreHead? head = null;
        if (query.Next())
        {
            storeNumbers[store] = query.Long(0);
            head = new StoreHead(
                store, query.Long(1), query.Bytes(2).ToArray(), query.Long(3), query.Long(4), query.Long(5), query.Long(6) != 0);
        }
        query.Rewind();
        return ValueTask.FromResult(head);
    }

    public ValueTask<IReadOnlyList<MemoryStore>> ListStoresAsync(StoreQuery query)
    {
        var only = query.Only is null ? "" : $" AND s.id IN ({string.Join(", ", query.Only.Select(_ => "?"))})";
        var rows = db[SelectStores + InPage + only + " ORDER BY s.created_at DESC, s.id DESC LIMIT ?"]
            .Bind(query.Workspace.Value).Bind(query.IncludeArchived ? 1 : 0)
            .Bind(query.CreatedFrom ?? long.MinValue).Bind(query.CreatedUntil ?? long.MaxValue)
            .Bind(query.After?.CreatedAt ?? long.MaxValue).Bind(query.After?.Id.Value ?? "");
        foreach (var store in query.Only ?? []) rows.Bind(store.Value);
        rows.Bind(query.Take);
        var found = new List<MemoryStore>();
        while (rows.Next()) found.Add(ReadStore(rows));
        return ValueTask.FromResult<IReadOnlyList<MemoryStore>>(found);
    }

    public ValueTask<long> CountStoresAsync(WorkspaceId workspace) =>
        ValueTask.FromResult(OneNumber(db[CountStores].Bind(workspace.Value)) ?? 0);

    public ValueTask<StorageTotals> CountTotalsAsync(long memories, long bytes)
    {
        // heads has a small row for each store; those of deleted stores go with the erasure.
        var above = OneNumber(db["SELECT count(*) FROM heads WHERE memories > ? OR bytes > ?"].Bind(memories).Bind(bytes)) ?? 0;
        return ValueTask.FromResult(new StorageTotals(above, OneNumber(db["SELECT count(*) FROM erasures"]) ?? 0));
    }

    public ValueTask InsertStoreAsync(MemoryStore store)
    {
        db["""
            INSERT INTO stores (id, workspace, created_at, updated_at) VALUES (?, (SELECT no FROM workspaces WHERE id = ?), ?, ?)
            """].Bind(store.Id.Value).Bind(store.Workspace.Value).Bind(store.CreatedAt).Bind(store.UpdatedAt).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask PutStoreAsync(MemoryStore store, long? profileSeq)
    {
        db["UPDATE stores SET profile_seq = coalesce(?, profile_seq), updated_at = ?, archived_at = ? WHERE no = ?"]
            .Bind(profileSeq).Bind(store.UpdatedAt).Bind(store.ArchivedAt).Bind(NumberOf(store.Id)).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask PutHeadAsync(StoreHead head)
    {
        db["INSERT OR REPLACE INTO heads (store, seq, link, at, memories, bytes) VALUES (?, ?, ?, ?, ?, ?)"]
            .Bind(NumberOf(head.Id)).Bind(head.Seq).Bind(head.Link.Span).Bind(head.At).Bind(head.Memories).Bind(head.Bytes).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask EraseStoreAsync(StoreId store)
    {
        var number = NumberOf(store);
        db["UPDATE stores SET deleted = 1 WHERE no = ?"].Bind(number).Run();
        db["INSERT INTO erasures (store, version) VALUES (?, NULL)"].Bind(number).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> IsErasurePendingAsync(WorkspaceId workspace, StoreId store, VersionId? version) => ValueTask.FromResult(
        OneNumber(db[ErasureOf].Bind(store.Value).Bind(workspace.Value).Bind(version?.Value)) is not null);

    private static MemoryStore ReadStore(Statement row) => new(
        StoreId.FromStorage(row.Text(0)), WorkspaceId.FromStorage(row.Text(1)), ReadProfile(row.Bytes(2)),
        row.Long(3), row.Long(4), row.LongOrNull(5));

    private static StoreProfile ReadProfile(ReadOnlySpan<byte> json)
    {
        using var parsed = JsonDocument.Parse(json.ToArray());
        var root = parsed.RootElement;
        return StoreProfile.FromStorage(
            root.GetProperty("name").GetString()!, root.GetProperty("description").GetString()!,
            root.GetProperty("metadata").EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, pair.Value.GetString()!)));
    }

    private static string WriteProfile(StoreProfile profile)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("name", profile.Name);
            json.WriteString("description", profile.Description);
            json.WriteStartObject("metadata");
            foreach (var (key, value) in profile.Metadata) json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
