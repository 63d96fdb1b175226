using System.Globalization;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// What a round is to do, from what was on both sides last time, what is in the directory and what is in the store. docs/sync.md
/// has the same as a table for people.
/// </summary>
internal sealed class Plan
{
    /// <summary>Fewer deletions than this are never too many: who tidies up a small directory means it.</summary>
    public const int MassDeleteFloor = 5;

    /// <summary>This part of the files gone at once, one in four, is taken for an accident.</summary>
    private const int MassDeletePart = 4;

    private static readonly Flaw NotWritable = new("this directory is only read from the store, and it was changed here", "move it out of the directory to have the store's content again, or sync without --read-only");

    private readonly LocalView local;
    private readonly Rules rules;

    private Plan(LocalView local, Rules rules) => (this.local, this.rules) = (local, rules);

    public List<Step> Steps { get; } = [];
    public List<Held> Held { get; } = [];

    /// <summary>Paths at which somebody is just now.</summary>
    public List<string> Waiting { get; } = [];

    /// <summary>What was not, or if nothing was done could not be, carried out just now: somebody is at it.</summary>
    public int LeftOver => Waiting.Count + Steps.Count(step => step is not Step.Note);

    /// <summary>Scratch files, which are left for later.</summary>
    public int Scratch { get; private set; }

    public static Plan Of(SyncState state, LocalView local, IReadOnlyDictionary<string, RemoteMemory> remote, Rules rules)
    {
        var plan = new Plan(local, rules);
        var byRemotePath = remote.Values.ToDictionary(memory => memory.Path, StringComparer.Ordinal);
        // What was deleted and made again at its path goes on as one memory.
        var records = state.Memories.Values.Select(record =>
            !remote.ContainsKey(record.Memory) && byRemotePath.TryGetValue(record.Path, out var again) && !state.Memories.ContainsKey(again.Id) ? record with { Memory = again.Id } : record).ToArray();
        var pairing = Pairing.Of(records, local, byRemotePath);
        var known = records.Select(record => record.Memory).ToHashSet();
        foreach (var (record, file) in pairing.Pairs)
        {
            var head = remote.GetValueOrDefault(record.Memory);
            if (file is null) plan.DecideGone(record, head);
            else plan.Decide(record, file, head, pairing);
        }
        var newPaths = pairing.NewFiles.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in newPaths.Values) plan.DecideNew(file, byRemotePath.TryGetValue(file.Path, out var head) && !known.Contains(head.Id) ? head : null);
        foreach (var head in remote.Values.Where(head => !known.Contains(head.Id) && !newPaths.ContainsKey(head.Path))) plan.Fetch(head, null, head.Path);
        plan.Steps.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        plan.HoldMassDeletion(records.Length);
        return plan;
    }

    /// <summary>The file is gone.</summary>
    private void DecideGone(SyncedMemory record, RemoteMemory? head)
    {
        if (head is null) Steps.Add(new Step.Forget(record));
        else if (local.DraftAbove(record.Path) is { } draft) HoldOut(record.Path, draft);
        // A file that is just being renamed may be at neither place while a directory is read.
        else if (!local.IsQuietAround(record.Path, rules.IsQuiet)) Waiting.Add(record.Path);
        // What others wrote meanwhile has not been seen here: it is not deleted unseen.
        else if (head.Version != record.Version || rules.ReadOnly || rules.Restore) Fetch(head, null, head.Path);
        else if (rules.Refused.TryGetValue((record.Path, record.LocalSha256), out var flaw)) Held.Add(new Held(record.Path, flaw, HeldKind.Deletion));
        else Steps.Add(new Step.Delete(record));
    }

    private void Decide(SyncedMemory record, LocalFile file, RemoteMemory? head, Pairing pairing)
    {
        if (!IsSettled(file)) return;
        var isChanged = file.Sha256 != record.LocalSha256;
        if (head is null)
        {
            if (!isChanged && file.Path == record.Path) Steps.Add(new Step.Remove(file, record, WasDeleted: true));
            else if (IsWritable(file)) Steps.Add(new Step.Create(file, record));
            return;
        }
        var isNews = head.Version != record.Version;
        // After news were written to a file that had been renamed here, its path is ours, and the store has yet to hear of it.
        var isMoved = file.Path != head.Path && (file.Path != record.Path || !isNews);
        if (isNews && !isMoved && file.Path != head.Path)
        {
            FollowMove(record, file, head, isChanged, pairing);
            return;
        }
        if (isNews && head.Sha256 != record.LocalSha256)
        {
            if (file.Sha256 == head.Sha256) Steps.Add(new Step.Note(Agreed(head, file)));
            else if (!isChanged) Fetch(head, file, file.Path);
            else if (IsWritable(file)) Steps.Add(new Step.Merge(file, record, head));
            return;
        }
        // The store has the content that was here last time, so its version is as good as the one of then.
        var current = record with { Version = head.Version, IsKept = false };
        if (isChanged || isMoved)
        {
            if (IsWritable(file)) Steps.Add(new Step.Save(file, current with { Path = head.Path }));
            else if (isMoved) Fetch(head, null, head.Path);
        }
        else if (isNews || file.Path != record.Path || record.File?.IsUntouched(file.Recorded) != true) Steps.Add(new Step.Note(Agreed(head, file)));
    }

    /// <summary>The memory was renamed in the store.</summary>
    private void FollowMove(SyncedMemory record, LocalFile file, RemoteMemory head, bool isChanged, Pairing pairing)
    {
        if (LocalScan.StaysLocal(head.Path)) HoldLocalName(head.Path);
        else if (local.Obstacle(head.Path) is not { } obstacle) Steps.Add(new Step.Move(file, record, head));
        // Its content is in the store: it steps out of the way, and is fetched where it belongs.
        else if (!isChanged) Steps.Add(new Step.Remove(file, record, WasDeleted: false));
        // A new file has the path the memory now has, and is that memory's from here on; this one is a file of its own.
        else if (pairing.NewFiles.Any(other => other.Path == head.Path)) Steps.Add(new Step.Forget(record));
        else HoldOut(head.Path, obstacle);
    }

    private void DecideNew(LocalFile file, RemoteMemory? head)
    {
        if (!IsSettled(file)) return;
        if (head is not null && head.Sha256 == file.Sha256) Steps.Add(new Step.Note(Agreed(head, file)));
        else if (!IsWritable(file)) return;
        else if (head is not null) Steps.Add(new Step.Merge(file, null, head));
        else Steps.Add(new Step.Create(file, null));
    }

    private void Fetch(RemoteMemory head, LocalFile? over, string at)
    {
        if (LocalScan.StaysLocal(at)) HoldLocalName(at);
        else if (over is null && local.Obstacle(at) is { } obstacle && !IsEmptyDirectory(obstacle)) HoldOut(at, obstacle);
        else Steps.Add(new Step.Fetch(head, over, at));
    }

    private bool IsEmptyDirectory(string path) =>
        local.Directories.ContainsKey(path) && !local.Files.Keys.Concat(local.Directories.Keys).Any(other => other.StartsWith(path + "/", StringComparison.Ordinal));

    private bool IsSettled(LocalFile file)
    {
        if (file.Condition == Condition.Draft) Held.Add(new Held(file.Path, file.Flaw!, HeldKind.Draft));
        else if (rules.Refused.TryGetValue((file.Path, file.Sha256), out var flaw)) Held.Add(new Held(file.Path, flaw, HeldKind.Draft));
        else if (file.Condition == Condition.Settled) return true;
        else if (file.IsScratch) Scratch++;
        else Waiting.Add(file.Path);
        return false;
    }

    private bool IsWritable(LocalFile file)
    {
        if (rules.ReadOnly) Held.Add(new Held(file.Path, NotWritable, HeldKind.Draft));
        return !rules.ReadOnly;
    }

    private void HoldOut(string path, string obstacle) =>
        Held.Add(new Held(path, new Flaw($"{(local.Directories.ContainsKey(obstacle) ? "the directory" : "the file")} {obstacle} is in its place", $"rename or remove {obstacle} here, or rename the memory"), HeldKind.NotHere));

    private void HoldLocalName(string path) =>
        Held.Add(new Held(path, new Flaw("its name is one that stays on each machine", "rename the memory: memstores memory rename"), HeldKind.NotHere));

    /// <summary>A directory that is suddenly empty, or has lost a quarter of its files, is an accident until somebody says otherwise.</summary>
    private void HoldMassDeletion(int known)
    {
        if (rules.AllowMassDelete) return;
        var deletions = Steps.OfType<Step.Delete>().ToArray();
        var gone = deletions.Length + rules.DeletedLately;
        var isEmptied = deletions.Length > 1 && local.Files.Count == 0;
        var isMass = gone >= MassDeleteFloor && gone * MassDeletePart >= known + rules.DeletedLately;
        if (deletions.Length == 0 || (!isEmptied && !isMass)) return;
        Steps.RemoveAll(step => step is Step.Delete);
        var flaw = new Flaw(
            string.Create(CultureInfo.InvariantCulture, $"{deletions.Length} of {known} files are gone at once, so none of them is deleted in the store"),
            "bring them back with --restore, or delete them in the store too with --allow-mass-delete");
        Held.AddRange(deletions.Select(delete => new Held(delete.Path, flaw, HeldKind.Deletion)));
    }

    private static SyncedMemory Agreed(RemoteMemory head, LocalFile file) => new(head.Id, file.Path, head.Version, file.Sha256, file.Status.Size) { File = file.Recorded };
}
