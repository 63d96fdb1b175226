using MemoryStores.Contract;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<MemoryVersion?> FindVersionAsync(StoreId store, VersionId version, bool withContent) =>
        Found(Find(store) is { } rows && rows.VersionSeqs.TryGetValue(version, out var seq)
            ? ReadVersion(rows, rows.EntryAt(seq), withContent)
            : null);

    public ValueTask<IReadOnlyList<MemoryVersion>> ListVersionsAsync(VersionQuery query) => Found<IReadOnlyList<MemoryVersion>>(
        Find(query.Store) is not { } rows ? [] :
        [
            .. rows.History.Reverse()
                .Where(entry => entry.IsVersion)
                .Where(entry => query.Memory is not { } memory || entry.Memory == memory)
                .Where(entry => query.Operation is not { } operation || OperationOf(entry.Kind) == operation)
                .Where(entry => query.By is not { } by || entry.By == by)
                .Where(entry => query.PathPrefix is not { } prefix || (entry.Path?.Value.StartsWith(prefix, StringComparison.Ordinal) ?? false))
                .Where(entry => query.CreatedFrom is not { } from || entry.At >= from)
                .Where(entry => query.CreatedUntil is not { } until || entry.At <= until)
                .Where(entry => query.BelowSeq is not { } below || entry.Seq < below)
                .Take(query.Take)
                .Select(entry => ReadVersion(rows, entry, query.WithContent)),
        ]);

    public ValueTask<HistoryEntry?> FindHistoryAsync(StoreId store, long seq) =>
        Found(Find(store) is { } rows && seq >= 1 && seq <= rows.History.Count ? rows.EntryAt(seq) : null);

    public ValueTask<IReadOnlyList<HistoryHint>> ListHintsAsync(StoreId store, long afterSeq, int take, bool withPaths) => Found<IReadOnlyList<HistoryHint>>(
        Find(store) is not { } rows ? [] :
        [
            .. rows.History.Where(entry => entry.Seq > afterSeq).Take(take)
                .Select(entry => new HistoryHint(entry.Seq, entry.Kind, entry.Memory, entry.Version, entry.About, entry.CommitId, entry.Link)
                {
                    Path = withPaths ? entry.Path : null,
                    PathBefore = withPaths ? rows.History.LastOrDefault(earlier => IsVersionBefore(earlier, entry))?.Path : null,
                }),
        ]);

    public ValueTask<IReadOnlyList<HistoryLine>> ListHistoryAsync(HistoryQuery query) => Found<IReadOnlyList<HistoryLine>>(
        Find(query.Store) is not { } rows ? [] :
        [
            .. (query.OldestFirst ? rows.History : rows.History.Reverse()).Select(entry => LineOf(rows, entry))
                .Where(line => query.AfterSeq is not { } after || line.Entry.Seq > after)
                .Where(line => query.BeforeSeq is not { } before || line.Entry.Seq < before)
                .Where(line => query.Kind is not { } kind || line.Entry.Kind == kind)
                .Where(line => query.Memory is not { } memory || line.Entry.Memory == memory)
                .Where(line => query.Path is not { } path || line.Path == path)
                .Where(line => query.PathPrefix is not { } prefix || IsBelow(line.Path, prefix))
                .Where(line => query.Within is not { } within || line.Entry.Memory is null || IsBelow(line.Path, within))
                .Take(query.Take),
        ]);

    public ValueTask AppendHistoryAsync(HistoryEntry entry)
    {
        var rows = Get(entry.Store);
        if (entry.Seq != rows.History.Count + 1)
            throw new InvalidOperationException($"The entry {entry.Seq} does not follow {rows.History.Count}.");
        KeepContent(rows, entry);

        rows = rows with { History = rows.History.Add(entry with { Content = null }) };
        if (entry is { IsVersion: true, Version: { } version }) rows = rows with { VersionSeqs = rows.VersionSeqs.Add(version, entry.Seq) };
        if (entry.IsHead)
        {
            // Add and not SetItem: it throws where another live memory stands at the path.
            rows = rows with
            {
                LivePaths = rows.LivePaths.Add(entry.Path!.Value, entry.Memory!),
                Memories = rows.Memories.SetItem(entry.Memory!, rows.Memories[entry.Memory!] with { HeadSeq = entry.Seq }),
            };
        }
        return Put(rows);
    }

    public ValueTask EraseContentAsync(StoreId store, long seq, ReadOnlyMemory<byte> commitments, long redactionSeq)
    {
        var rows = Get(store);
        var entry = rows.EntryAt(seq);
        rows = rows.WithEntry(entry with { Path = null, Digest = null, Size = null, Salts = commitments });
        rows = rows with { RedactionSeqs = rows.RedactionSeqs.Add(seq, redactionSeq) };
        if (entry.CommitId is { } id && rows.Commits.TryGetValue(id, out var receipt))
            rows = rows with { Commits = rows.Commits.SetItem(id, receipt with { Fingerprint = new byte[receipt.Fingerprint.Length] }) };
        Root = (Root with { Stores = Root.Stores.SetItem(store, rows) }).WithoutUnusedContents();
        return ValueTask.CompletedTask;
    }

    public ValueTask<CommitReceipt?> FindCommitAsync(StoreId store, string commitId) =>
        Found(Find(store)?.Commits.GetValueOrDefault(commitId));

    public ValueTask InsertCommitAsync(StoreId store, string commitId, CommitReceipt receipt)
    {
        var rows = Get(store);
        return Put(rows with { Commits = rows.Commits.Add(commitId, receipt) });
    }

    private static bool IsVersionBefore(HistoryEntry earlier, HistoryEntry entry) =>
        earlier.Seq < entry.Seq && earlier.IsVersion && entry.Memory is not null && earlier.Memory == entry.Memory;

    private static HistoryLine LineOf(StoreRows rows, HistoryEntry entry)
    {
        var (isMove, isConflict) = (entry.Kind == HistoryKind.MemoryModified, entry.Kind == HistoryKind.MemoryConflict);
        var path = isConflict ? rows.EntryAt(rows.VersionSeqs[entry.Version!]).Path : entry.Path;
        var before = isMove ? rows.History.LastOrDefault(earlier => IsVersionBefore(earlier, entry))?.Path : null;
        return new HistoryLine(entry, path)
        {
            PathBefore = path is null || before == path ? null : before,
            PathAbout = isConflict ? rows.EntryAt(rows.VersionSeqs[entry.About!]).Path : null,
        };
    }

    private static bool IsBelow(MemoryPath? path, string directory) => path?.Value.StartsWith(directory, StringComparison.Ordinal) ?? false;

    private void KeepContent(StoreRows rows, HistoryEntry entry)
    {
        if (entry.Digest is null || Root.Contents.ContainsKey((rows.Store.Workspace, entry.Digest))) return;
        var content = entry.Content ?? throw new InvalidOperationException($"Entry {entry.Seq} refers to content that is not there.");
        Root = Root with { Contents = Root.Contents.Add((rows.Store.Workspace, entry.Digest), content) };
    }

    private MemoryVersion ReadVersion(StoreRows rows, HistoryEntry entry, bool withContent)
    {
        var redaction = rows.RedactionSeqs.TryGetValue(entry.Seq, out var seq) ? rows.EntryAt(seq) : null;
        return new MemoryVersion
        {
            Id = entry.Version!,
            Store = entry.Store,
            Memory = entry.Memory!,
            Seq = entry.Seq,
            Operation = OperationOf(entry.Kind),
            Path = entry.Path,
            Digest = entry.Digest,
            Size = entry.Size,
            Content = withContent && entry.Digest is { } digest ? ContentOf(rows, digest) : null,
            CreatedAt = entry.At,
            CreatedBy = entry.By,
            CommitId = entry.CommitId,
            Redacted = redaction is null ? null : new Redaction(redaction.At, redaction.By),
        };
    }

    private static VersionOperation OperationOf(HistoryKind kind) => kind switch
    {
        HistoryKind.MemoryCreated => VersionOperation.Created,
        HistoryKind.MemoryModified => VersionOperation.Modified,
        HistoryKind.MemoryDeleted => VersionOperation.Deleted,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An entry of this kind is no version."),
    };
}
