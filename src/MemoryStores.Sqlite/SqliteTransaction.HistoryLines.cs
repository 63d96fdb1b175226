using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

/// <summary>The history as it is read: filtered, in pages, with the paths that belong to its entries.</summary>
internal sealed partial class SqliteTransaction
{
    // A conflict (kind 21) has no path of its own; it stands where the version stands that was saved.
    private const string PathOfLine =
        "CASE h.kind WHEN 21 THEN (SELECT s.path FROM history s WHERE s.version = h.version AND s." + IsVersion + ") ELSE h.path END";

    // Only a modification (kind 2) can have moved its memory: the version before is found as the feed finds it.
    private const string LineColumns = HistoryColumns + ", h.seq, " + PathOfLine + """
        , CASE h.kind WHEN 2 THEN (SELECT p.path FROM history p INDEXED BY history_of_memory
                                   WHERE p.memory = h.memory AND p.seq < h.seq AND p.
        """ + IsVersion + " ORDER BY p.seq DESC LIMIT 1) END, CASE h.kind WHEN 21 THEN (SELECT a.path FROM history a WHERE a.version = h.about AND a."
        + IsVersion + ") END";

    public ValueTask<IReadOnlyList<HistoryLine>> ListHistoryAsync(HistoryQuery query)
    {
        var rows = BindFilters(db[SqlFor(query)], query).Bind(query.Take);
        var found = new List<HistoryLine>();
        while (rows.Next()) found.Add(ReadLine(rows, query.Store));
        return ValueTask.FromResult<IReadOnlyList<HistoryLine>>(found);
    }

    /// <summary>
    /// The index is named for each shape of the query: a memory's entries and those that are no versions are found at once, for
    /// others the history is walked in order.
    /// </summary>
    private static string SqlFor(HistoryQuery query)
    {
        var isEvent = query.Kind is { } kind && (long)kind >= 10;
        var index = query.Memory is not null ? "history_of_memory" : isEvent ? "history_events" : "history_in_order";
        var sql = new StringBuilder(LineColumns).Append(" FROM history h INDEXED BY ").Append(index).Append(HistoryJoins).Append(" WHERE h.store = ?");
        if (query.Memory is not null) sql.Append(" AND h.memory = (SELECT no FROM memories WHERE id = ?)");
        if (query.Kind is not null) sql.Append(" AND h.kind = ?");
        if (isEvent) sql.Append(" AND h.kind >= 10"); // In these words, for so the index has them.
        if (query.AfterSeq is not null) sql.Append(" AND h.seq > ?");
        if (query.BeforeSeq is not null) sql.Append(" AND h.seq < ?");
        if (query.Path is not null) sql.Append(" AND " + PathOfLine + " = ?");
        if (query.PathPrefix is not null) sql.Append(" AND " + PathOfLine + " >= ? AND " + PathOfLine + " < ?");
        if (query.Within is not null) sql.Append(" AND (h.memory IS NULL OR (" + PathOfLine + " >= ? AND " + PathOfLine + " < ?))");
        return sql.Append(" ORDER BY h.seq ").Append(query.OldestFirst ? "ASC" : "DESC").Append(" LIMIT ?").ToString();
    }

    private Statement BindFilters(Statement rows, HistoryQuery query)
    {
        rows.Bind(NumberOf(query.Store));
        if (query.Memory is { } memory) rows.Bind(memory.Value);
        if (query.Kind is { } kind) rows.Bind((long)kind);
        if (query.AfterSeq is { } after) rows.Bind(after);
        if (query.BeforeSeq is { } before) rows.Bind(before);
        if (query.Path is { } path) rows.Bind(path.Value);
        foreach (var directory in new[] { query.PathPrefix, query.Within })
        {
            if (directory is not null && PathRange.Below(directory) is var below) rows.Bind(below.From).Bind(below.Until);
        }
        return rows;
    }

    private static HistoryLine ReadLine(Statement row, StoreId store)
    {
        var path = PathIn(row, 17);
        var before = PathIn(row, 18);
        return new HistoryLine(ReadHistory(row, store, row.Long(16)), path)
        {
            PathBefore = path is null || before == path ? null : before,
            PathAbout = PathIn(row, 19),
        };
    }

    private static MemoryPath? PathIn(Statement row, int column) => row.TextOrNull(column) is { } path ? MemoryPath.FromStorage(path) : null;
}
