using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Environments;

/// <summary>Removes an environment, archived or not, and its keys.</summary>
public sealed class DeleteEnvironment(IStorageEngine storage, AuthenticateKey authenticate)
{
    public async ValueTask<Outcome<EnvironmentId>> RunAsync(Caller caller, EnvironmentId id, CancellationToken stop)
    {
        var outcome = await storage.RunAsync<Outcome<EnvironmentId>>(null, async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await tx.FindEnvironmentAsync(caller.Workspace, id) is null) return new Refusal.EnvironmentUnknown(id.Value);
            await tx.RemoveEnvironmentAsync(id);
            await tx.EndTokensAsync(id, tx.Now);
            return id;
        }, stop);
        authenticate.Forget();
        return outcome;
    }
}
