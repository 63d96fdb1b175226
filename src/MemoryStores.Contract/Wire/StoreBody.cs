namespace MemoryStores.Contract.Wire;

/// <summary>A memory store as the wire shows it; all eight fields are always there.</summary>
public sealed record StoreBody
{
    public required string Id { get; init; }
    public string Type { get; } = "memory_store";
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
    public required string? ArchivedAt { get; init; }
}
