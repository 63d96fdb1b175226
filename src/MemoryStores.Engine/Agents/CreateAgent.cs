using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Agents;

/// <summary>Makes an agent, at version 1, of a patch that gives at least a name and a model.</summary>
public sealed class CreateAgent(IStorageEngine storage)
{
    public ValueTask<Outcome<Agent>> RunAsync(Caller caller, AgentPatch fields, CancellationToken stop)
    {
        if (fields.Flaw() is { } flaw) return ValueTask.FromResult<Outcome<Agent>>(flaw);
        if (!caller.Grant.HasAllStores) return ValueTask.FromResult<Outcome<Agent>>(new Refusal.WorkspaceOutOfScope());
        return new AgentDefinition(fields.Name!, fields.Model!).With(fields) switch
        {
            Outcome<AgentDefinition>.Done made => storage.RunAsync<Outcome<Agent>>(null, async tx =>
            {
                var agent = new Agent(AgentId.FromStorage(tx.NewId(AgentId.Tag)), caller.Workspace, 1, made.Value, tx.Now, tx.Now, null);
                await tx.PutAgentAsync(agent);
                return agent;
            }, stop),
            Outcome<AgentDefinition>.Refused refused => ValueTask.FromResult<Outcome<Agent>>(refused.Why),
            _ => throw new UnreachableException(),
        };
    }
}
