using MemoryStores.Contract;

namespace MemoryStores.Client.Sending;

/// <summary>A session to be made. What is null is left out.</summary>
public sealed record NewSession
{
    public required SessionAgentChoice Agent { get; init; }
    public required string EnvironmentId { get; init; }
    public string? Title { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
    public IReadOnlyList<SessionStore>? Resources { get; init; }
}

/// <summary>The agent of a session, at a version or as it is now.</summary>
public sealed record SessionAgentChoice(string Id, int? Version = null)
{
    public string Type { get; } = "agent";
}

/// <summary>A memory store that a session is given. <see cref="Access"/> is one of <see cref="StoreResource"/>'s words.</summary>
public sealed record SessionStore(string MemoryStoreId)
{
    public string Type { get; } = StoreResource.Word;
    public string? Access { get; init; }
    public string? Instructions { get; init; }
}

/// <summary>What is to change of a session; what is null stays.</summary>
public sealed record SessionChange
{
    public string? Title { get; init; }

    /// <summary>A string sets a key, null removes it.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
}

/// <summary>Events to send, or to record.</summary>
public sealed record SentEvents(IReadOnlyList<StoredJson> Events);

/// <summary>A file to be mentioned among a session's resources.</summary>
public sealed record NewFile(string FileId)
{
    public string Type { get; } = FileResource.Word;
    public string? MountPath { get; init; }
}
