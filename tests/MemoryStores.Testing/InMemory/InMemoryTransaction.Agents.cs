using MemoryStores.Contract;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<Agent?> FindAgentAsync(WorkspaceId workspace, AgentId agent, long? version) =>
        Found(VersionsOf(workspace, agent).LastOrDefault(one => version is null || one.Version == version));

    public ValueTask<IReadOnlyList<Agent>> ListAgentsAsync(WorkspaceQuery query) => Found<IReadOnlyList<Agent>>(
        [.. Newest(Root.Agents.Values.Select(versions => versions[^1]), query, one => (one.Workspace, one.CreatedAt, one.Id.Value, one.ArchivedAt))]);

    public ValueTask<IReadOnlyList<Agent>> ListAgentVersionsAsync(WorkspaceId workspace, AgentId agent, long? below, int take) =>
        Found<IReadOnlyList<Agent>>([.. VersionsOf(workspace, agent).Reverse().Where(one => below is null || one.Version < below).Take(take)]);

    public ValueTask PutAgentAsync(Agent agent)
    {
        var versions = Root.Agents.GetValueOrDefault(agent.Id.Value, []);
        versions = agent.Version > versions.Count
            ? versions.Add(agent)
            : versions.SetItem((int)agent.Version - 1, versions[(int)agent.Version - 1] with { UpdatedAt = agent.UpdatedAt });
        Root = Root with { Agents = Root.Agents.SetItem(agent.Id.Value, [.. versions.Select(one => one with { ArchivedAt = agent.ArchivedAt })]) };
        return ValueTask.CompletedTask;
    }

    public ValueTask<AgentEnvironment?> FindEnvironmentAsync(WorkspaceId workspace, EnvironmentId environment) =>
        Found(Root.Environments.GetValueOrDefault(environment.Value) is { } found && found.Workspace == workspace ? found : null);

    public ValueTask<IReadOnlyList<AgentEnvironment>> ListEnvironmentsAsync(WorkspaceQuery query) => Found<IReadOnlyList<AgentEnvironment>>(
        [.. Newest(Root.Environments.Values, query, one => (one.Workspace, one.CreatedAt, one.Id.Value, one.ArchivedAt))]);

    public ValueTask PutEnvironmentAsync(AgentEnvironment environment)
    {
        Root = Root with { Environments = Root.Environments.SetItem(environment.Id.Value, environment) };
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveEnvironmentAsync(EnvironmentId environment)
    {
        Root = Root with { Environments = Root.Environments.Remove(environment.Value) };
        return ValueTask.CompletedTask;
    }

    private IEnumerable<Agent> VersionsOf(WorkspaceId workspace, AgentId agent) =>
        Root.Agents.GetValueOrDefault(agent.Value, []).Where(one => one.Workspace == workspace);

    private static IEnumerable<T> Newest<T>(
        IEnumerable<T> all, WorkspaceQuery query, Func<T, (WorkspaceId Workspace, long CreatedAt, string Id, long? ArchivedAt)> of) => all
        .Where(one => of(one).Workspace == query.Workspace)
        .Where(one => query.IncludeArchived || of(one).ArchivedAt is null)
        .Where(one => query.CreatedFrom is not { } from || of(one).CreatedAt >= from)
        .Where(one => query.CreatedUntil is not { } until || of(one).CreatedAt <= until)
        .OrderByDescending(one => of(one).CreatedAt).ThenByDescending(one => of(one).Id, StringComparer.Ordinal)
        .Where(one => query.After is not { } last || of(one).CreatedAt < last.CreatedAt
            || (of(one).CreatedAt == last.CreatedAt && string.CompareOrdinal(of(one).Id, last.Id) < 0))
        .Take(query.Take);
}
