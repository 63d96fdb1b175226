using MemoryStores.Contract;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    // A memory's path, content and time of change are its head version's. The body is a column of its own variant: naming it
    // makes SQLite read it.
    private const string MemoryColumns = "SELECT m.id, h.version, h.path, c.digest, c.size, m.created_at, h.at";
    private const string MemoryTables = """
         FROM memories m JOIN history h ON h.no = m.head JOIN contents c ON c.no = h.content
        """;

    private const string FindMemory = MemoryColumns + MemoryTables + " WHERE m.id = ? AND m.store = ?";
    private const string FindMemoryWithContent = MemoryColumns + ", c.body" + MemoryTables + " WHERE m.id = ? AND m.store = ?";

    // The partial index live_path holds one row for each live memory, in the order of the list.
    private const string FromLivePaths = """
         FROM history h INDEXED BY live_path JOIN memories m ON m.no = h.memory JOIN contents c ON c.no = h.content
         WHERE h.store = ? AND h.is_head = 1
        """;

    private const string FindMemoryAt = MemoryColumns + FromLivePaths + " AND h.path = ?";
    private const string InRange = FromLivePaths + " AND h.path >= ? AND h.path < ? ORDER BY h.path LIMIT ?";
    private const string ListMemories = MemoryColumns + InRange;
    private const string ListMemoriesWithContent = MemoryColumns + ", c.body" + InRange;

    public ValueTask<Memory?> FindMemoryAsync(StoreId store, MemoryId memory, bool withContent) =>
        OneMemory(db[withContent ? FindMemoryWithContent : FindMemory].Bind(memory.Value).Bind(NumberOf(store)), store, withContent);

    public ValueTask<Memory?> FindMemoryAtAsync(StoreId store, string path) =>
        OneMemory(db[FindMemoryAt].Bind(NumberOf(store)).Bind(path), store, withContent: false);

    public ValueTask<IReadOnlyList<Memory>> ListMemoriesAsync(MemoryQuery query)
    {
        var rows = db[query.WithContent ? ListMemoriesWithContent : ListMemories]
            .Bind(NumberOf(query.Store)).Bind(query.From).Bind(query.Until).Bind(query.Take);
        var found = new List<Memory>();
        while (rows.Next()) found.Add(ReadMemory(rows, query.Store, query.WithContent));
        return ValueTask.FromResult<IReadOnlyList<Memory>>(found);
    }

    public ValueTask InsertMemoryAsync(StoreId store, MemoryId memory, long createdAt)
    {
        db["INSERT INTO memories (id, store, created_at) VALUES (?, ?, ?)"].Bind(memory.Value).Bind(NumberOf(store)).Bind(createdAt).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask VacateAsync(StoreId store, MemoryId memory)
    {
        db["UPDATE history SET is_head = 0 WHERE no = (SELECT head FROM memories WHERE id = ?)"].Bind(memory.Value).Run();
        db["UPDATE memories SET head = NULL WHERE id = ?"].Bind(memory.Value).Run();
        return ValueTask.CompletedTask;
    }

    private static ValueTask<Memory?> OneMemory(Statement query, StoreId store, bool withContent)
    {
        var found = query.Next() ? ReadMemory(query, store, withContent) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    private static Memory ReadMemory(Statement row, StoreId store, bool withContent)
    {
        var digest = ContentDigest.FromStorage(row.Bytes(3));
        return new Memory(
            MemoryId.FromStorage(row.Text(0)), store, VersionId.FromStorage(row.Text(1)), MemoryPath.FromStorage(row.Text(2)),
            digest, (int)row.Long(4), withContent ? MemoryContent.FromStorage(row.Bytes(7).ToArray(), digest) : null,
            row.Long(5), row.Long(6));
    }
}
