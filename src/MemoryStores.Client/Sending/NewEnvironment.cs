using MemoryStores.Contract;

namespace MemoryStores.Client.Sending;

/// <summary>An environment to be made. Without a configuration it is a cloud one.</summary>
public sealed record NewEnvironment
{
    public required string Name { get; init; }
    public string? Description { get; init; }
    public StoredJson? Config { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>What is to change of an environment; what is null stays.</summary>
public sealed record EnvironmentChange
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public StoredJson? Config { get; init; }

    /// <summary>A string sets a key, null removes it.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
}
