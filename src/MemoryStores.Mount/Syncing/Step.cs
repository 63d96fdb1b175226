namespace MemoryStores.Mount.Syncing;

/// <summary>
/// What a round does about one memory or file. Each is carried out only while both sides are what it was planned for; else the
/// next round plans anew. So none has to think of what the others do.
/// </summary>
internal abstract record Step(string Path)
{
    /// <summary>Both sides agree: only our own record changes.</summary>
    public sealed record Note(SyncedMemory Record) : Step(Record.Path);

    /// <summary>Neither side has it any more, or its record is of no use.</summary>
    public sealed record Forget(SyncedMemory Record) : Step(Record.Path);

    /// <summary>A file becomes a memory. <paramref name="Deleted"/> is what it was before the store lost that.</summary>
    public sealed record Create(LocalFile File, SyncedMemory? Deleted) : Step(File.Path);

    /// <summary>A file's new content, its new path or both become the next version.</summary>
    public sealed record Save(LocalFile File, SyncedMemory Before) : Step(File.Path);

    public sealed record Delete(SyncedMemory Record) : Step(Record.Path);

    /// <summary>A memory's head is written to its file, or to a new one.</summary>
    public sealed record Fetch(RemoteMemory Head, LocalFile? Over, string At) : Step(At);

    /// <summary>A file is renamed as its memory was.</summary>
    public sealed record Move(LocalFile File, SyncedMemory Record, RemoteMemory Head) : Step(Head.Path);

    /// <summary>A file is removed: its memory was deleted, or has to make room where it was renamed.</summary>
    public sealed record Remove(LocalFile File, SyncedMemory Record, bool WasDeleted) : Step(File.Path);

    /// <summary>Both sides changed; without <paramref name="Before"/> both made it.</summary>
    public sealed record Merge(LocalFile File, SyncedMemory? Before, RemoteMemory Head) : Step(File.Path);
}

/// <summary>A memory of the store as a list shows it.</summary>
internal sealed record RemoteMemory(string Id, string Path, string Version, string Sha256, long Size);

/// <summary>What is not in step, and will not be by itself.</summary>
internal sealed record Held(string Path, Flaw Flaw, HeldKind Kind);

internal enum HeldKind
{
    /// <summary>A file that stays in the directory and is not in the store.</summary>
    Draft,

    /// <summary>A memory that is not in the directory.</summary>
    NotHere,

    /// <summary>A file that is gone, and its memory stays.</summary>
    Deletion,
}

/// <summary>What a plan goes by, besides what is on both sides.</summary>
internal sealed record Rules
{
    public bool ReadOnly { get; init; }

    /// <summary>Whether files that are gone come back instead of being deleted in the store.</summary>
    public bool Restore { get; init; }

    public bool AllowMassDelete { get; init; }

    /// <summary>Deletions that were sent a moment ago, and count with those of now.</summary>
    public int DeletedLately { get; init; }

    public Func<FileStatus, bool> IsQuiet { get; init; } = static _ => true;

    /// <summary>Files as they are that the server, or a look at it, has refused; by path and digest.</summary>
    public IReadOnlyDictionary<(string Path, string Sha256), Flaw> Refused { get; init; } = new Dictionary<(string, string), Flaw>();
}
