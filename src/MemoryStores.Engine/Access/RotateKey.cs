using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>Gives a key a new secret. The old one goes on for the grace asked for, so that its users can be changed over.</summary>
public sealed class RotateKey(IStorageEngine storage, AuthenticateKey authenticate)
{
    public async ValueTask<Outcome<NewKey>> RunAsync(Caller caller, ApiKeyId id, TimeSpan grace, CancellationToken stop)
    {
        var secret = Secret.New();
        var outcome = await storage.RunAsync<Outcome<NewKey>>(null, async tx =>
        {
            if (await tx.FindKeyAsync(caller.Workspace, null, id) is not { } key) return new Refusal.KeyUnknown(id.Value);
            if (key.RevokedAt is not null) return new Refusal.KeyRevoked();
            await tx.RotateKeyAsync(id, Secret.HashOf(secret), tx.Now + (long)grace.TotalMicroseconds);
            await tx.InsertAdministrationAsync(caller.Workspace, tx.Now, caller.Actor.Id, "key.rotated", id.Value);
            return new NewKey(key, secret);
        }, stop);
        authenticate.Forget();
        return outcome;
    }
}
