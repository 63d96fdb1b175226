using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

/// <summary>
/// A connection as operations see it: on the writer a transaction, on a reader only its reading half. Rows of stores are in
/// .Stores.cs, of memories and content in .Memories.cs, of history and versions in .History.cs and
/// .HistoryLines.cs, keys and settings in .Access.cs, agents and environments in .Agents.cs, sessions in
/// .Sessions.cs, their transcripts in .Events.cs, what workers are to do for them in .Work.cs.
/// Every method completes at once: SQLite has no asynchronous calls.
/// </summary>
internal sealed partial class SqliteTransaction(Statements db, TimeProvider clock) : IStorageTransaction
{
    private readonly Dictionary<StoreId, long> storeNumbers = [];
    private readonly HashSet<Id> told = [];
    private long lastId;

    public long Now { get; private set; }

    /// <summary>Forgets what was looked up for the last unit, and takes the time for the next.</summary>
    public void Begin()
    {
        storeNumbers.Clear();
        told.Clear();
        Now = Math.Max(Now, Timestamp.Microseconds(clock.GetUtcNow()));
    }

    /// <summary>Ids of one process grow strictly, so that their order is the order of making even within a microsecond.</summary>
    public string NewId(string tag)
    {
        lastId = Math.Max(lastId + 1, Now);
        return IdMint.Next(tag, lastId);
    }

    public void Tell(Id subject) => told.Add(subject);

    /// <summary>Whose watches are to be told of this unit, beside those of its subject.</summary>
    public IReadOnlyList<Id> Told => told.Count == 0 ? [] : [.. told];

    /// <summary>The row number of a store, whose existence the unit has established before.</summary>
    private long NumberOf(StoreId store)
    {
        if (storeNumbers.TryGetValue(store, out var number)) return number;
        number = OneNumber(db["SELECT no FROM stores WHERE id = ?"].Bind(store.Value)) ?? -1;
        if (number >= 0) storeNumbers.Add(store, number);
        return number;
    }

    private static long? OneNumber(Statement query)
    {
        long? number = query.Next() ? query.Long(0) : null;
        query.Rewind();
        return number;
    }

    /// <summary>The first column of the first row, for checks of the database itself.</summary>
    internal string? FirstText(string sql)
    {
        var query = db[sql];
        var text = query.Next() ? query.Text(0) : null;
        query.Rewind();
        return text;
    }

    private static ActorKind? KindOf(long? kind) => kind is { } number ? (ActorKind)number : null;

    private static Actor? ActorOf(long? kind, string? id) => KindOf(kind) is { } known && id is not null ? new Actor(known, id) : null;
}
