namespace MemoryStores.Mount.Syncing;

/// <summary>Which way a change went.</summary>
public enum SyncDirection
{
    ToStore,
    ToDirectory,
    Both,
}

/// <summary>One change that was made, or in a dry run would be. <see cref="Note"/> says more where there is more to say.</summary>
public sealed record SyncChange(SyncDirection Direction, string Action, string Path, string? Note);

/// <summary>What is not in step, and will not be by itself: its path, why, and what to do.</summary>
public sealed record SyncObstacle(string Path, string Kind, string Cause, string Cure);

/// <summary>What came up while rounds went on.</summary>
internal sealed class Findings(Action<SyncChange> tell, Action<string> remark)
{
    public static readonly Flaw AncestorGone = new(
        "it was changed here, and the version it started from is not in the store any more (redacted or pruned), so it is not sent",
        "remove the file to have the store's content; to keep this one, put it there yourself: memstores memory put STORE PATH < FILE");

    public static readonly Flaw DeletedForGood = new(
        "its memory was deleted in the store, and its last version is not there any more (redacted or pruned), so the file is kept",
        "remove the file, or put it back yourself: memstores memory put STORE PATH < FILE");

    public static readonly Flaw VersionUnknown = new(
        "the store has another content, and does not know the version that is here (an older backup, or pruned), so the file is kept",
        "remove the file to have the store's content; to keep this one, put it there yourself: memstores memory put STORE PATH < FILE");

    private readonly Dictionary<(string, string), Flaw> refused = [];
    private readonly Dictionary<string, Flaw> obstructed = [];

    public IReadOnlyDictionary<(string Path, string Sha256), Flaw> Refused => refused;

    /// <summary>Memories that could not be written here in the last round.</summary>
    public IEnumerable<Held> Obstructed => obstructed.Select(pair => new Held(pair.Key, pair.Value, HeldKind.NotHere));

    public int Changes { get; private set; }
    public int Conflicts { get; private set; }

    public void Tell(SyncDirection direction, string action, string path, string? note = null)
    {
        Changes++;
        tell(new SyncChange(direction, action, path, note));
    }

    public void Conflict(string path, string version)
    {
        Conflicts++;
        Tell(SyncDirection.Both, "conflict", path, $"both sides changed the same lines; the one here becomes the head, the other stays version {version}");
    }

    public void Remark(string line) => remark(line);

    public void Refuse(LocalFile file, Flaw flaw) => Refuse(file.Path, file.Sha256, flaw);

    public void Refuse(string path, string sha256, Flaw flaw) => refused[(path, sha256)] = flaw;

    public void Obstruct(string path, Flaw flaw) => obstructed[path] = flaw;

    public void Unobstruct() => obstructed.Clear();

    /// <summary>What was refused may be taken now that the store is another.</summary>
    public void Reconsider() => refused.Clear();
}
