using MemoryStores.Contract;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Testing;

/// <summary>
/// Walks through the whole history of a store and believes nothing: every seq is there, every hash is computed again, each
/// memory has one head, which is its newest version, and the store's totals are those of the heads.
/// </summary>
public static class HistoryAudit
{
    /// <summary>The entries in order; throws at the first that does not hold.</summary>
    public static async Task<IReadOnlyList<HistoryEntry>> WalkAsync(IStorageEngine engine, WorkspaceId workspace, StoreId store)
    {
        var head = await engine.ReadAsync(reader => reader.FindHeadAsync(workspace, store), CancellationToken.None)
            ?? throw new InvalidDataException($"The store {store} is not there.");
        var entries = new List<HistoryEntry>();
        var link = new byte[HistoryHash.Size];
        var at = 0L;
        for (var seq = 1L; seq <= head.Seq; seq++)
        {
            var entry = await engine.ReadAsync(reader => reader.FindHistoryAsync(store, seq), CancellationToken.None);
            Require(entry is not null, store, $"seq {seq} of {head.Seq} is missing");
            var commitments = IsErased(entry!) ? entry!.Salts.ToArray() : HistoryHash.Commitments(entry!, entry!.Salts.Span);
            Require(entry.Entry.Span.SequenceEqual(HistoryHash.EntryOf(entry, commitments)), store, $"the hash of seq {seq} is wrong");
            link = HistoryHash.LinkOf(link, entry.Entry.Span);
            Require(entry.Link.Span.SequenceEqual(link), store, $"the link of seq {seq} does not follow its predecessor");
            Require(entry.At > at, store, $"the time of seq {seq} does not grow");
            at = entry.At;
            if (entry.Kind == HistoryKind.MemoryConflict) RequireConflict(store, entry, entries);
            entries.Add(entry);
        }
        Require(head.Link.Span.SequenceEqual(link) && head.At == at, store, "the head is not where the history ends");
        Require(
            await engine.ReadAsync(reader => reader.FindHistoryAsync(store, head.Seq + 1), CancellationToken.None) is null,
            store, "there is an entry behind the head");
        RequireHeads(store, head.Memories, head.Bytes, entries);
        return entries;
    }

    private static void RequireHeads(StoreId store, long memories, long bytes, List<HistoryEntry> entries)
    {
        foreach (var versions in entries.Where(entry => entry.IsVersion).GroupBy(entry => entry.Memory))
        {
            var newest = versions.Last();
            Require(newest.IsHead == (newest.Kind != HistoryKind.MemoryDeleted), store, $"the newest version of {versions.Key} should be its head, or was a deletion");
            Require(versions.Count(version => version.IsHead) <= 1, store, $"{versions.Key} has more than one head");
        }
        var heads = entries.Where(entry => entry.IsHead).ToList();
        Require(heads.Count == memories, store, $"{heads.Count} heads, and {memories} are counted");
        Require(heads.Sum(entry => (long)entry.Size!) == bytes, store, "the bytes of the heads are not those counted");
        Require(heads.DistinctBy(entry => entry.Path).Count() == heads.Count, store, "two heads stand at one path");
    }

    private static void RequireConflict(StoreId store, HistoryEntry conflict, List<HistoryEntry> before)
    {
        var saved = before[^1];
        Require(saved.IsVersion && (saved.Memory, saved.Version, saved.By, saved.CommitId) == (conflict.Memory, conflict.Version, conflict.By, conflict.CommitId),
            store, $"the conflict {conflict.Seq} does not stand behind the version it tells of");
        Require(before.Any(entry => entry.IsVersion && entry.Version == conflict.About && entry != saved), store, $"the conflict {conflict.Seq} is about a version that never was");
    }

    private static bool IsErased(HistoryEntry entry) => entry.IsVersion && entry.Path is null;

    private static void Require(bool holds, StoreId store, string otherwise)
    {
        if (!holds) throw new InvalidDataException($"History of {store}: {otherwise}.");
    }
}
