namespace MemoryStores.Contract.Wire;

/// <summary>An agent, or one of its versions, as the wire shows it; all fields are always there.</summary>
public sealed record AgentBody
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
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public required StoredJson? Multiagent { get; init; }
    public required ExecutionIdentity ExecutionIdentity { get; init; }
    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
    public required string? ArchivedAt { get; init; }
}
