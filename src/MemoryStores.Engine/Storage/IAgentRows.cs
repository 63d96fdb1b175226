using MemoryStores.Contract;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Environments;

namespace MemoryStores.Engine.Storage;

/// <summary>Looks up agents and environments of a workspace, archived ones included.</summary>
public interface IAgentReader
{
    /// <summary>An agent at a version; null asks for the current one.</summary>
    ValueTask<Agent?> FindAgentAsync(WorkspaceId workspace, AgentId agent, long? version);

    /// <summary>Agents at their current versions, newest first, ties by id descending.</summary>
    ValueTask<IReadOnlyList<Agent>> ListAgentsAsync(WorkspaceQuery query);

    /// <summary>An agent at each of its versions, descending, below the version of the cursor.</summary>
    ValueTask<IReadOnlyList<Agent>> ListAgentVersionsAsync(WorkspaceId workspace, AgentId agent, long? below, int take);

    /// <summary>An environment that was not removed.</summary>
    ValueTask<AgentEnvironment?> FindEnvironmentAsync(WorkspaceId workspace, EnvironmentId environment);

    /// <summary>Environments, newest first, ties by id descending.</summary>
    ValueTask<IReadOnlyList<AgentEnvironment>> ListEnvironmentsAsync(WorkspaceQuery query);
}

/// <summary>Changes agents and environments.</summary>
public interface IAgentTransaction
{
    /// <summary>
    /// Makes an agent, or sets its current version and when it was archived. A version that is new is kept with its definition; of one
    /// that is there only <see cref="Agent.UpdatedAt"/> is set, for a version never changes what it holds.
    /// </summary>
    ValueTask PutAgentAsync(Agent agent);

    /// <summary>Makes an environment, or replaces its definition and its times.</summary>
    ValueTask PutEnvironmentAsync(AgentEnvironment environment);

    /// <summary>Takes an environment away.</summary>
    ValueTask RemoveEnvironmentAsync(EnvironmentId environment);
}

/// <summary>Things of a workspace made in [CreatedFrom, CreatedUntil], after the cursor in the order of the list.</summary>
public sealed record WorkspaceQuery(
    WorkspaceId Workspace, bool IncludeArchived, long? CreatedFrom, long? CreatedUntil, (long CreatedAt, string Id)? After, int Take);
