using MemoryStores.Contract;

namespace MemoryStores.Engine.Environments;

/// <summary>Where agents run, as their owner describes it. (The wire says environment; System has that name already.)</summary>
public sealed record AgentEnvironment(
    EnvironmentId Id, WorkspaceId Workspace, EnvironmentDefinition Definition, long CreatedAt, long UpdatedAt, long? ArchivedAt);
