using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

public sealed record AdministrationPage(IReadOnlyList<AdministrationEntry> Items, long? Next);

/// <summary>What administrators of the caller's workspace did, newest first.</summary>
public sealed class ListAdministration(IStorageEngine storage)
{
    public ValueTask<AdministrationPage> RunAsync(Caller caller, long? below, int limit, CancellationToken stop) =>
        storage.ReadAsync(async reader =>
        {
            var rows = await reader.ListAdministrationAsync(caller.Workspace, below, limit + 1);
            return rows.Count <= limit ? new AdministrationPage(rows, null) : new AdministrationPage([.. rows.Take(limit)], rows[limit - 1].No);
        }, stop);
}
