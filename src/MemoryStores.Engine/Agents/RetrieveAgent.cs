using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Agents;

/// <summary>An agent as it is now, or as it was at a version.</summary>
public sealed class RetrieveAgent(IStorageEngine storage)
{
    public ValueTask<Outcome<Agent>> RunAsync(Caller caller, AgentId id, long? version, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Agent>>(async reader =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await reader.FindAgentAsync(caller.Workspace, id, version) is { } agent) return agent;
            return version is { } number && await reader.FindAgentAsync(caller.Workspace, id, null) is not null
                ? new Refusal.AgentVersionUnknown(id.Value, number)
                : new Refusal.AgentUnknown(id.Value);
        }, stop);
}
