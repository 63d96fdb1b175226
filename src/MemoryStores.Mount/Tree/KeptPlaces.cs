using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Tree;

/// <summary>
/// Places of memories that were renamed to a scratch name a moment ago. Editors do that and then write the file anew: what is
/// made at such a place continues the memory. Else the rename was meant, and is sent after all.
/// </summary>
internal sealed class KeptPlaces(MountTree tree, ChangeQueue queue, Saves saves, Agenda agenda)
{
    private readonly Dictionary<(DirectoryNode, string), MemoryNode> places = [];

    public int Count => places.Count;

    public void Keep(DirectoryNode parent, string name, MemoryNode moved)
    {
        var place = (parent, name);
        if (places.TryGetValue(place, out var earlier)) Give(earlier);
        places[place] = moved;
        moved.Memory!.IsKept = true;
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
        // A backup that is left lying becomes a memory of its own.
        (moved.Memory, moved.IsDirty, moved.WrittenAt) = (null, true, tree.Now);
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
        if (Release(moved) && moved is { IsAttached: true, Memory: { } memory } && tree.TryFind<MemoryNode>(moved.Id, out _))
            queue.Add(new PendingRename(memory, moved.Path));
    }
}
