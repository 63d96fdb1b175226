using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Environments;

/// <summary>Removes an environment, archived or not.</summary>
public sealed class DeleteEnvironment(IStorageEngine storage)
{
    public ValueTask<Outcome<EnvironmentId>> RunAsync(Caller caller, EnvironmentId id, CancellationToken stop) =>
        storage.RunAsync<Outcome<EnvironmentId>>(null, async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await tx.FindEnvironmentAsync(caller.Workspace, id) is null) return new Refusal.EnvironmentUnknown(id.Value);
            await tx.RemoveEnvironmentAsync(id);
            return id;
        }, stop);
}
