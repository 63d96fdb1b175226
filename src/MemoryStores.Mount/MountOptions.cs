using MemoryStores.Fuse.Mounting;

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

    /// <summary>The session whose token mounts it; null for a mount with a key.</summary>
    public string? Session { get; init; }

    /// <summary>The directory in which the stores of a session are mounted together.</summary>
    public string? Group { get; init; }

    /// <summary>Set where it is mounted in another mount namespace: mounts it there.</summary>
    public MountElsewhere? Elsewhere { get; init; }

    /// <summary>How often a server without a feed is asked what has changed.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Mounts in another mount namespace: gives the descriptor to serve, and how to take the mount away again.</summary>
public delegate Task<(int Descriptor, Action Detach)> MountElsewhere(FuseMountOptions options, CancellationToken stop);
