using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Stores;

public sealed record StorePage(IReadOnlyList<MemoryStore> Items, MemoryStore? Last);

/// <summary>Stores of a workspace, newest first; a query's Take is the length of the page.</summary>
public sealed class ListStores(IStorageEngine storage)
{
    public ValueTask<StorePage> RunAsync(Caller caller, StoreQuery query, CancellationToken stop) =>
        storage.ReadAsync(async reader =>
        {
            var rows = await reader.ListStoresAsync(query with { Take = query.Take + 1, Only = caller.Grant.Stores });
            return rows.Count <= query.Take ? new StorePage(rows, null) : new StorePage([.. rows.Take(query.Take)], rows[query.Take - 1]);
        }, stop);
}
