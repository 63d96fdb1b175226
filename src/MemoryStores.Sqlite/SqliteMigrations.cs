using MemoryStores.Contract;

namespace MemoryStores.Sqlite;

/// <summary>
/// Brings a database to the layout of this release: a new one by Schema.sql, an older one step by step, after a copy of it was
/// put beside it. A newer one is refused. The layout's number is SQLite's user_version.
/// </summary>
internal static class SqliteMigrations
{
    /// <summary>"MSt1": tells our databases from others before anything is read of them.</summary>
    private const long ApplicationId = 0x4D537431;

    /// <summary>Steps[n] leads from layout n + 1 to n + 2. There was only one layout so far.</summary>
    private static readonly Action<Statements>[] Steps = [];

    public static long Current => Steps.Length + 1;

    public static void Run(Statements db, string file, TimeProvider clock)
    {
        var (application, version) = (Number(db, "PRAGMA application_id"), Number(db, "PRAGMA user_version"));
        if (version == 0 && Number(db, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            InTransaction(db, Create);
            return;
        }
        if (application != ApplicationId) throw new DataDirectoryException($"{file} is not a database of MemoryStores.");
        if (version > Current)
        {
            throw new DataDirectoryException(
                $"{file} was written by a newer release (layout {version}; this one knows up to {Current}). Use that release, or restore a backup.");
        }
        if (version == Current) return;
        db[$"VACUUM INTO ?"].Bind($"{file}.layout{version}-{Timestamp.Microseconds(clock.GetUtcNow())}.backup").Run();
        for (; version < Current; version++)
        {
            var (step, reached) = (Steps[version - 1], version + 1);
            InTransaction(db, () =>
            {
                step(db);
                db.Run($"PRAGMA user_version = {reached}");
            });
        }

        void Create()
        {
            foreach (var statement in Split(SchemaText())) db.Run(statement);
            db.Run($"PRAGMA application_id = {ApplicationId}");
            db.Run($"PRAGMA user_version = {Current}");
        }
    }

    private static void InTransaction(Statements db, Action work)
    {
        db.Run("BEGIN IMMEDIATE");
        work();
        db.Run("COMMIT");
    }

    private static long Number(Statements db, string query)
    {
        var row = db[query];
        row.Next();
        var number = row.Long(0);
        row.Rewind();
        return number;
    }

    /// <summary>The schema has no ';' but at the end of a statement and in comments, which are dropped first.</summary>
    private static IEnumerable<string> Split(string schema) =>
        string.Join('\n', schema.Split('\n').Select(line => line.Split("--")[0]))
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string SchemaText()
    {
        using var stream = typeof(SqliteMigrations).Assembly.GetManifestResourceStream("Schema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
