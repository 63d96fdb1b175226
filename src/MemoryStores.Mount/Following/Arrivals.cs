using System.Globalization;
using System.Text;
using MemoryStores.Contract.Wire;
using MemoryStores.Fuse;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Following;

/// <summary>
/// What others did, put into the tree: memories that came, went, moved or have new content. New content is here before the
/// kernel is told to forget the old. Everything under the tree's gate.
/// </summary>
internal sealed class Arrivals(MountTree tree)
{
    /// <summary>The memories of the store by their ids.</summary>
    public Dictionary<string, TrackedMemory> ById { get; } = new(StringComparer.Ordinal);

    /// <summary>Memories that cannot be shown because something local is in their way, by id: where they would be.</summary>
    public Dictionary<string, string> Hidden { get; } = new(StringComparer.Ordinal);

    /// <summary>A memory as a listing or the server shows it, where it is new here or has changed.</summary>
    public void Show(MemoryBody found)
    {
        if (!ById.TryGetValue(found.Id, out var memory)) Insert(found);
        else if (memory.Pending > 0) memory.IsStale = true; // Judged when the server has answered what is under way.
        else
        {
            if (memory.Node is null) Reappear(memory, found);
            else if (memory.Node.PathThere != found.Path) Move(memory, found.Path);
            Renew(memory, found);
        }
    }

    /// <summary>A memory the server no longer has.</summary>
    public void Remove(string id)
    {
        Hidden.Remove(id);
        if (!ById.TryGetValue(id, out var memory)) return;
        if (memory.Pending > 0)
        {
            memory.IsStale = true;
            return;
        }
        ById.Remove(id);
        (memory.Id, memory.Version, memory.Head, memory.Base) = (null, null, HeadContent.IsBase, null);
        if (memory.Node is not { } node) return;
        // Somebody is writing it: his save makes it again.
        if (!node.MayBeReplaced || node.Appenders > 0) return;
        memory.Node = null;
        node.Memory = null;
        Detach(node);
    }

    /// <summary>Replaces a file's content by the head's, once nobody here builds on the old.</summary>
    public void Replace(MemoryNode node, TrackedMemory memory, string version, byte[] content)
    {
        node.SetContent(content);
        node.Modified = node.Changed = tree.Now;
        (memory.Version, memory.Base, memory.Head, memory.IsStale) = (version, content, HeadContent.IsBase, false);
        if (tree.Kernel is not { } kernel) return;
        node.Invalidations++;
        kernel.InvalidateNode(node.Id, () =>
        {
            lock (tree.Gate)
            {
                if (--node.Invalidations == 0 && !node.IsLoading) Loader.Release(node, Errno.None);
            }
        });
    }

    /// <summary>The directory of a path, made where it is missing; null when a file is in its place.</summary>
    public DirectoryNode? DirectoryOf(string path)
    {
        var directory = tree.Root;
        var parts = path[1..].Split('/');
        foreach (var name in parts.AsSpan(0, parts.Length - 1))
        {
            if (!directory.TryFind(name, out var next))
            {
                next = tree.NewDirectory(isLocal: false);
                tree.Attach(directory, name, next);
                Announce(directory, name);
            }
            if (next is not DirectoryNode below) return null;
            directory = below;
        }
        return directory;
    }

    private void Insert(MemoryBody found)
    {
        Hidden.Remove(found.Id);
        var memory = new TrackedMemory { Id = found.Id, Version = found.MemoryVersionId };
        if (!TryPlace(memory, found)) return;
        ById[found.Id] = memory;
    }

    /// <summary>Gives a memory without a file one.</summary>
    private bool TryPlace(TrackedMemory memory, MemoryBody found)
    {
        var name = found.Path[(found.Path.LastIndexOf('/') + 1)..];
        if (DirectoryOf(found.Path) is not { } parent || !TryMakeRoom(parent, name, memory, found))
        {
            Hidden[found.Id] = found.Path;
            return false;
        }
        // A file made here before anything of it was saved has become this memory.
        if (memory.Node is not null) return true;
        var node = tree.NewMemory();
        (node.Memory, memory.Node) = (memory, node);
        SetContent(node, memory, found);
        node.Modified = node.Changed = Time(found.UpdatedAt) ?? tree.Now;
        tree.Attach(parent, name, node);
        Announce(parent, name);
        return true;
    }

    private bool TryMakeRoom(DirectoryNode parent, string name, TrackedMemory memory, MemoryBody found)
    {
        if (!parent.TryFind(name, out var there)) return true;
        switch (there)
        {
            case MemoryNode { Memory: null or { Id: null, Pending: 0 } } mine:
                // Both made one path: what was made here becomes an update of the winner, merged with it.
                (mine.Memory, memory.Node) = (memory, mine);
                memory.Base = [];
                memory.Head = found.Content is { } content ? new HeadContent.Differs(content.Utf8.ToArray()) : HeadContent.IsUnknown;
                return true;
            case MemoryNode { Memory: { Pending: 0 } other } moved:
                // Its own change is on its way to us; until then it has no place.
                other.Node = null;
                other.IsStale = true;
                moved.Memory = null;
                Detach(moved);
                return true;
            case DirectoryNode { Count: 0 } empty:
                Detach(empty);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A memory removed here whose removal lost against an edit elsewhere, or that was displaced.</summary>
    private void Reappear(TrackedMemory memory, MemoryBody found)
    {
        (memory.Version, memory.Base, memory.Head, memory.IsStale) = (found.MemoryVersionId, null, HeadContent.IsBase, false);
        TryPlace(memory, found);
    }

    private void Move(TrackedMemory memory, string path)
    {
        var node = memory.Node!;
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (DirectoryOf(path) is not { } parent || (parent.TryFind(name, out var there) && !TryClear(there)))
        {
            Hidden[memory.Id!] = path;
            return;
        }
        var (oldParent, oldName) = (node.Parent!, node.NameBytes);
        tree.Move(node, parent, name);
        tree.Kernel?.InvalidateEntry(oldParent.Id, oldName);
        tree.Kernel?.InvalidateNode(oldParent.Id);
        Announce(parent, name);
        RemoveIfBare(oldParent);
    }

    private bool TryClear(Node there)
    {
        if (there is MemoryNode { Memory: { Pending: 0 } other } moved)
        {
            (other.Node, other.IsStale, moved.Memory) = (null, true, null);
            Detach(moved);
            return true;
        }
        if (there is not DirectoryNode { Count: 0 } empty) return false;
        Detach(empty);
        return true;
    }

    private void Renew(TrackedMemory memory, MemoryBody found)
    {
        if (memory.Node is not { } node || (memory.Version == found.MemoryVersionId && memory.Head is HeadContent.Same))
        {
            memory.IsStale = false;
            return;
        }
        if (!node.MayBeReplaced)
        {
            // Kept aside: the next save is merged with it, and when nobody writes any more it is shown.
            memory.Version = found.MemoryVersionId;
            memory.Head = found.Content is { } aside ? new HeadContent.Differs(aside.Utf8.ToArray()) : HeadContent.IsUnknown;
            memory.IsStale = true;
        }
        else if (found.Content is { } content)
        {
            if (node.IsLoaded && node.Content.SequenceEqual(content.Utf8.Span))
                (memory.Version, memory.Base, memory.Head, memory.IsStale) = (found.MemoryVersionId, node.Snapshot(), HeadContent.IsBase, false);
            else Replace(node, memory, found.MemoryVersionId, content.Utf8.ToArray());
        }
        else memory.IsStale = true;
    }

    private static void SetContent(MemoryNode node, TrackedMemory memory, MemoryBody found)
    {
        if (found.Content is { } content)
        {
            node.SetContent(content.Utf8.ToArray());
            memory.Base = node.Snapshot();
        }
        else node.SetAbsent(found.MemoryVersionId, found.ContentSizeBytes);
    }

    private void Detach(Node node)
    {
        var (parent, name) = (node.Parent!, node.NameBytes);
        tree.Detach(node);
        tree.Kernel?.Deleted(parent.Id, node.Id, name);
        tree.Kernel?.InvalidateNode(parent.Id);
        RemoveIfBare(parent);
    }

    /// <summary>A directory of which the store has nothing left is gone, unless it was made here.</summary>
    private void RemoveIfBare(DirectoryNode directory)
    {
        if (directory is { Count: 0, IsMadeHere: false, Parent: not null }) Detach(directory);
    }

    /// <summary>A name is there that the kernel may believe to be missing, and that listings lack.</summary>
    private void Announce(DirectoryNode parent, string name)
    {
        tree.Kernel?.InvalidateEntry(parent.Id, Encoding.UTF8.GetBytes(name));
        tree.Kernel?.InvalidateNode(parent.Id);
    }

    private static long? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time - DateTimeOffset.UnixEpoch).Ticks * 100
            : null;
}
