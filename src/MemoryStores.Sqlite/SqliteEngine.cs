using MemoryStores.Contract;
using MemoryStores.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace MemoryStores.Sqlite;

/// <summary>
/// The default storage engine: one SQLite file, one writer thread, pooled readers. Schema.sql tells the layout, SqliteWriter
/// how units become durable, SqliteErasure how bytes are made to go.
/// </summary>
public sealed class SqliteEngine : IStorageEngine
{
    private readonly SqliteConnections connections;
    private readonly ChangeSignals signals = new();
    private readonly SqliteMetrics metrics;
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly SqliteErasure erasure;
    private readonly Task startupWork;
    private readonly CancellationTokenSource ending = new();
    private string? damage;

    /// <summary>Whether the last server on this database ended without closing it: by a crash, a kill, or a loss of power.</summary>
    public bool EndedUncleanly { get; }

    public string? Ailment => damage ?? writer.Ailment;

    /// <summary>Opens, and where needed makes or migrates, the database; finishes in the background what the last server left.</summary>
    /// <exception cref="DataDirectoryException">The database cannot be used; the message says why and what to do.</exception>
    public SqliteEngine(string database, TimeProvider clock)
    {
        SqliteLibrary.Load();
        connections = new SqliteConnections(database);
        (var db, EndedUncleanly) = OpenAndMark(database, clock);
        metrics = new SqliteMetrics(database);
        writer = new SqliteWriter(db, clock, metrics, signals);
        readers = new SqliteReaders(connections, clock);
        erasure = new SqliteErasure(writer, readers, metrics);
        metrics.Watch(() => writer.Waiting, () => readers.Waiting, () => Ailment);
        startupWork = Task.Run(FinishLastServersWorkAsync);
    }

    public ValueTask<T> RunAsync<T>(Id? subject, Func<IStorageTransaction, ValueTask<T>> work, CancellationToken stop) =>
        writer.RunAsync(subject, work, stop);

    public ValueTask<T> ReadAsync<T>(Func<IStorageReader, ValueTask<T>> work, CancellationToken stop) => readers.ReadAsync(work, stop);

    public ChangeWatch Watch(Id subject) => signals.Watch(subject);

    public async ValueTask<bool> FinishErasuresAsync(TimeSpan patience, CancellationToken stop)
    {
        var run = erasure.RunAsync();
        try
        {
            await run.WaitAsync(patience, stop);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or StorageUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Completes when the erasures of the last server are finished and, after an unclean end, the check is done.</summary>
    public Task StartupWork => startupWork;

    /// <summary>For tests: bounds the file, so that it is full to SQLite in the middle of a unit, as no real disk can be timed to be.</summary>
    internal ValueTask LimitPagesAsync(long pages) => writer.RunExclusiveAsync(db => db.Run($"PRAGMA max_page_count = {pages}"));

    public async ValueTask DisposeAsync()
    {
        metrics.Dispose();
        await ending.CancelAsync();
        await startupWork.ContinueWith(static _ => { }, TaskScheduler.Default);
        readers.Dispose();
        if (Ailment is null) await MarkClosedAsync();
        writer.Dispose();
        ending.Dispose();
    }

    private (Statements Db, bool EndedUncleanly) OpenAndMark(string database, TimeProvider clock)
    {
        Statements? db = null;
        try
        {
            db = connections.OpenWriter();
            SqliteMigrations.Run(db, database, clock);
            return (db, MarkOpen(db));
        }
        catch (SqliteException broken)
        {
            db?.Dispose();
            throw new DataDirectoryException($"The database {database} cannot be opened: {broken.Message}", broken);
        }
        catch (DataDirectoryException)
        {
            db?.Dispose();
            throw;
        }
    }

    /// <summary>Marks the database as in use; true if the mark of an earlier server is still there.</summary>
    private static bool MarkOpen(Statements db)
    {
        var mark = db["SELECT 1 FROM settings WHERE name = 'open'"];
        var unclean = mark.Next();
        mark.Rewind();
        if (!unclean) db.Run("INSERT INTO settings (name, value) VALUES ('open', x'01')");
        return unclean;
    }

    private async Task MarkClosedAsync()
    {
        try
        {
            await writer.RunExclusiveAsync(db => db.Run("DELETE FROM settings WHERE name = 'open'"));
        }
        catch (StorageUnavailableException)
        {
            // A full disk stops no shutdown: the mark stays, and the next start looks the database over.
        }
    }

    private async Task FinishLastServersWorkAsync()
    {
        if (EndedUncleanly) damage = await SqliteCheck.RunAsync(readers, ending.Token);
        await erasure.RunAsync();
    }
}
