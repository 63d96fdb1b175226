using MemoryStores.Contract;

namespace MemoryStores.Engine.Agents;

/// <summary>
/// An agent at one of its versions, the current one unless another was asked for. <paramref name="UpdatedAt"/> is when that version was
/// made, or when the agent was archived at it; <paramref name="CreatedAt"/> and <paramref name="ArchivedAt"/> are the agent's.
/// </summary>
public sealed record Agent(
    AgentId Id, WorkspaceId Workspace, long Version, AgentDefinition Definition, long CreatedAt, long UpdatedAt, long? ArchivedAt);
