using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Agents;

/// <summary>Closes an agent for changes, for good. A second call finds it done.</summary>
public sealed class ArchiveAgent(IStorageEngine storage)
{
    public ValueTask<Outcome<Agent>> RunAsync(Caller caller, AgentId id, CancellationToken stop) =>
        storage.RunAsync<Outcome<Agent>>(null, async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await tx.FindAgentAsync(caller.Workspace, id, null) is not { } agent) return new Refusal.AgentUnknown(id.Value);
            if (agent.ArchivedAt is not null) return agent;

            var at = Math.Max(tx.Now, agent.UpdatedAt + 1);
            var archived = agent with { UpdatedAt = at, ArchivedAt = at };
            await tx.PutAgentAsync(archived);
            return archived;
        }, stop);
}
