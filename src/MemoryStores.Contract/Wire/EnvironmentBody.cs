namespace MemoryStores.Contract.Wire;

/// <summary>An environment as the wire shows it; all fields are always there.</summary>
public sealed record EnvironmentBody
{
    public required string Id { get; init; }
    public string Type { get; } = "environment";
    public required string Name { get; init; }
    public required string? Description { get; init; }
    public required EnvironmentConfig Config { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Whoever has the workspace sees its environments; no other scope is offered.</summary>
    public string Scope { get; init; } = "organization";

    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
    public required string? ArchivedAt { get; init; }
}
