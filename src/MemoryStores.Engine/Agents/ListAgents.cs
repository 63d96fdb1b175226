using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Agents;

/// <summary>Agents of a workspace as they are now, newest first; a query's Take is the length of the page.</summary>
public sealed class ListAgents(IStorageEngine storage)
{
    public ValueTask<Outcome<Page<Agent>>> RunAsync(Caller caller, WorkspaceQuery query, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Page<Agent>>>(async reader => caller.Grant.HasAllStores
            ? Page.Of(await reader.ListAgentsAsync(query with { Take = query.Take + 1 }), query.Take)
            : new Refusal.WorkspaceOutOfScope(), stop);
}
