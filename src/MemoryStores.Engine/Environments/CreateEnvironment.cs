using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Environments;

/// <summary>Makes an environment of a patch that gives at least a name; without a configuration it is a cloud one, open to every network.</summary>
public sealed class CreateEnvironment(IStorageEngine storage)
{
    public ValueTask<Outcome<AgentEnvironment>> RunAsync(Caller caller, EnvironmentPatch fields, CancellationToken stop)
    {
        if (fields.Flaw() is { } flaw) return ValueTask.FromResult<Outcome<AgentEnvironment>>(flaw);
        if (!caller.Grant.HasAllStores) return ValueTask.FromResult<Outcome<AgentEnvironment>>(new Refusal.WorkspaceOutOfScope());
        var plain = new EnvironmentDefinition(fields.Name!, EnvironmentConfig.Of(fields.Config?.Type ?? EnvironmentConfig.Cloud));
        return plain.With(fields) switch
        {
            Outcome<EnvironmentDefinition>.Done made => storage.RunAsync<Outcome<AgentEnvironment>>(null, async tx =>
            {
                var environment = new AgentEnvironment(
                    EnvironmentId.FromStorage(tx.NewId(EnvironmentId.Tag)), caller.Workspace, made.Value, tx.Now, tx.Now, null);
                await tx.PutEnvironmentAsync(environment);
                return environment;
            }, stop),
            Outcome<EnvironmentDefinition>.Refused refused => ValueTask.FromResult<Outcome<AgentEnvironment>>(refused.Why),
            _ => throw new UnreachableException(),
        };
    }
}
