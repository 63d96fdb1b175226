using System.Diagnostics;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

/// <summary>
/// Makes marked erasures true on disk. A redaction has emptied its rows already; what remains are the indexes that held the
/// values, stale copies in pages, and old pages in the WAL:
/// 1. take the marks that are there; 2. empty, then remove, the rows of all deleted stores, in slices between which the
/// writer serves others; 3. rebuild the indexes, or everything where removed rows may have left copies; 4. cut the WAL while no
/// reader needs it; 5. remove the marks. A crash before 5 leaves the marks, and the next start begins again at 1.
/// </summary>
internal sealed class SqliteErasure(SqliteWriter writer, SqliteReaders readers, SqliteMetrics metrics)
{
    // Rows emptied or removed in one transaction: some milliseconds of the writer's time.
    private const int RowsPerSlice = 500;

    /// <summary>Content that no version refers to any more, in any store. (Its row stays, emptied: see Schema.sql.)</summary>
    public const string EmptyContentWithoutVersions = """
        UPDATE contents SET digest = NULL, size = 0, body = x''
        WHERE no = ?1 AND NOT EXISTS (SELECT 1 FROM history WHERE content = ?1)
        """;

    private readonly Lock turns = new();
    private Task current = Task.CompletedTask;
    private Task? next;

    /// <summary>
    /// Carries out what was marked before the call. A run that has begun may not have seen it; calls that come meanwhile
    /// share the one after it, so that many redactions at once cost a few rebuilds and not one each.
    /// </summary>
    public Task RunAsync()
    {
        lock (turns) return next ??= RunAfterAsync(current);
    }

    private async Task RunAfterAsync(Task earlier)
    {
        // Its failure is told to its own callers.
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (turns) (current, next) = (next!, null);
        await RunOnceAsync();
    }

    private async Task RunOnceAsync()
    {
        var began = Stopwatch.GetTimestamp();

        // 1. Take the marks that are there, and whether rows may have moved before they were emptied.
        var (last, stores, copiesMayRemain) = (0L, new List<long>(), false);
        await writer.RunExclusiveAsync(db =>
        {
            var marks = db["SELECT no, store, version IS NULL FROM erasures ORDER BY no"];
            while (marks.Next())
            {
                last = marks.Long(0);
                if (marks.Long(2) != 0) stores.Add(marks.Long(1));
            }
            var residue = db["SELECT 1 FROM settings WHERE name = 'residue'"];
            copiesMayRemain = residue.Next();
            residue.Rewind();
        });
        if (last == 0) return;

        // 2. Empty, then remove, the rows of deleted stores. Emptying is whole before any row is removed: a row that moves
        // within its page leaves a copy behind, and by then there must be nothing left in it.
        foreach (var store in stores) await EmptyStoreAsync(store);
        if (stores.Count > 0)
        {
            // From here on rows of others may move as well, and their copies matter once the others are erased: to the next
            // run, or to this one begun again after a crash. So this is written before the first row goes.
            await writer.RunExclusiveAsync(db => db.Run("INSERT OR IGNORE INTO settings (name, value) VALUES ('residue', x'01')"));
        }
        foreach (var store in stores) await RemoveStoreAsync(store);

        // 3. and 4.
        await writer.RunExclusiveAsync(db => Rebuild(db, copiesMayRemain));
        await writer.RunExclusiveAsync(CutWal);

        // 5. Remove the marks.
        await writer.RunExclusiveAsync(db =>
        {
            db.Run("BEGIN IMMEDIATE");
            foreach (var store in stores) db["DELETE FROM stores WHERE no = ?"].Bind(store).Run();
            db["DELETE FROM erasures WHERE no <= ?"].Bind(last).Run();
            db.Run("COMMIT");
        });
        metrics.Erased(began);
    }

    private async Task EmptyStoreAsync(long store)
    {
        await InSlicesAsync("""
            SELECT no, content, seq FROM history WHERE store = ? AND seq > CAST(? AS INTEGER) ORDER BY seq LIMIT ?
            """, store, static (db, no, content) =>
        {
            db["""
                UPDATE history SET is_head = 0, path = NULL, content = NULL, profile = NULL,
                    salts = zeroblob(length(salts)), entry = zeroblob(32), link = zeroblob(32)
                WHERE no = ?
                """].Bind(no).Run();
            if (content is { } body) db[EmptyContentWithoutVersions].Bind(body).Run();
        });
        await InSlicesAsync("""
            SELECT no, NULL, commit_id FROM commits WHERE store = ? AND commit_id > ? ORDER BY commit_id LIMIT ?
            """, store, static (db, no, _) =>
            db["UPDATE commits SET fingerprint = zeroblob(length(fingerprint)) WHERE no = ?"].Bind(no).Run());
    }

    private async Task RemoveStoreAsync(long store)
    {
        await InSlicesAsync("SELECT no, NULL, '' FROM history WHERE store = ? AND ? = '' LIMIT ?", store, static (db, no, _) =>
        {
            db["DELETE FROM redactions WHERE version = ?"].Bind(no).Run();
            db["DELETE FROM memories WHERE no = (SELECT memory FROM history WHERE no = ?)"].Bind(no).Run();
            db["DELETE FROM history WHERE no = ?"].Bind(no).Run();
        });
        await InSlicesAsync("SELECT no, NULL, '' FROM commits WHERE store = ? AND ? = '' LIMIT ?", store, static (db, no, _) =>
            db["DELETE FROM commits WHERE no = ?"].Bind(no).Run());
        await writer.RunExclusiveAsync(db => db["DELETE FROM heads WHERE store = ?"].Bind(store).Run());
    }

    /// <summary>
    /// Acts on the rows of a store, so many in a transaction. A query gives row number, content, and a key by which it goes on
    /// behind the last slice without looking at its rows again; where the action removes rows the key stays empty.
    /// </summary>
    private async Task InSlicesAsync(string select, long store, Action<Statements, long, long?> act)
    {
        var (rows, last) = (RowsPerSlice, "");
        while (rows == RowsPerSlice)
        {
            await writer.RunExclusiveAsync(db =>
            {
                var found = new List<(long No, long? Content)>(RowsPerSlice);
                db.Run("BEGIN IMMEDIATE");
                var query = db[select].Bind(store).Bind(last).Bind(RowsPerSlice);
                while (query.Next())
                {
                    found.Add((query.Long(0), query.LongOrNull(1)));
                    last = query.Text(2);
                }
                foreach (var (no, content) in found) act(db, no, content);
                db.Run("COMMIT");
                rows = found.Count;
            });
        }
    }

    private static void Rebuild(Statements db, bool copiesMayRemain)
    {
        if (copiesMayRemain)
        {
            db.Run("VACUUM");
            db.Run("DELETE FROM settings WHERE name = 'residue'");
            return;
        }
        db.Run("REINDEX live_path");
        db.Run("REINDEX contents_by_digest");
    }

    private void CutWal(Statements db) => readers.WithGateClosed(() =>
    {
        var checkpoint = db["PRAGMA wal_checkpoint(TRUNCATE)"];
        var busy = !checkpoint.Next() || checkpoint.Long(0) != 0;
        checkpoint.Rewind();
        if (busy) throw new StorageUnavailableException("Another process holds the database open, so the write-ahead log could not be cut.");
    });
}
