using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

/// <summary>Looks a database over after an unclean end, behind the running server, one table at a time so that no read is long.</summary>
internal static class SqliteCheck
{
    private static readonly string[] Tables =
        ["settings", "workspaces", "keys", "secrets", "administration", "stores", "heads", "memories", "contents", "history", "redactions", "commits", "erasures"];

    private const string StoresWithGaps = """
        SELECT s.id FROM stores s JOIN heads h ON h.store = s.no
        WHERE s.deleted = 0 AND h.seq <> (SELECT count(*) FROM history v WHERE v.store = s.no)
        LIMIT 1
        """;

    // The erasure of a deleted store, which may go on beside this, takes heads away before memories.
    private const string MemoriesWithoutHead = """
        SELECT m.id FROM memories m JOIN stores s ON s.no = m.store AND s.deleted = 0 LEFT JOIN history h ON h.no = m.head
        WHERE m.head IS NOT NULL AND (h.no IS NULL OR h.is_head = 0)
        LIMIT 1
        """;

    /// <summary>What is wrong, in words for the operator; null when all is well.</summary>
    public static async Task<string?> RunAsync(SqliteReaders readers, CancellationToken stop)
    {
        foreach (var table in Tables)
        {
            if (stop.IsCancellationRequested) return null;
            var flaw = await readers.ReadAsync(reader => First(reader, $"PRAGMA quick_check('{table}')"), stop);
            if (flaw is not null and not "ok") return $"The database is damaged (table {table}: {flaw}). Stop the server and restore a backup.";
        }
        if (await readers.ReadAsync(reader => First(reader, StoresWithGaps), stop) is { } store)
            return $"The history of the store {store} has gaps. Stop the server and restore a backup.";
        if (await readers.ReadAsync(reader => First(reader, MemoriesWithoutHead), stop) is { } memory)
            return $"The memory {memory} has lost its head version. Stop the server and restore a backup.";
        return null;
    }

    private static ValueTask<string?> First(IStorageReader reader, string sql) => ValueTask.FromResult(((SqliteTransaction)reader).FirstText(sql));
}
