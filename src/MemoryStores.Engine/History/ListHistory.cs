using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.History;

/// <summary>A page of the history; <paramref name="Next"/> is the seq behind which the next one begins, null on the last.</summary>
public sealed record HistoryPage(IReadOnlyList<HistoryLine> Lines, long? Next);

/// <summary>
/// The history as it is read, a query's Take being the length of the page. A caller confined to a directory gets the versions it
/// may see, the conflicts among them, and what happened to the store; never the redactions, since an emptied version no longer
/// says whose it was.
/// </summary>
public sealed class ListHistory(IStorageEngine storage)
{
    public ValueTask<Outcome<HistoryPage>> RunAsync(Caller caller, HistoryQuery query, CancellationToken stop) =>
        storage.ReadAsync<Outcome<HistoryPage>>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, query.Store) is null) return new Refusal.StoreUnknown(query.Store.Value);
            var lines = await reader.ListHistoryAsync(query with { Take = query.Take + 1, Within = caller.Grant.PathPrefix });
            var shown = lines.Take(query.Take).Select(line => Seen(line, caller.Grant)).ToList();
            return new HistoryPage(shown, lines.Count > query.Take ? shown[^1].Entry.Seq : null);
        }, stop);

    /// <summary>Without what lies outside of the caller's directory: where a memory came from, and which version there was contradicted.</summary>
    private static HistoryLine Seen(HistoryLine line, Grant grant) => grant.PathPrefix is null ? line : line with
    {
        PathBefore = line.PathBefore is { } before && grant.Sees(before) ? before : null,
        Entry = line.PathAbout is { } about && grant.Sees(about) ? line.Entry : line.Entry with { About = null },
    };
}
