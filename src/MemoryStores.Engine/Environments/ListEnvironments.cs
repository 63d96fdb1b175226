using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Environments;

/// <summary>Environments of a workspace, newest first; a query's Take is the length of the page.</summary>
public sealed class ListEnvironments(IStorageEngine storage)
{
    public ValueTask<Outcome<Page<AgentEnvironment>>> RunAsync(Caller caller, WorkspaceQuery query, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Page<AgentEnvironment>>>(async reader => caller.Grant.HasAllStores
            ? Page.Of(await reader.ListEnvironmentsAsync(query with { Take = query.Take + 1 }), query.Take)
            : new Refusal.WorkspaceOutOfScope(), stop);
}
