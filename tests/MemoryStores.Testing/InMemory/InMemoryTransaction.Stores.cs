using MemoryStores.Contract;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<MemoryStore?> FindStoreAsync(WorkspaceId workspace, StoreId store) => Found(Find(workspace, store)?.Store);

    public ValueTask<StoreHead?> FindHeadAsync(WorkspaceId workspace, StoreId store) =>
        Found(Find(workspace, store) is { } rows ? rows.Head with { Archived = rows.Store.ArchivedAt is not null } : null);

    public ValueTask<IReadOnlyList<MemoryStore>> ListStoresAsync(StoreQuery query) => Found<IReadOnlyList<MemoryStore>>(
    [
        .. Root.Stores.Values.Select(rows => rows.Store)
            .Where(store => store.Workspace == query.Workspace)
            .Where(store => query.Only?.Contains(store.Id) ?? true)
            .Where(store => query.IncludeArchived || store.ArchivedAt is null)
            .Where(store => query.CreatedFrom is not { } from || store.CreatedAt >= from)
            .Where(store => query.CreatedUntil is not { } until || store.CreatedAt <= until)
            .OrderByDescending(store => store.CreatedAt).ThenByDescending(store => store.Id.Value, StringComparer.Ordinal)
            .Where(store => query.After is not { } last || store.CreatedAt < last.CreatedAt
                || (store.CreatedAt == last.CreatedAt && string.CompareOrdinal(store.Id.Value, last.Id.Value) < 0))
            .Take(query.Take),
    ]);

    public ValueTask<long> CountStoresAsync(WorkspaceId workspace) =>
        Found(Root.Stores.Values.LongCount(rows => rows.Store.Workspace == workspace));

    public ValueTask<StorageTotals> CountTotalsAsync(long memories, long bytes) =>
        Found(new StorageTotals(Root.Stores.Values.Count(rows => rows.Head.Memories > memories || rows.Head.Bytes > bytes), ErasuresPending: 0));

    public ValueTask InsertStoreAsync(MemoryStore store)
    {
        Root = Root with { Stores = Root.Stores.Add(store.Id, StoreRows.Of(store)) };
        return ValueTask.CompletedTask;
    }

    public ValueTask PutStoreAsync(MemoryStore store, long? profileSeq)
    {
        var rows = Get(store.Id);
        var profile = profileSeq is { } seq ? rows.EntryAt(seq).Profile! : rows.Store.Profile;
        return Put(rows with
        {
            Store = rows.Store with { Profile = profile, UpdatedAt = store.UpdatedAt, ArchivedAt = store.ArchivedAt },
        });
    }

    public ValueTask PutHeadAsync(StoreHead head) => Put(Get(head.Id) with { Head = head });

    public ValueTask EraseStoreAsync(StoreId store)
    {
        Root = (Root with { Stores = Root.Stores.Remove(store) }).WithoutUnusedContents();
        return ValueTask.CompletedTask;
    }

    /// <summary>Never: erasures are done at once.</summary>
    public ValueTask<bool> IsErasurePendingAsync(WorkspaceId workspace, StoreId store, VersionId? version) => Found(false);
}
