using MemoryStores.Mount.Following;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Journaling;

/// <summary>
/// Takes up what an earlier mount left, before anybody uses the new one: 1. the commit that was sent and not answered is the first
/// to be sent, as it was; 2. then what was queued; 3. then files that were closed after their last change; 4. other content is
/// kept as drafts, and the heads stay. A memory is tracked apart from the file that shows it: when all is sent, that is fetched anew.
/// </summary>
internal sealed class Recovery(MountTree tree, ChangeQueue queue, Saves saves, Drafts drafts, Journal journal, Arrivals arrivals, Committer committer)
{
    private readonly Dictionary<MemoryEntry, TrackedMemory> memories = [];
    private readonly Dictionary<ChangeEntry, PendingChange> changes = [];

    /// <summary>Called under the gate.</summary>
    public void TakeUp(IReadOnlyList<JournalState> lefts)
    {
        foreach (var entry in lefts.SelectMany(left => left.Queue)) changes[entry] = Change(entry);
        var sent = lefts.SelectMany(left => left.Sent.SelectMany(commit => Resend(left, commit))).ToHashSet();
        foreach (var left in lefts)
        {
            foreach (var unit in left.Queue.Where(entry => !sent.Contains(changes[entry])).GroupBy(entry => entry.Unit)) queue.Add([.. unit.Select(entry => changes[entry])]);
            foreach (var file in left.Files.Values.OrderBy(file => file.Key)) TakeUp(file);
        }
    }

    /// <summary>A file that is to be a memory, whatever the store has at its path.</summary>
    public void TakeUp(string path, byte[] content) =>
        queue.Add(new PendingSave(new TrackedMemory { IsStale = true }, path) { Content = content, Before = Basis.Nothing, IsLeft = true });

    private IEnumerable<PendingChange> Resend(JournalState left, SentEntry commit)
    {
        var byKey = left.Queue.ToDictionary(entry => entry.Key, entry => changes[entry]);
        if (commit.Changes.Any(change => !byKey.ContainsKey(change.Change))) return [];
        (PendingChange Change, SentChange Sent)[] sent = [.. commit.Changes.Select(change => (byKey[change.Change], change))];
        if (commit.IsAtomic) queue.Add([.. sent.Select(each => each.Change)]);
        else foreach (var (change, _) in sent) queue.Add(change);
        foreach (var (change, was) in sent) AsSent(change.Memory, was);
        committer.SendFirst(commit.CommitId, commit.IsAtomic, sent);
        return sent.Select(each => each.Change);
    }

    /// <summary>It was another memory's than when it was queued, or none's any more: what is answered is about that one.</summary>
    private static void AsSent(TrackedMemory memory, SentChange was)
    {
        if (was.Type == "create") (memory.Id, memory.Version, memory.Head) = (null, null, HeadContent.IsBase);
        else if (was.MemoryId is { } id && !id.StartsWith("change:", StringComparison.Ordinal)) memory.Id = id;
    }

    private PendingChange Change(ChangeEntry entry)
    {
        var memory = Track(entry.Memory);
        if (entry.Kind == ChangeKind.Save) return Save(memory, entry.Path!, entry.Content, entry.ContentOf, entry.Before);
        if (entry.Kind == ChangeKind.Rename) return new PendingRename(memory, entry.Path!);
        // Gone for programs here, until the server says otherwise.
        if (memory.Id is { } id && arrivals.ById.TryGetValue(id, out var shown) && shown.Node is { } node) arrivals.Drop(node);
        return new PendingDelete(memory);
    }

    private PendingSave Save(TrackedMemory memory, string path, byte[]? content, string? contentOf, BasisEntry before)
    {
        var basis = before.Change is { } earlier
            ? new Basis(earlier.Content, earlier.MadeVersion, changes.GetValueOrDefault(earlier) as PendingSave)
            : new Basis(before.Content, before.Version);
        // A first save meets the head where it started from; what that is by now shows when it is sent.
        if (memory is { LastSave: null, Pending: 0, Id: not null } && basis.Save is null)
        {
            memory.Version = basis.Version ?? memory.Version;
            memory.Head = basis.Version is null ? HeadContent.IsUnknown : HeadContent.IsBase;
        }
        return new PendingSave(memory, path) { Content = content, ContentOf = contentOf, Before = basis, IsLeft = true };
    }

    private TrackedMemory Track(MemoryEntry? entry)
    {
        if (entry is null) return new TrackedMemory { IsStale = true };
        if (memories.TryGetValue(entry, out var known)) return known;
        return memories[entry] = new TrackedMemory { Id = entry.Id, Version = entry.Version, IsStale = true };
    }

    private void TakeUp(FileEntry file)
    {
        var isDone = file.Marks > 0 || file.IsClosed;
        var reason = LeftDrafts.ReasonOf(file);
        if (reason is not null && file.Finished is { } finished) Queue(file, finished);
        if (reason is null)
        {
            if (file is { Memory: null, ContentOf: null } && Names.IsScratch(NameOf(file.Path)) && TryPlace(file) is { } scratch)
            {
                // The next mount is to know it, too: an empty one would be taken for a shell's that was about to write.
                journal.Closed(scratch);
                saves.Closed(scratch);
            }
            else Queue(file, file.ContentOf is null ? file.Content : null);
        }
        else if (file.Aside is null && reason == DraftReason.Nothing && !isDone) return; // Nobody had it, and there is nothing in it.
        else if (isDone && file.Aside is null && reason != DraftReason.Emptied && TryPlace(file) is { } node)
        {
            // Programs go on seeing what they have written to its end.
            node.Torn = file.Torn;
            drafts.Set(node, reason);
        }
        else drafts.Keep(file.Path, file.Content, reason, file.At);
    }

    private void Queue(FileEntry file, byte[]? content) =>
        queue.Add(Save(Track(file.Memory), file.Path, content, content is null ? file.ContentOf : null, file.Before));

    /// <summary>The file with its content in its place; null when something else is there.</summary>
    private MemoryNode? TryPlace(FileEntry file)
    {
        if (arrivals.DirectoryOf(file.Path) is not { } parent) return null;
        var name = NameOf(file.Path);
        MemoryNode node;
        if (!parent.TryFind(name, out var there)) tree.Attach(parent, name, node = tree.NewMemory());
        else if (there is MemoryNode { Memory: { } shown } same && file.Memory?.Id == shown.Id) node = same;
        else return null;
        node.SetContent(file.Content);
        (node.IsDirty, node.ClosedSinceWrite, node.WrittenAt) = (true, true, tree.Now);
        journal.Given(node, file.Last);
        return node;
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
