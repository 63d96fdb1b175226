using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    private const string VersionColumns = """
        SELECT h.version, m.id, h.seq, h.kind, h.path, c.digest, c.size, h.at, h.actor_kind, h.actor, h.commit_id,
               e.at, e.actor_kind, e.actor
        """;

    private const string VersionJoins = """
         JOIN memories m ON m.no = h.memory
         LEFT JOIN contents c ON c.no = h.content
         LEFT JOIN redactions r ON r.version = h.no
         LEFT JOIN history e ON e.no = r.redaction
        """;

    // The kinds of versions; in these words, for so the index history_by_version has them.
    private const string IsVersion = "kind < 10";
    private const string OfVersion = " WHERE h.version = ? AND h.store = ? AND h." + IsVersion;

    private const string FindVersion = VersionColumns + " FROM history h" + VersionJoins + OfVersion;
    private const string FindVersionWithContent =
        VersionColumns + ", c.body FROM history h" + VersionJoins + OfVersion;

    private const string HistoryColumns = """
        SELECT h.kind, h.at, h.actor_kind, h.actor, h.commit_id, m.id, h.version, h.about, h.is_head, h.path, c.digest, c.size,
               h.profile, h.salts, h.entry, h.link
        """;

    private const string HistoryJoins = " LEFT JOIN memories m ON m.no = h.memory LEFT JOIN contents c ON c.no = h.content";

    private const string FindHistory = HistoryColumns + " FROM history h" + HistoryJoins + " WHERE h.store = ? AND h.seq = ?";

    private const string HintColumns = "SELECT h.seq, h.kind, m.id, h.version, h.about, h.commit_id, h.link";
    private const string HintsAfter = """
         FROM history h INDEXED BY history_in_order LEFT JOIN memories m ON m.no = h.memory
        WHERE h.store = ? AND h.seq > ? ORDER BY h.seq LIMIT ?
        """;
    private const string ListHints = HintColumns + HintsAfter;

    // The index history_of_memory leads to the version before in one step, or a few behind redactions and conflicts, which are no versions.
    private const string ListHintsWithPaths = HintColumns + """
        , h.path, (SELECT p.path FROM history p INDEXED BY history_of_memory
                   WHERE p.memory = h.memory AND p.seq < h.seq AND p.
        """ + IsVersion + " ORDER BY p.seq DESC LIMIT 1)" + HintsAfter;

    private const string InsertHistory = """
        INSERT INTO history (store, seq, kind, at, actor_kind, actor, commit_id, memory, version, about, is_head, path, content,
                             profile, salts, entry, link)
        VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT no FROM memories WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    public ValueTask<MemoryVersion?> FindVersionAsync(StoreId store, VersionId version, bool withContent)
    {
        var query = db[withContent ? FindVersionWithContent : FindVersion].Bind(version.Value).Bind(NumberOf(store));
        var found = query.Next() ? ReadVersion(query, store, withContent) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<IReadOnlyList<MemoryVersion>> ListVersionsAsync(VersionQuery query)
    {
        var rows = BindFilters(db[SqlFor(query)], query).Bind(query.Take);
        var found = new List<MemoryVersion>();
        while (rows.Next()) found.Add(ReadVersion(rows, query.Store, query.WithContent));
        return ValueTask.FromResult<IReadOnlyList<MemoryVersion>>(found);
    }

    public ValueTask<HistoryEntry?> FindHistoryAsync(StoreId store, long seq)
    {
        var row = db[FindHistory].Bind(NumberOf(store)).Bind(seq);
        var found = row.Next() ? ReadHistory(row, store, seq) : null;
        row.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask<IReadOnlyList<HistoryHint>> ListHintsAsync(StoreId store, long afterSeq, int take, bool withPaths)
    {
        var rows = db[withPaths ? ListHintsWithPaths : ListHints].Bind(NumberOf(store)).Bind(afterSeq).Bind(take);
        var found = new List<HistoryHint>();
        while (rows.Next()) found.Add(ReadHint(rows, withPaths));
        return ValueTask.FromResult<IReadOnlyList<HistoryHint>>(found);
    }

    public ValueTask AppendHistoryAsync(HistoryEntry entry)
    {
        db[InsertHistory]
            .Bind(NumberOf(entry.Store)).Bind(entry.Seq).Bind((long)entry.Kind).Bind(entry.At)
            .Bind((long?)entry.By?.Kind).Bind(entry.By?.Id).Bind(entry.CommitId)
            .Bind(entry.Memory?.Value).Bind(entry.Version?.Value).Bind(entry.About?.Value).Bind(entry.IsHead ? 1 : 0)
            .Bind(entry.Path?.Value).Bind(NumberOfContent(entry)).Bind(entry.Profile is { } profile ? WriteProfile(profile) : null)
            .Bind(entry.Salts.Span).Bind(entry.Entry.Span).Bind(entry.Link.Span).Run();
        if (entry.IsHead)
        {
            db["UPDATE memories SET head = (SELECT no FROM history WHERE store = ? AND seq = ?) WHERE id = ?"]
                .Bind(NumberOf(entry.Store)).Bind(entry.Seq).Bind(entry.Memory!.Value).Run();
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask EraseContentAsync(StoreId store, long seq, ReadOnlyMemory<byte> commitments, long redactionSeq)
    {
        var number = NumberOf(store);
        var row = db["SELECT no, content, commit_id, version FROM history WHERE store = ? AND seq = ?"].Bind(number).Bind(seq);
        row.Next();
        var (no, content, commit, version) = (row.Long(0), row.LongOrNull(1), row.TextOrNull(2), row.Text(3));
        row.Rewind();

        db["UPDATE history SET path = NULL, content = NULL, salts = ? WHERE no = ?"].Bind(commitments.Span).Bind(no).Run();
        db["INSERT INTO redactions (version, redaction) VALUES (?, (SELECT no FROM history WHERE store = ? AND seq = ?))"]
            .Bind(no).Bind(number).Bind(redactionSeq).Run();
        if (content is { } body) db[SqliteErasure.EmptyContentWithoutVersions].Bind(body).Run();
        if (commit is not null)
        {
            db["UPDATE commits SET fingerprint = zeroblob(length(fingerprint)) WHERE store = ? AND commit_id = ?"]
                .Bind(number).Bind(commit).Run();
        }
        db["INSERT INTO erasures (store, version) VALUES (?, ?)"].Bind(number).Bind(version).Run();
        return ValueTask.CompletedTask;
    }

    public ValueTask<CommitReceipt?> FindCommitAsync(StoreId store, string commitId)
    {
        var query = db["SELECT seq, results, fingerprint FROM commits WHERE store = ? AND commit_id = ?"].Bind(NumberOf(store)).Bind(commitId);
        var found = query.Next() ? new CommitReceipt(query.Long(0), query.Text(1), query.Bytes(2).ToArray()) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    public ValueTask InsertCommitAsync(StoreId store, string commitId, CommitReceipt receipt)
    {
        db["INSERT INTO commits (store, commit_id, seq, results, fingerprint) VALUES (?, ?, ?, ?, ?)"]
            .Bind(NumberOf(store)).Bind(commitId).Bind(receipt.Seq).Bind(receipt.ResultsJson).Bind(receipt.Fingerprint.Span).Run();
        return ValueTask.CompletedTask;
    }

    /// <summary>The row of the entry's content: found by its digest, or added.</summary>
    private long? NumberOfContent(HistoryEntry entry)
    {
        if (entry.Digest is null) return null;
        var workspace = OneNumber(db["SELECT workspace FROM stores WHERE no = ?"].Bind(NumberOf(entry.Store)))!.Value;
        if (OneNumber(db["SELECT no FROM contents WHERE workspace = ? AND digest = ?"].Bind(workspace).Bind(entry.Digest.Bytes)) is { } known)
            return known;
        var content = entry.Content ?? throw new InvalidOperationException($"Entry {entry.Seq} refers to content that is not there.");
        db["INSERT INTO contents (workspace, digest, size, body) VALUES (?, ?, ?, ?)"]
            .Bind(workspace).Bind(content.Digest.Bytes).Bind(content.Size).Bind(content.Utf8.Span).Run();
        return OneNumber(db["SELECT last_insert_rowid()"]);
    }

    /// <summary>
    /// The index is named for each shape of the query, so that it never depends on statistics. Within a store times grow with
    /// seq, so the order by time is the order by seq.
    /// </summary>
    private static string SqlFor(VersionQuery query)
    {
        var (index, order) = query switch
        {
            { Memory: not null } => ("history_of_memory", "h.seq"),
            { By: not null } => ("history_by_actor", "h.seq"),
            { CreatedFrom: not null } or { CreatedUntil: not null } => ("history_by_time", "h.at"),
            _ => ("history_in_order", "h.seq"),
        };
        var sql = new StringBuilder(VersionColumns).Append(query.WithContent ? ", c.body" : "")
            .Append(" FROM history h INDEXED BY ").Append(index).Append(VersionJoins)
            .Append(" WHERE h.store = ? AND h.").Append(IsVersion);
        if (query.Memory is not null) sql.Append(" AND h.memory = (SELECT no FROM memories WHERE id = ?)");
        if (query.Operation is not null) sql.Append(" AND h.kind = ?");
        if (query.By is not null) sql.Append(" AND h.actor = ? AND h.actor_kind = ?");
        if (query.PathPrefix is not null) sql.Append(" AND h.path >= ? AND h.path < ?");
        if (query.CreatedFrom is not null) sql.Append(" AND h.at >= ?");
        if (query.CreatedUntil is not null) sql.Append(" AND h.at <= ?");
        if (query.BelowSeq is not null) sql.Append(" AND h.seq < ?");
        return sql.Append(" ORDER BY ").Append(order).Append(" DESC LIMIT ?").ToString();
    }

    private Statement BindFilters(Statement rows, VersionQuery query)
    {
        rows.Bind(NumberOf(query.Store));
        if (query.Memory is { } memory) rows.Bind(memory.Value);
        if (query.Operation is { } operation) rows.Bind((long)operation);
        if (query.By is { } by) rows.Bind(by.Id).Bind((long)by.Kind);
        if (query.PathPrefix is { } prefix && PathRange.Below(prefix) is var below) rows.Bind(below.From).Bind(below.Until);
        if (query.CreatedFrom is { } from) rows.Bind(from);
        if (query.CreatedUntil is { } until) rows.Bind(until);
        if (query.BelowSeq is { } seq) rows.Bind(seq);
        return rows;
    }

    private static MemoryVersion ReadVersion(Statement row, StoreId store, bool withContent)
    {
        var digest = row.IsNull(5) ? null : ContentDigest.FromStorage(row.Bytes(5));
        return new MemoryVersion
        {
            Id = VersionId.FromStorage(row.Text(0)),
            Store = store,
            Memory = MemoryId.FromStorage(row.Text(1)),
            Seq = row.Long(2),
            Operation = (VersionOperation)row.Long(3),
            Path = row.TextOrNull(4) is { } path ? MemoryPath.FromStorage(path) : null,
            Digest = digest,
            Size = (int?)row.LongOrNull(6),
            Content = withContent && digest is not null ? MemoryContent.FromStorage(row.Bytes(14).ToArray(), digest) : null,
            CreatedAt = row.Long(7),
            CreatedBy = ActorOf(row.LongOrNull(8), row.TextOrNull(9)),
            CommitId = row.TextOrNull(10),
            Redacted = row.LongOrNull(11) is { } at ? new Redaction(at, ActorOf(row.LongOrNull(12), row.TextOrNull(13))) : null,
        };
    }

    private static HistoryHint ReadHint(Statement row, bool withPaths) => new(
        row.Long(0), (HistoryKind)row.Long(1), row.TextOrNull(2) is { } memory ? MemoryId.FromStorage(memory) : null,
        row.TextOrNull(3) is { } version ? VersionId.FromStorage(version) : null,
        row.TextOrNull(4) is { } about ? VersionId.FromStorage(about) : null, row.TextOrNull(5), row.Bytes(6).ToArray())
    {
        Path = withPaths && row.TextOrNull(7) is { } path ? MemoryPath.FromStorage(path) : null,
        PathBefore = withPaths && row.TextOrNull(8) is { } before ? MemoryPath.FromStorage(before) : null,
    };

    private static HistoryEntry ReadHistory(Statement row, StoreId store, long seq) => new()
    {
        Store = store,
        Seq = seq,
        Kind = (HistoryKind)row.Long(0),
        At = row.Long(1),
        By = ActorOf(row.LongOrNull(2), row.TextOrNull(3)),
        CommitId = row.TextOrNull(4),
        Memory = row.TextOrNull(5) is { } memory ? MemoryId.FromStorage(memory) : null,
        Version = row.TextOrNull(6) is { } version ? VersionId.FromStorage(version) : null,
        About = row.TextOrNull(7) is { } about ? VersionId.FromStorage(about) : null,
        IsHead = row.Long(8) != 0,
        Path = row.TextOrNull(9) is { } path ? MemoryPath.FromStorage(path) : null,
        Digest = row.IsNull(10) ? null : ContentDigest.FromStorage(row.Bytes(10)),
        Size = (int?)row.LongOrNull(11),
        Profile = row.IsNull(12) ? null : ReadProfile(row.Bytes(12)),
        Salts = row.Bytes(13).ToArray(),
        Entry = row.Bytes(14).ToArray(),
        Link = row.Bytes(15).ToArray(),
    };
}
