using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

public sealed record KeyPage(IReadOnlyList<ApiKey> Items, ApiKeyId? Next);

/// <summary>Keys of the caller's workspace, newest first, revoked and expired ones included.</summary>
public sealed class ListKeys(IStorageEngine storage)
{
    public ValueTask<KeyPage> RunAsync(Caller caller, ApiKeyId? after, int limit, CancellationToken stop) =>
        storage.ReadAsync(async reader =>
        {
            var rows = await reader.ListKeysAsync(caller.Workspace, null, after, limit + 1);
            return rows.Count <= limit ? new KeyPage(rows, null) : new KeyPage([.. rows.Take(limit)], rows[limit - 1].Id);
        }, stop);

    public ValueTask<Outcome<ApiKey>> FindAsync(Caller caller, ApiKeyId id, CancellationToken stop) =>
        storage.ReadAsync<Outcome<ApiKey>>(async reader =>
            await reader.FindKeyAsync(caller.Workspace, null, id) is { } key ? key : new Refusal.KeyUnknown(id.Value), stop);
}
