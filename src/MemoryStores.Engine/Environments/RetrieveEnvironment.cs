using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Environments;

public sealed class RetrieveEnvironment(IStorageEngine storage)
{
    public ValueTask<Outcome<AgentEnvironment>> RunAsync(Caller caller, EnvironmentId id, CancellationToken stop) =>
        storage.ReadAsync<Outcome<AgentEnvironment>>(async reader =>
            !caller.Grant.HasAllStores ? new Refusal.WorkspaceOutOfScope()
            : await reader.FindEnvironmentAsync(caller.Workspace, id) is { } environment ? environment
            : new Refusal.EnvironmentUnknown(id.Value), stop);
}
