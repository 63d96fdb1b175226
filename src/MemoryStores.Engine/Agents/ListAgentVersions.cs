using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Agents;

/// <summary>The versions of an agent, the current one first; <c>below</c> is the version the last page ended with.</summary>
public sealed class ListAgentVersions(IStorageEngine storage)
{
    public ValueTask<Outcome<Page<Agent>>> RunAsync(Caller caller, AgentId id, long? below, int take, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Page<Agent>>>(async reader =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await reader.FindAgentAsync(caller.Workspace, id, null) is null) return new Refusal.AgentUnknown(id.Value);
            return Page.Of(await reader.ListAgentVersionsAsync(caller.Workspace, id, below, take + 1), take);
        }, stop);
}
