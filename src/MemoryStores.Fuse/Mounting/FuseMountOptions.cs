namespace MemoryStores.Fuse.Mounting;

/// <summary>How a file system is mounted.</summary>
public sealed record FuseMountOptions
{
    /// <summary>What /proc/mounts shows as source, and after "fuse." as kind.</summary>
    public required string Name { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>Users other than the one who mounts may look in; needs root, or user_allow_other in /etc/fuse.conf.</summary>
    public bool AllowOther { get; init; }

    /// <summary>The kernel checks modes and owners; costs a request for the parent at each change of a directory.</summary>
    public bool CheckPermissions { get; init; }
}
