using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MemoryStores.Sqlite;

/// <summary>
/// One prepared statement, kept for the life of its connection: bind, step through the rows, done. Microsoft.Data.Sqlite's
/// commands would allocate a command, its parameters and a reader for each use and cost about three times as much.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 db;
    private readonly sqlite3_stmt statement;
    private int bound;

    public Statement(sqlite3 db, string sql)
    {
        this.db = db;
        Check(raw.sqlite3_prepare_v2(db, sql, out statement));
    }

    /// <summary>Forgets the last use. Each use binds its parameters in the order of their ?s.</summary>
    public Statement Begin()
    {
        bound = 0;
        return this;
    }

    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public Statement Bind(string? value)
    {
        if (value is null) return BindNull();
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(statement, ++bound, ""));
            return this;
        }
        // With its length, since the end of a range of paths holds U+0000.
        Span<byte> stack = stackalloc byte[512];
        Check(raw.sqlite3_bind_text(statement, ++bound,
            Encoding.UTF8.TryGetBytes(value, stack, out var length) ? stack[..length] : Encoding.UTF8.GetBytes(value)));
        return this;
    }

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        // An empty span has no address, and would bind NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, ++bound, 0) : raw.sqlite3_bind_blob(statement, ++bound, value));
        return this;
    }

    private Statement BindNull()
    {
        Check(raw.sqlite3_bind_null(statement, ++bound));
        return this;
    }

    /// <summary>Moves to the next row; false, and ready for its next use, when there is none.</summary>
    public bool Next()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW) return true;
        Rewind();
        if (result != raw.SQLITE_DONE) Check(result);
        return false;
    }

    /// <summary>Runs a statement that has no rows, or whose rows do not matter.</summary>
    public void Run()
    {
        while (Next()) { }
    }

    /// <summary>Ends a use before its last row.</summary>
    public void Rewind()
    {
        // Its result repeats the last error, which the failed step has reported already.
        _ = raw.sqlite3_reset(statement);
    }

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The bytes, valid until the statement moves on.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public void Dispose() => statement.Dispose();

    private void Check(int result)
    {
        if (result is not raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, db);
    }
}

/// <summary>The prepared statements of one connection, by their SQL text.</summary>
internal sealed class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> prepared = new(StringComparer.Ordinal);

    /// <summary>The statement for this text, ready for binding.</summary>
    public Statement this[string sql]
    {
        get
        {
            if (!prepared.TryGetValue(sql, out var statement)) prepared.Add(sql, statement = new Statement(connection.Handle!, sql));
            return statement.Begin();
        }
    }

    public void Run(string sql) => this[sql].Run();

    /// <summary>Ends every use that an exception cut short: an open row would hold its snapshot for ever.</summary>
    public void RewindAll()
    {
        foreach (var statement in prepared.Values) statement.Rewind();
    }

    /// <summary>Whether SQLite is outside of a transaction: after some errors it has rolled back by itself.</summary>
    public bool OutsideTransaction => raw.sqlite3_get_autocommit(connection.Handle!) != 0;

    public void Dispose()
    {
        foreach (var statement in prepared.Values) statement.Dispose();
        connection.Dispose();
    }
}
