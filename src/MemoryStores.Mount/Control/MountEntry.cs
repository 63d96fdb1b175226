namespace MemoryStores.Mount.Control;

/// <summary>What the registry keeps of a mount, for people and for the other verbs: it is there also when the daemon is silent.</summary>
public sealed record MountEntry
{
    public required string Directory { get; init; }
    public required string Store { get; init; }
    public required string StoreName { get; init; }
    public required string Server { get; init; }
    public required int Pid { get; init; }
    public required bool ReadOnly { get; init; }
    public required string StartedAt { get; init; }

    /// <summary>The session whose mount it is, and the directory in which all of its stores are; null for mounts with a key.</summary>
    public string? Session { get; init; }
    public string? Group { get; init; }
}

/// <summary>An entry as it was found. Dead: its daemon is gone, and the directory is still mounted.</summary>
public sealed record RegisteredMount(MountEntry Entry, bool IsLive, string Socket, string Log);
