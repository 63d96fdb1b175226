using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Environments;

/// <summary>Applies a patch to an environment's definition, all or nothing; where it changes nothing, nothing happens.</summary>
public sealed class UpdateEnvironment(IStorageEngine storage)
{
    public ValueTask<Outcome<AgentEnvironment>> RunAsync(Caller caller, EnvironmentId id, EnvironmentPatch patch, CancellationToken stop)
    {
        if (patch.Flaw() is { } flaw) return ValueTask.FromResult<Outcome<AgentEnvironment>>(flaw);
        return storage.RunAsync<Outcome<AgentEnvironment>>(null, async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await tx.FindEnvironmentAsync(caller.Workspace, id) is not { } environment) return new Refusal.EnvironmentUnknown(id.Value);
            if (environment.ArchivedAt is not null) return new Refusal.EnvironmentArchived();
            switch (environment.Definition.With(patch))
            {
                case Outcome<EnvironmentDefinition>.Refused refused:
                    return refused.Why;
                case Outcome<EnvironmentDefinition>.Done patched when !patched.Value.Equals(environment.Definition):
                    var updated = environment with { Definition = patched.Value, UpdatedAt = Math.Max(tx.Now, environment.UpdatedAt + 1) };
                    await tx.PutEnvironmentAsync(updated);
                    return updated;
                default:
                    return environment;
            }
        }, stop);
    }
}
