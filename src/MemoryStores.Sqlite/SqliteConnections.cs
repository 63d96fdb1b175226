using Microsoft.Data.Sqlite;

namespace MemoryStores.Sqlite;

/// <summary>Opens connections, the only place that does: each gets its settings on every open, for none of them is remembered.</summary>
internal sealed class SqliteConnections(string database)
{
    private const int BusyMilliseconds = 5_000;

    // Pages of the database kept in memory: 64 MB for the writer, 16 MB for each reader.
    private const int WriterCacheKilobytes = 65_536;
    private const int ReaderCacheKilobytes = 16_384;

    public Statements OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        Set(connection, "auto_vacuum = NONE", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON",
            $"cache_size = -{WriterCacheKilobytes}");
        return new Statements(connection);
    }

    public Statements OpenReader()
    {
        var connection = Open(SqliteOpenMode.ReadOnly);
        Set(connection, "query_only = ON", $"cache_size = -{ReaderCacheKilobytes}");
        return new Statements(connection);
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = database, Mode = mode, Pooling = false, ForeignKeys = true };
        var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        Set(connection, $"busy_timeout = {BusyMilliseconds}", "temp_store = MEMORY");
        return connection;
    }

    private static void Set(SqliteConnection connection, params ReadOnlySpan<string> pragmas)
    {
        foreach (var pragma in pragmas)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA " + pragma;
            command.ExecuteNonQuery();
        }
    }
}
