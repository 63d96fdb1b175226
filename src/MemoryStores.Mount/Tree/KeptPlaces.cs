using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Tree;

/// <summary>
/// Places of memories that were renamed to a scratch name a moment ago. Editors do that and then write the file anew: what is
/// made at such a place continues the memory. Else the rename was meant, and is sent after all.
/// </summary>
internal sealed class KeptPlaces(MountTree tree, ChangeQueue queue, Saves saves, Journal journal, Agenda agenda)
{
    private readonly Dictionary<(DirectoryNode, string), MemoryNode> places = [];

    /// <summary>Earlier backups that were memories, by the file that took their place.</summary>
    private readonly Dictionary<MemoryNode, TrackedMemory> backups = [];

    /// <summary>What the server is told of each file should nothing else happen to it.</summary>
    private readonly Dictionary<MemoryNode, PendingChange[]> expected = [];

    public int Count => places.Count;

    /// <summary><paramref name="over"/> is the memory that had the new name, where one had.</summary>
    public void Keep(DirectoryNode parent, string name, MemoryNode moved, TrackedMemory? over)
    {
        var place = (parent, name);
        if (places.TryGetValue(place, out var earlier)) Give(earlier);
        places[place] = moved;
        moved.Memory!.IsKept = true;
        if (over is not null)
        {
            (over.Node, over.IsKept) = (null, true);
            backups[moved] = over;
        }
        expected[moved] = over is null
            ? [new PendingRename(moved.Memory, moved.Path)]
            : [new PendingSave(over, moved.Path) { Content = moved.IsLoaded ? moved.Snapshot() : null, ContentOf = moved.AbsentVersion, Before = over.Base }, new PendingDelete(moved.Memory)];
        journal.Expects(expected[moved]);
        agenda.In(Bounds.PlaceIsKept, () =>
        {
            if (places.TryGetValue(place, out var still) && still == moved) Give(moved);
        });
    }

    /// <summary>The memory whose place this is; it is no longer that of the file that was moved away.</summary>
    public TrackedMemory? Take(DirectoryNode parent, string name)
    {
        if (!places.Remove((parent, name), out var moved) || moved.Memory is not { } memory) return null;
        memory.IsKept = false;
        Withdraw(moved);
        // The backup is the next version of the one before, or becomes a memory of its own when it is left lying.
        (moved.Memory, moved.IsDirty, moved.WrittenAt) = (BackupOf(moved), true, tree.Now);
        if (moved.Memory is { } backup) backup.Node = moved;
        journal.Given(moved);
        if (!moved.IsOpenForWriting) saves.Closed(moved);
        return memory;
    }

    /// <summary>Whether this file was renamed and the server was not told; it is moved again, or removed, and now is.</summary>
    public bool Release(MemoryNode moved)
    {
        foreach (var (place, node) in places)
        {
            if (node != moved) continue;
            if (moved.Memory is { } memory) memory.IsKept = false;
            Withdraw(moved);
            if (BackupOf(moved) is { } backup) queue.Add(new PendingDelete(backup));
            return places.Remove(place);
        }
        return false;
    }

    /// <summary>Something else than a file takes this place: whoever left it is not coming back.</summary>
    public void GiveAt(DirectoryNode parent, string name)
    {
        if (places.TryGetValue((parent, name), out var moved)) Give(moved);
    }

    /// <summary>Sends the renames that wait.</summary>
    public void GiveAll()
    {
        foreach (var moved in places.Values.ToArray()) Give(moved);
    }

    /// <summary>Sends this file's rename if it waits.</summary>
    public void Give(MemoryNode moved)
    {
        var backup = BackupOf(moved);
        if (!Release(moved) || moved is not { IsAttached: true, Memory: { } memory }) return;
        if (backup is not null) saves.Continue(moved, backup, memory);
        else queue.Add(new PendingRename(memory, moved.Path));
    }

    private void Withdraw(MemoryNode moved)
    {
        if (expected.Remove(moved, out var changes)) journal.Withdrawn(changes);
    }

    private TrackedMemory? BackupOf(MemoryNode moved)
    {
        if (!backups.Remove(moved, out var backup)) return null;
        backup.IsKept = false;
        return backup.Id is null && backup.Pending == 0 ? null : backup;
    }
}
