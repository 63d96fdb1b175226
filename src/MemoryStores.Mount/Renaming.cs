using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Local;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

/// <summary>
/// Rename in all its forms: what it does to the tree, and which commit says the same to the store. A plain rename keeps the
/// memory, with its history. Over another memory it is a new version of that one. Of a directory, or an exchange, it is one
/// commit. Between memories and local files it is none (EXDEV): mv then copies. Everything under the tree's gate.
/// </summary>
internal sealed class Renaming(MountTree tree, ChangeQueue queue, Saves saves, Drafts drafts, Journal journal, KeptPlaces places, LocalFiles local, bool hasCommits)
{
    public Errno Rename(DirectoryNode from, string oldName, DirectoryNode to, string newName, RenameFlags flags)
    {
        if ((flags & ~(RenameFlags.NoReplace | RenameFlags.Exchange)) != 0 || flags == (RenameFlags.NoReplace | RenameFlags.Exchange)) return Errno.EINVAL;
        if (!from.TryFind(oldName, out var node)) return Errno.ENOENT;
        to.TryFind(newName, out var target);
        if (target is not null && flags == RenameFlags.NoReplace) return Errno.EEXIST;
        if (target == node) return Errno.None;
        if (flags == RenameFlags.Exchange) return target is null ? Errno.ENOENT : Exchange(node, target);
        if (Check(node, to, newName, target) is not Errno.None and var flaw) return flaw;
        var answer = node switch
        {
            MemoryNode memory => RenameMemory(memory, to, newName, target as MemoryNode),
            LocalNode file => RenameLocal(file, to, newName, target as LocalNode),
            DirectoryNode directory => RenameDirectory(directory, to, newName, target as DirectoryNode),
            _ => Errno.EINVAL,
        };
        journal.Moved(node);
        return answer;
    }

    private Errno Check(Node node, DirectoryNode to, string name, Node? target)
    {
        var kind = Names.KindOf(to, name);
        var isLocal = node is LocalNode or DirectoryNode { IsLocal: true };
        if (isLocal != (kind == NameKind.Local)) return Errno.EXDEV;
        if (Names.Check(to, name, kind) is not Errno.None and var flaw) return flaw;
        if (node is DirectoryNode directory)
        {
            for (var above = to; above is not null; above = above.Parent) if (above == directory) return Errno.EINVAL;
            if (target is FileNode) return Errno.ENOTDIR;
            if (target is DirectoryNode { Count: > 0 }) return Errno.ENOTEMPTY;
            return CheckBelow(directory, to.Path is "/" ? "/" + name : to.Path + "/" + name);
        }
        if (target is DirectoryNode) return Errno.EISDIR;
        return target is not null && target.GetType() != node.GetType() ? Errno.EXDEV : Errno.None;
    }

    /// <summary>Whether everything below may have its new path, and the store takes so many renames as one.</summary>
    private Errno CheckBelow(DirectoryNode directory, string newPath)
    {
        if (directory.IsLocal) return Errno.None;
        var (old, saved) = (directory.Path, 0);
        foreach (var below in directory.Descendants())
        {
            if (below is LocalNode or DirectoryNode { IsLocal: true }) continue;
            if (Names.CheckPath(newPath + below.Path[old.Length..]) is not Errno.None and var flaw) return flaw;
            if (below is MemoryNode { Memory: not null }) saved++;
        }
        return saved > 0 && (!hasCommits || saved > tree.Bounds.DirectoryRenames) ? Errno.EXDEV : Errno.None;
    }

    private Errno RenameMemory(MemoryNode node, DirectoryNode to, string name, MemoryNode? target)
    {
        var (oldParent, oldName) = (node.Parent!, node.Name);
        if (target is not null)
        {
            places.Give(target);
            if (target is { IsDirty: true, ClosedSinceWrite: true }) saves.Superseded(target);
        }
        var continued = target?.Memory ?? places.Take(to, name);
        if (target is not null)
        {
            if (target.Memory is { } replaced && replaced.Id is null && replaced.Pending == 0) continued = null; // Nothing of it was ever saved.
            journal.Ended(target);
            (target.Memory, target.IsDirty) = (null, false);
            drafts.Clear(target);
            drafts.EndAt(target.Path);
            tree.Detach(target);
        }
        var own = node.Memory;
        if (own is { IsKept: false } && Names.IsScratch(name) && !Names.IsScratch(oldName))
        {
            tree.Move(node, to, name);
            places.Keep(oldParent, oldName, node, continued);
            return Errno.None;
        }
        if (continued is not null && continued != own)
        {
            places.Release(node);
            tree.Move(node, to, name);
            saves.Continue(node, continued, own);
            return Errno.None;
        }
        if (own is null)
        {
            tree.Move(node, to, name);
            // Now it has a name to be saved under.
            if (!node.IsOpenForWriting) saves.Closed(node);
            return Errno.None;
        }
        places.Release(node);
        tree.Move(node, to, name);
        // Else it is back where the server thinks it is, and news of it are fetched when that was said.
        if (continued != own || own.IsStale) queue.Add(new PendingRename(own, node.Path));
        return Errno.None;
    }

    private Errno RenameLocal(LocalNode node, DirectoryNode to, string name, LocalNode? target)
    {
        if (target is not null)
        {
            local.Remove(target);
            tree.Detach(target);
            if (!target.IsOpen) target.Drop();
        }
        var from = node.Path;
        tree.Move(node, to, name);
        local.Move(from, node);
        return Errno.None;
    }

    private Errno RenameDirectory(DirectoryNode directory, DirectoryNode to, string name, DirectoryNode? target)
    {
        if (target is not null)
        {
            local.RemoveDirectory(target);
            tree.Detach(target);
        }
        // Places in it, or at its new name, are known to the server by paths that change now.
        places.GiveAll();
        var from = directory.Path;
        tree.Move(directory, to, name);
        directory.IsMadeHere = true;
        local.Move(from, directory);
        var renames = Renames(directory);
        if (renames.Length > 0) queue.Add(renames);
        return Errno.None;
    }

    private Errno Exchange(Node one, Node other)
    {
        if (one is LocalNode or DirectoryNode { IsLocal: true } || other is LocalNode or DirectoryNode { IsLocal: true }) return Errno.EXDEV;
        if (!hasCommits) return Errno.EINVAL;
        for (var above = one.Parent; above is not null; above = above.Parent) if (above == other) return Errno.EINVAL;
        for (var above = other.Parent; above is not null; above = above.Parent) if (above == one) return Errno.EINVAL;
        foreach (var (moved, place) in new[] { (one, other), (other, one) })
        {
            if (moved is DirectoryNode directory && CheckBelow(directory, place.Path) is not Errno.None and var flaw) return flaw;
        }
        places.GiveAll();
        var (parent, name) = (one.Parent!, one.Name);
        var (otherParent, otherName) = (other.Parent!, other.Name);
        // Nothing may have the same name twice, so one of them has none for a moment.
        parent.Remove(one);
        tree.Move(other, parent, name);
        otherParent.Add(otherName, one);
        journal.Moved(one);
        journal.Moved(other);
        PendingChange[] renames = [.. Renames(one), .. Renames(other)];
        if (renames.Length > 0) queue.Add(renames);
        return Errno.None;
    }

    private PendingRename[] Renames(Node node)
    {
        IEnumerable<Node> moved = node is DirectoryNode directory ? directory.Descendants() : [node];
        var renames = new List<PendingRename>();
        foreach (var memory in moved.OfType<MemoryNode>())
        {
            if (memory.Memory is not { } tracked || (tracked.Id is null && tracked.Pending == 0)) continue;
            places.Release(memory);
            renames.Add(new PendingRename(tracked, memory.Path));
        }
        return [.. renames];
    }
}
