using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>Ends a token of a session, or a key of an environment, for good and at once. A second call finds it done.</summary>
public sealed class RevokeToken(IStorageEngine storage, AuthenticateKey authenticate)
{
    public async ValueTask<Outcome<ApiKey>> RunAsync(Caller caller, Id boundTo, ApiKeyId id, CancellationToken stop)
    {
        var outcome = await storage.RunAsync<Outcome<ApiKey>>(null, async tx =>
        {
            if (await tx.FlawInAsync(caller, boundTo) is { } flaw) return flaw;
            if (await tx.FindKeyAsync(caller.Workspace, boundTo, id) is not { } key) return new Refusal.TokenUnknown(id.Value);
            if (key.RevokedAt is not null) return key;
            await tx.RevokeKeyAsync(id, tx.Now);
            await tx.InsertAdministrationAsync(caller.Workspace, tx.Now, caller.Actor.Id, "token.revoked", $"{boundTo}/{id}");
            return key with { RevokedAt = tx.Now };
        }, stop);
        authenticate.Forget();
        return outcome;
    }
}
