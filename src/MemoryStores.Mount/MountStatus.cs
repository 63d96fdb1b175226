namespace MemoryStores.Mount;

/// <summary>How a mount is at one moment.</summary>
public sealed record MountStatus
{
    public required string Directory { get; init; }

    /// <summary>The store's id.</summary>
    public required string Store { get; init; }

    public required string StoreName { get; init; }
    public required string Server { get; init; }
    public required int Pid { get; init; }

    /// <summary>One of <see cref="MountState"/>.</summary>
    public required string State { get; init; }

    public required bool ReadOnly { get; init; }

    /// <summary>Up to where in the store's history the mount shows it.</summary>
    public required long Seq { get; init; }

    /// <summary>Where the history ends, as far as is known.</summary>
    public long? HeadSeq { get; init; }

    public double LagSeconds { get; init; }

    /// <summary>Changes that are not yet versions on the server.</summary>
    public int Pending { get; init; }

    public int Conflicts { get; init; }
    public int Drafts { get; init; }

    /// <summary>Files that stay on this machine, such as those below .git/, and where they are.</summary>
    public int LocalFiles { get; init; }

    public string? LocalFilesDirectory { get; init; }
    public required int Memories { get; init; }

    /// <summary>What the daemon has allocated since its start: reading in the mount should not let it grow.</summary>
    public long AllocatedBytes { get; init; }
    public required string StartedAt { get; init; }

    /// <summary>Sentences for people.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>The words for the state of a mount.</summary>
public static class MountState
{
    public const string Live = "live";
    public const string CatchingUp = "catching_up";
    public const string ServerAway = "server_away";
    /// <summary>The server refuses the key; what was written waits.</summary>
    public const string NoAccess = "no_access";
    public const string Ended = "ended";

    /// <summary>The daemon is there and does not answer.</summary>
    public const string Silent = "silent";

    /// <summary>The daemon is gone and the directory is still mounted.</summary>
    public const string Dead = "dead";
}
