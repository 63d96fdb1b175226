namespace MemoryStores.Mount.Syncing;

/// <summary>How a file of the directory stands.</summary>
internal enum Condition
{
    /// <summary>Nobody is at it: what is in it counts.</summary>
    Settled,

    /// <summary>It changed a moment ago, or somebody writes: it is looked at again.</summary>
    Busy,

    /// <summary>It cannot be a memory as it is.</summary>
    Draft,
}

/// <summary>A file of the directory by its path in the store. <see cref="Sha256"/> is there when it is settled.</summary>
internal sealed record LocalFile(string Path, FileStatus Status, Condition Condition)
{
    public string Sha256 { get; init; } = "";

    /// <summary>What is remembered of its status.</summary>
    public FileStatus Recorded { get; init; } = Status.Identity;

    /// <summary>What is wrong with a draft, and what to do.</summary>
    public Flaw? Flaw { get; init; }

    /// <summary>Half of somebody's save: it waits longer than others, and nobody waits for it.</summary>
    public bool IsScratch { get; init; }
}

/// <summary>Why something cannot be in step, and what ends that.</summary>
internal sealed record Flaw(string Cause, string Cure);

/// <summary>All of the directory at one moment.</summary>
internal sealed record LocalView
{
    public Dictionary<string, LocalFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Directories by their paths, the root as "".</summary>
    public Dictionary<string, FileStatus> Directories { get; } = new(StringComparer.Ordinal);

    /// <summary>What was left aside by a process that was killed.</summary>
    public List<string> Aside { get; } = [];

    /// <summary>Files of names that never leave this machine.</summary>
    public int LocalFiles { get; set; }

    /// <summary>Whether nothing has changed for a while where this path was.</summary>
    public bool IsQuietAround(string path, Func<FileStatus, bool> isQuiet)
    {
        for (var directory = SyncedDirectory.DirectoryOf(path); ; directory = SyncedDirectory.DirectoryOf(directory))
        {
            if (Directories.TryGetValue(directory, out var status)) return isQuiet(status);
            if (directory.Length == 0) return true;
        }
    }

    /// <summary>
    /// A file above this path that is none of a memory, such as a symbolic link in a directory's place: what is behind it is not
    /// known to be gone.
    /// </summary>
    public string? DraftAbove(string path)
    {
        for (var above = SyncedDirectory.DirectoryOf(path); above.Length > 0; above = SyncedDirectory.DirectoryOf(above))
        {
            if (Files.TryGetValue(above, out var file) && !file.Status.IsFile) return above;
        }
        return null;
    }

    /// <summary>What is in the way of a file at this path: something at it, or a file above it; null when nothing is.</summary>
    public string? Obstacle(string path)
    {
        if (Directories.ContainsKey(path) || Files.ContainsKey(path)) return path;
        for (var above = SyncedDirectory.DirectoryOf(path); above.Length > 0; above = SyncedDirectory.DirectoryOf(above))
        {
            if (Files.ContainsKey(above)) return above;
        }
        return null;
    }
}
