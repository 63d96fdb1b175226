using System.Globalization;
using System.Text;
using MemoryStores.Contract.Wire;
using MemoryStores.Fuse;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Following;

/// <summary>
/// What others did, put into the tree: memories that came, went, moved or have new content. New content is here before the
/// kernel is told to forget the old. Everything under the tree's gate.
/// </summary>
internal sealed class Arrivals(MountTree tree, Journal journal)
{
    /// <summary>The memories of the store by their ids.</summary>
    public Dictionary<string, TrackedMemory> ById { get; } = new(StringComparer.Ordinal);

    /// <summary>Memories that cannot be shown because something local is in their way, by id: where they would be.</summary>
    public Dictionary<string, string> Hidden { get; } = new(StringComparer.Ordinal);

    private readonly HashSet<string> displaced = new(StringComparer.Ordinal);

    /// <summary>Unknown memories of which there were news while a commit was under way: it may have made them.</summary>
    public HashSet<string> Heard { get; } = new(StringComparer.Ordinal);

    /// <summary>How many memories went: what was fetched of an unknown one before that may be of one that is gone since.</summary>
    public int Gone { get; private set; }

    public void Forget(string id)
    {
        ById.Remove(id);
        Gone++;
    }

    /// <summary>A memory as a listing or the server shows it, where it is new here or has changed.</summary>
    public void Show(MemoryBody found)
    {
        if (!ById.TryGetValue(found.Id, out var memory)) Insert(found);
        // Judged when the server has answered what is under way, or has been told what was done.
        else if (memory.Pending > 0 || memory.IsKept) memory.IsStale = true;
        else
        {
            if (memory.Node is null) Reappear(memory, found);
            else if (memory.Node.Path != found.Path) Move(memory, found);
            else Hidden.Remove(found.Id);
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
        Forget(id);
        (memory.Id, memory.Version, memory.Head, memory.Base) = (null, null, HeadContent.IsBase, Basis.Unknown);
        // Somebody is writing it: his save makes it again.
        if (memory.Node is { } node && !IsInUse(node)) Drop(node);
    }

    /// <summary>Takes a file away of which the store has nothing any more, and nobody here anything to save.</summary>
    public void DropIfGone(MemoryNode node)
    {
        if (node is { IsAttached: true, Memory: { Id: null, Pending: 0 } } && !IsInUse(node)) Drop(node);
    }

    /// <summary>The file that showed this memory does so no longer: another one does. What was written to it becomes a memory of its own.</summary>
    public void Displace(TrackedMemory memory, MemoryNode? by)
    {
        if (memory.Node is not { } shown || shown == by) return;
        if (!IsInUse(shown)) Drop(shown);
        else
        {
            (shown.Memory, memory.Node) = (null, null);
            journal.Described(shown);
        }
    }

    /// <summary>Takes a file away; what is open of it stays readable.</summary>
    public void Drop(MemoryNode node)
    {
        if (node.Memory is { } memory) (memory.Node, node.Memory) = (null, null);
        node.IsGone = true;
        Detach(node);
    }

    /// <summary>Memories to be asked for again: those that were hidden and have room now, and those that lost their place to others.</summary>
    public IReadOnlyList<string> Unblocked()
    {
        if (Hidden.Count + displaced.Count == 0) return [];
        string[] unblocked = [.. displaced, .. Hidden.Where(hidden => HasRoom(hidden.Key, hidden.Value)).Select(hidden => hidden.Key)];
        displaced.Clear();
        return unblocked;
    }

    /// <summary>Written to and not saved, or about to be: its content and its name are somebody's work.</summary>
    public static bool IsInUse(MemoryNode node) => node.IsDirty || node.IsOpenForWriting;

    /// <summary>Replaces a file's content by the head's, once nobody here builds on the old.</summary>
    public void Replace(MemoryNode node, TrackedMemory memory, string version, byte[] content)
    {
        node.SetContent(content);
        node.Modified = node.Changed = tree.Now;
        (memory.Version, memory.Base, memory.Head, memory.IsStale) = (version, new Basis(content, version), HeadContent.IsBase, false);
        if (tree.Kernel is not { } kernel) return;
        node.Invalidations++;
        kernel.InvalidateNode(node.Id, () =>
        {
            lock (tree.Gate)
            {
                if (--node.Invalidations == 0 && !node.IsLoading) Loader.Release(node, Errno.None);
            }
        });
        // Who waits to read has it now; the kernel could not forget pages that are being read.
        Loader.Release(node, Errno.None);
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
        if (!HasRoom(found.Id, found.Path))
        {
            Hidden[found.Id] = found.Path;
            return false;
        }
        Hidden.Remove(found.Id);
        MakeRoom(name, memory, found);
        // A file made here before anything of it was saved has become this memory.
        if (memory.Node is not null) return true;
        var node = tree.NewMemory();
        (node.Memory, memory.Node) = (memory, node);
        SetContent(node, memory, found);
        node.Modified = node.Changed = Time(found.UpdatedAt) ?? tree.Now;
        var parent = DirectoryOf(found.Path)!;
        tree.Attach(parent, name, node);
        Announce(parent, name);
        return true;
    }

    /// <summary>Whether a memory could be shown at this path. What is in the way and moves or goes by itself is waited for.</summary>
    private bool HasRoom(string id, string path)
    {
        var (directory, known) = (tree.Root, ById.GetValueOrDefault(id));
        var parts = path[1..].Split('/');
        foreach (var name in parts.AsSpan(0, parts.Length - 1))
        {
            if (!directory.TryFind(name, out var next)) return true;
            // A memory may have become a directory with itself in it.
            if (next is MemoryNode own && own == known?.Node) return !IsInUse(own);
            if (next is not DirectoryNode below) return false;
            directory = below;
        }
        if (!directory.TryFind(parts[^1], out var there)) return true;
        return there switch
        {
            MemoryNode mine when mine == known?.Node => true,
            // Made here and never saved: the two become one, once the memory is nowhere else.
            MemoryNode { Memory: null or { Id: null, Pending: 0 } } => known?.Node is not { } shown || !IsInUse(shown),
            MemoryNode { Memory: { Pending: 0, IsKept: false } } other => !IsInUse(other),
            DirectoryNode { Count: 0 } => true,
            _ => false,
        };
    }

    /// <summary>A directory may go with what was in the way: who needs it asks for it afterwards.</summary>
    private void MakeRoom(string name, TrackedMemory memory, MemoryBody found)
    {
        if (!DirectoryOf(found.Path)!.TryFind(name, out var there)) return;
        if (there is MemoryNode { Memory: null or { Id: null } } mine)
        {
            // Both made one path: what was made here becomes an update of the winner, merged with it.
            (mine.Memory, memory.Node) = (memory, mine);
            memory.Base = Basis.Nothing;
            memory.Head = found.Content is { } content ? new HeadContent.Differs(content.Utf8.ToArray()) : HeadContent.IsUnknown;
            memory.IsStale = true;
        }
        else Clear(there);
    }

    /// <summary>What is in the way is moved or gone on the server; until that is heard it has no place.</summary>
    private void Clear(Node there)
    {
        if (there is MemoryNode { Memory: { } other } moved)
        {
            other.IsStale = true;
            if (other.Id is { } id) displaced.Add(id);
            Drop(moved);
        }
        else Detach(there);
    }

    /// <summary>A memory removed here whose removal lost against an edit elsewhere, or that was displaced.</summary>
    private void Reappear(TrackedMemory memory, MemoryBody found)
    {
        (memory.Version, memory.Base, memory.Head, memory.IsStale) = (found.MemoryVersionId, new Basis(null, found.MemoryVersionId), HeadContent.IsBase, false);
        TryPlace(memory, found);
    }

    private void Move(TrackedMemory memory, MemoryBody found)
    {
        var (node, path) = (memory.Node!, found.Path);
        if (!HasRoom(found.Id, path))
        {
            Hidden[found.Id] = path;
            memory.IsStale = true;
            return;
        }
        Hidden.Remove(found.Id);
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (DirectoryOf(path) is not { } parent)
        {
            Drop(node);
            TryPlace(memory, found);
            return;
        }
        if (parent.TryFind(name, out var there))
        {
            if (there is MemoryNode { Memory: null or { Id: null } })
            {
                Drop(node);
                MakeRoom(name, memory, found);
                return;
            }
            Clear(there);
            parent = DirectoryOf(path)!;
        }
        var (oldParent, oldName) = (node.Parent!, node.NameBytes);
        tree.Move(node, parent, name);
        tree.Kernel?.InvalidateEntry(oldParent.Id, oldName);
        tree.Kernel?.InvalidateNode(oldParent.Id);
        Announce(parent, name);
        RemoveIfBare(oldParent);
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
                (memory.Version, memory.Base, memory.Head, memory.IsStale) = (found.MemoryVersionId, new Basis(node.Snapshot(), found.MemoryVersionId), HeadContent.IsBase, false);
            else Replace(node, memory, found.MemoryVersionId, content.Utf8.ToArray());
        }
        else memory.IsStale = true;
    }

    private static void SetContent(MemoryNode node, TrackedMemory memory, MemoryBody found)
    {
        if (found.Content is { } content)
        {
            node.SetContent(content.Utf8.ToArray());
            memory.Base = new Basis(node.Snapshot(), found.MemoryVersionId);
        }
        else
        {
            node.SetAbsent(found.MemoryVersionId, found.ContentSizeBytes);
            memory.Base = new Basis(null, found.MemoryVersionId);
        }
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
