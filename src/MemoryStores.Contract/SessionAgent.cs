namespace MemoryStores.Contract;

/// <summary>The agent of a session as it was when the session began: kept and shown in this form, without the agent's metadata and times.</summary>
public sealed record SessionAgent
{
    public required string Id { get; init; }
    public string Type { get; } = "agent";
    public required long Version { get; init; }
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required string? System { get; init; }
    public required AgentModel Model { get; init; }
    public required IReadOnlyList<StoredJson> Tools { get; init; }
    public required IReadOnlyList<StoredJson> McpServers { get; init; }
    public required IReadOnlyList<StoredJson> Skills { get; init; }
    public required StoredJson? Multiagent { get; init; }
    public required ExecutionIdentity ExecutionIdentity { get; init; }
}
