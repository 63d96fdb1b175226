using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>
/// Makes sure that a secret given by the operator opens the default workspace. One that is known already stays as it is, also
/// when it was rotated away or its key revoked: a restart brings no ended secret back.
/// </summary>
public sealed class EnsureAdminKey(IStorageEngine storage)
{
    public const string DefaultWorkspace = "default";

    public ValueTask<ApiKey> RunAsync(string secret, CancellationToken stop)
    {
        var hash = Secret.HashOf(secret);
        return storage.RunAsync(null, async tx =>
        {
            if (await tx.FindKeyAsync(hash) is { } known) return known.Key;
            var workspace = await tx.EnsureWorkspaceAsync(DefaultWorkspace);
            var key = new ApiKey(ApiKeyId.FromStorage(tx.NewId(ApiKeyId.Tag)), workspace, "admin", Grant.Everything, tx.Now);
            await tx.InsertKeyAsync(key, hash);
            // Nobody with a key did this: whoever starts the server did, so the key stands for itself.
            await tx.InsertAdministrationAsync(workspace, tx.Now, key.Id.Value, "key.installed", key.Id.Value);
            return key;
        }, stop);
    }
}
