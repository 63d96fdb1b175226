namespace MemoryStores.Mount.Syncing;

/// <summary>What is kept in step with what, and how.</summary>
public sealed record SyncOptions
{
    /// <summary>The store's id.</summary>
    public required string Store { get; init; }

    /// <summary>Canonical: absolute, without symbolic links.</summary>
    public required string Directory { get; init; }

    /// <summary>Only from the store to the directory.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Says what would be done, and changes nothing, also nothing of its own.</summary>
    public bool DryRun { get; init; }

    public bool AllowMassDelete { get; init; }

    /// <summary>Files that are gone at the start come back instead of being deleted in the store.</summary>
    public bool Restore { get; init; }

    /// <summary>How often a server without a feed is asked what has changed.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>How a directory stands with its store.</summary>
public sealed record SyncOutcome
{
    public required int Changes { get; init; }
    public required int Conflicts { get; init; }

    /// <summary>Files somebody is just writing, and halves of saves: left for the next time.</summary>
    public required int LeftForLater { get; init; }

    /// <summary>Files of names that never leave this machine, such as those in .git.</summary>
    public required int LocalFiles { get; init; }

    public required IReadOnlyList<SyncObstacle> Obstacles { get; init; }

    public bool IsInStep => Obstacles.Count == 0;
}
