namespace MemoryStores.Mount;

/// <summary>What is mounted, where, and how.</summary>
public sealed record MountOptions
{
    /// <summary>The store's id.</summary>
    public required string Store { get; init; }

    public required string StoreName { get; init; }

    /// <summary>Canonical: absolute, without symbolic links.</summary>
    public required string Directory { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>Whether close() returns only when the server has what was written.</summary>
    public bool Sync { get; init; }

    /// <summary>Whether files that are in the directory already are saved to the store.</summary>
    public bool ImportStray { get; init; }

    /// <summary>Whether other users of the machine may look into the mount.</summary>
    public bool AllowOther { get; init; }

    /// <summary>Whose the files are said to be; null for who mounts.</summary>
    public uint? OwnerUser { get; init; }

    public uint? OwnerGroup { get; init; }

    /// <summary>How often a server without a feed is asked what has changed.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}
