using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>A key with its secret, which is handed over this once.</summary>
public sealed record NewKey(ApiKey Key, string Secret);

public sealed class CreateKey(IStorageEngine storage)
{
    public async ValueTask<Outcome<NewKey>> RunAsync(Caller caller, KeyRequest request, CancellationToken stop)
    {
        var secret = Secret.New();
        return await storage.RunAsync<Outcome<NewKey>>(null, async tx =>
        {
            if (request.Flaw(tx.Now) is { } flaw) return flaw;
            var workspace = caller.Workspace;
            if (request.Workspace is { } name)
            {
                var all = await tx.ListWorkspacesAsync();
                var named = all.FirstOrDefault(known => known.Name == name)?.Id;
                if (named != workspace && all.First(known => known.Name == EnsureAdminKey.DefaultWorkspace).Id != workspace)
                    return new Refusal.NeedsOperator();
                workspace = named ?? await tx.EnsureWorkspaceAsync(name);
            }
            foreach (var store in request.Grant.Stores ?? [])
            {
                if (await tx.FindHeadAsync(workspace, store) is null) return new Refusal.BadField("stores", $"there is no memory store '{store}' in this workspace");
            }
            var key = new ApiKey(ApiKeyId.FromStorage(tx.NewId(ApiKeyId.Tag)), workspace, request.Name, request.Grant, tx.Now, request.ExpiresAt);
            await tx.InsertKeyAsync(key, Secret.HashOf(secret));
            await tx.InsertAdministrationAsync(workspace, tx.Now, caller.Actor.Id, "key.created", key.Id.Value);
            return new NewKey(key, secret);
        }, stop);
    }
}
