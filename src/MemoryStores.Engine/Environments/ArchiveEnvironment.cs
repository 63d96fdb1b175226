using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Environments;

/// <summary>Closes an environment for changes and new sessions, for good. A second call finds it done.</summary>
public sealed class ArchiveEnvironment(IStorageEngine storage)
{
    public ValueTask<Outcome<AgentEnvironment>> RunAsync(Caller caller, EnvironmentId id, CancellationToken stop) =>
        storage.RunAsync<Outcome<AgentEnvironment>>(null, async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await tx.FindEnvironmentAsync(caller.Workspace, id) is not { } environment) return new Refusal.EnvironmentUnknown(id.Value);
            if (environment.ArchivedAt is not null) return environment;

            var at = Math.Max(tx.Now, environment.UpdatedAt + 1);
            var archived = environment with { UpdatedAt = at, ArchivedAt = at };
            await tx.PutEnvironmentAsync(archived);
            return archived;
        }, stop);
}
