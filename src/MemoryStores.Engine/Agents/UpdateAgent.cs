using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Agents;

/// <summary>
/// Makes the next version of an agent, all of the patch or nothing of it; where the patch changes nothing, the version stays.
/// <c>expected</c> is the version the caller knows: an agent that has moved on is left as it is.
/// </summary>
public sealed class UpdateAgent(IStorageEngine storage)
{
    public ValueTask<Outcome<Agent>> RunAsync(Caller caller, AgentId id, AgentPatch patch, long? expected, CancellationToken stop)
    {
        if (patch.Flaw() is { } flaw) return ValueTask.FromResult<Outcome<Agent>>(flaw);
        return storage.RunAsync<Outcome<Agent>>(null, async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await tx.FindAgentAsync(caller.Workspace, id, null) is not { } agent) return new Refusal.AgentUnknown(id.Value);
            if (agent.ArchivedAt is not null) return new Refusal.AgentArchived();
            if (expected is { } known && known != agent.Version) return new Refusal.AgentMoved(agent.Version, known);
            switch (agent.Definition.With(patch))
            {
                case Outcome<AgentDefinition>.Refused refused:
                    return refused.Why;
                case Outcome<AgentDefinition>.Done patched when !patched.Value.Equals(agent.Definition):
                    var next = agent with
                    {
                        Version = agent.Version + 1, Definition = patched.Value, UpdatedAt = Math.Max(tx.Now, agent.UpdatedAt + 1),
                    };
                    await tx.PutAgentAsync(next);
                    return next;
                default:
                    return agent;
            }
        }, stop);
    }
}
