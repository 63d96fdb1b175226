using MemoryStores.Contract;

namespace MemoryStores.Client.Sending;

/// <summary>An agent to be made. What is null is left out.</summary>
public sealed record NewAgent
{
    public required string Name { get; init; }

    /// <summary>The id of a model.</summary>
    public required string Model { get; init; }

    public string? Description { get; init; }
    public string? System { get; init; }
    public IReadOnlyList<StoredJson>? Tools { get; init; }
    public IReadOnlyList<StoredJson>? McpServers { get; init; }
    public IReadOnlyList<StoredJson>? Skills { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>What an agent's next version is to have; what is null stays. With <see cref="Version"/> only on that version.</summary>
public sealed record AgentChange
{
    public long? Version { get; init; }
    public string? Name { get; init; }
    public string? Model { get; init; }
    public string? Description { get; init; }
    public string? System { get; init; }
    public IReadOnlyList<StoredJson>? Tools { get; init; }
    public IReadOnlyList<StoredJson>? McpServers { get; init; }
    public IReadOnlyList<StoredJson>? Skills { get; init; }

    /// <summary>A string sets a key, null removes it.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
}
