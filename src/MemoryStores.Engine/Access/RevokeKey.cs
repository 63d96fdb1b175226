using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>Ends a key for good, at once. The last key that could make others stays: it would lock everyone out.</summary>
public sealed class RevokeKey(IStorageEngine storage, AuthenticateKey authenticate)
{
    // Keys of a workspace looked through for another administrator, a page at a time.
    private const int Page = 100;

    public async ValueTask<Outcome<ApiKey>> RunAsync(Caller caller, ApiKeyId id, CancellationToken stop)
    {
        var outcome = await storage.RunAsync<Outcome<ApiKey>>(null, async tx =>
        {
            if (await tx.FindKeyAsync(caller.Workspace, null, id) is not { } key) return new Refusal.KeyUnknown(id.Value);
            if (key.RevokedAt is not null) return key;
            if (key.Grant.MayAdminister && !await HasAnotherAdminAsync(tx, caller.Workspace, id)) return new Refusal.LastAdminKey();
            await tx.RevokeKeyAsync(id, tx.Now);
            await tx.InsertAdministrationAsync(caller.Workspace, tx.Now, caller.Actor.Id, "key.revoked", id.Value);
            return key with { RevokedAt = tx.Now };
        }, stop);
        authenticate.Forget();
        return outcome;
    }

    private static async ValueTask<bool> HasAnotherAdminAsync(IStorageTransaction tx, WorkspaceId workspace, ApiKeyId except)
    {
        for (ApiKeyId? after = null; ;)
        {
            var keys = await tx.ListKeysAsync(workspace, null, after, Page);
            if (keys.Any(key => key.Id != except && key.Grant.MayAdminister && key.IsGood(tx.Now) && key.ExpiresAt is null)) return true;
            if (keys.Count < Page) return false;
            after = keys[^1].Id;
        }
    }
}
