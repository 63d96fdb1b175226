using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Versions;

public sealed record VersionPage(IReadOnlyList<MemoryVersion> Items, long? NextBelowSeq);

/// <summary>Versions of a store, newest first; a query's Take is the length of the page.</summary>
public sealed class ListVersions(IStorageEngine storage)
{
    public ValueTask<Outcome<VersionPage>> RunAsync(Caller caller, VersionQuery query, CancellationToken stop) =>
        storage.ReadAsync<Outcome<VersionPage>>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, query.Store) is null) return new Refusal.StoreUnknown(query.Store.Value);
            var rows = await reader.ListVersionsAsync(query with { Take = query.Take + 1, PathPrefix = caller.Grant.PathPrefix });
            return rows.Count <= query.Take
                ? new VersionPage(rows, null)
                : new VersionPage([.. rows.Take(query.Take)], rows[query.Take - 1].Seq);
        }, stop);
}
