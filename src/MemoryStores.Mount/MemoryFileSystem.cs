using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Following;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Local;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

/// <summary>
/// A store as the kernel sees it: names and attributes here, open files in MemoryFileSystem.Files.cs. Each answer is found
/// under the tree's gate and nothing is waited for under it.
/// </summary>
internal sealed partial class MemoryFileSystem(
    MountTree tree, ChangeQueue queue, Saves saves, Drafts drafts, Journal journal, Agenda agenda, KeptPlaces places, Renaming renaming, LocalFiles local, Loader loader, Follower follower,
    Arrivals arrivals, bool isSync, uint user, uint group) : FileSystem
{
    // The kernel believes us until it is told otherwise.
    private const ulong ForEver = 1_000_000_000;
    private const int BlockBytes = 4_096;

    /// <summary>The session is over.</summary>
    public event Action? Ended;

    /// <summary>A handler failed, which is a defect.</summary>
    public event Action<string, Exception>? Faulted;

    public override Errno Lookup(Request request, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        if (Names.TryDecode(name, stackalloc char[Bounds.NameBytes], out var text) is not Errno.None and var flaw) return flaw == Errno.EILSEQ ? Errno.ENOENT : flaw;
        lock (tree.Gate)
        {
            if (!tree.TryFind<DirectoryNode>(request.Node, out var directory)) return Errno.ENOTDIR;
            if (directory.TryFind(text, out var child)) Give(child, ref entry);
            else entry.EntryValidSeconds = ForEver;
            return Errno.None;
        }
    }

    public override void Forget(ulong node, ulong lookups)
    {
        lock (tree.Gate) tree.Forget(node, lookups);
    }

    public override Errno GetAttributes(Request request, ref AttributesReply reply)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<Node>(request.Node, out var node)) return Errno.ESTALE;
            Fill(node, ref reply);
            return Errno.None;
        }
    }

    public override Errno MakeDirectory(Request request, in MakeDirectoryRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        lock (tree.Gate)
        {
            if (NewName(request, name, out var parent, out var text) is not Errno.None and var flaw) return flaw;
            var asks = Names.KindOf(parent, text);
            if (asks != NameKind.Local && Refusal() is not Errno.None and var refused) return refused;
            // A directory called like a swap file is a directory like others.
            var isLocal = parent.IsLocal || text == ".git";
            if (!isLocal && Names.Check(parent, text, NameKind.Memory) is not Errno.None and var bad) return bad;
            places.GiveAt(parent, text);
            var directory = tree.NewDirectory(isLocal);
            directory.IsMadeHere = true;
            directory.Mode = Attributes.Directory | (kind.Mode & 0xFFF);
            tree.Attach(parent, text, directory);
            local.CreateDirectory(directory);
            Give(directory, ref entry);
            return Sealed();
        }
    }

    public override Errno MakeNode(Request request, in MakeNodeRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        if ((kind.Mode & Attributes.KindMask) is not (Attributes.RegularFile or 0)) return Errno.EPERM;
        lock (tree.Gate)
        {
            if (NewFile(request, name, kind.Mode, out var file) is not Errno.None and var flaw) return flaw;
            if (file is MemoryNode { IsDirty: true } made) Finished(made);
            Give(file!, ref entry);
            return Sealed();
        }
    }

    public override Errno Unlink(Request request, ReadOnlySpan<byte> name)
    {
        lock (tree.Gate)
        {
            if (OldName(request, name, out var node) is not Errno.None and var flaw) return flaw;
            switch (node)
            {
                case DirectoryNode:
                    return Errno.EISDIR;
                case LocalNode file:
                    local.Remove(file);
                    tree.Detach(file);
                    if (!file.IsOpen) file.Drop();
                    break;
                case MemoryNode memory:
                    // What was never saved is nobody's but ours.
                    if (memory.Memory is not null && Refusal() is not Errno.None and var refused) return refused;
                    if (!journal.HasRoom(0, ofReserve: true)) return Errno.ENOSPC;
                    places.Release(memory);
                    saves.Finish(memory);
                    drafts.Clear(memory);
                    drafts.EndAt(memory.Path);
                    journal.Ended(memory);
                    memory.IsDirty = false;
                    tree.Detach(memory);
                    if (memory.Memory is { } tracked)
                    {
                        tracked.Node = null;
                        memory.Memory = null;
                        if (tracked.Id is not null || tracked.Pending > 0) queue.Add(new PendingDelete(tracked));
                    }
                    break;
            }
            ShowHidden();
            return Sealed();
        }
    }

    public override Errno RemoveDirectory(Request request, ReadOnlySpan<byte> name)
    {
        lock (tree.Gate)
        {
            if (OldName(request, name, out var node) is not Errno.None and var flaw) return flaw;
            if (node is not DirectoryNode directory) return Errno.ENOTDIR;
            if (directory.Count > 0) return Errno.ENOTEMPTY;
            places.GiveAll();
            local.RemoveDirectory(directory);
            tree.Detach(directory);
            ShowHidden();
            return Sealed();
        }
    }

    public override Errno Rename(Request request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, RenameFlags flags)
    {
        Span<char> oldRoom = stackalloc char[Bounds.NameBytes], newRoom = stackalloc char[Bounds.NameBytes];
        if (Names.TryDecode(oldName, oldRoom, out var old) is not Errno.None and var flaw) return flaw;
        if (Names.TryDecode(newName, newRoom, out var renamed) is not Errno.None and var bad) return bad;
        lock (tree.Gate)
        {
            if (!tree.TryFind<DirectoryNode>(request.Node, out var from) || !tree.TryFind<DirectoryNode>(newParent, out var to)) return Errno.ENOTDIR;
            if (!from.IsLocal && Refusal() is not Errno.None and var refused) return refused;
            if (!journal.HasRoom(tree.Bounds.MemoryBytes, ofReserve: true)) return Errno.ENOSPC;
            var answer = renaming.Rename(from, old.ToString(), to, renamed.ToString(), flags);
            ShowHidden();
            return answer == Errno.None ? Sealed() : answer;
        }
    }

    public override Errno ReadDirectory(Request request, ulong cookie, ref DirectoryPage page)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<DirectoryNode>(request.Node, out var directory)) return Errno.ENOTDIR;
            if (cookie < 1 && !AddDot("."u8, 1, directory, ref page)) return Errno.None;
            if (cookie < 2 && !AddDot(".."u8, 2, directory.Parent ?? directory, ref page)) return Errno.None;
            Span<byte> name = stackalloc byte[Bounds.NameBytes];
            foreach (var child in directory.After(cookie))
            {
                var entry = new EntryReply();
                Describe(child, ref entry);
                var length = System.Text.Encoding.UTF8.GetBytes(child.Name, name);
                if (!page.TryAdd(name[..length], child.Cookie, entry)) break;
                if (page.IsPlus) child.Lookups++;
            }
            return Errno.None;
        }
    }

    public override Errno StatFs(Request request, ref StatFsReply reply)
    {
        lock (tree.Gate)
        {
            reply.BlockSize = reply.FragmentSize = BlockBytes;
            reply.NameLength = Bounds.NameBytes;
            reply.Blocks = (ulong)(tree.Bounds.StoreBytes / BlockBytes);
            reply.BlocksFree = reply.BlocksAvailable = (ulong)(Math.Max(0, tree.Bounds.StoreBytes - tree.Bytes) / BlockBytes);
            reply.Files = (ulong)tree.Bounds.MemoriesPerStore;
            reply.FilesFree = (ulong)Math.Max(0, tree.Bounds.MemoriesPerStore - tree.MemoryCount);
            return Errno.None;
        }
    }

    public override void Unmounted() => Ended?.Invoke();

    public override void Fault(string operation, Exception exception) => Faulted?.Invoke(operation, exception);

    /// <summary>What was done is on this machine's disk before anybody is told so.</summary>
    private Errno Sealed() => journal.TrySeal() ? Errno.None : Errno.EIO;

    /// <summary>Why nothing can be written just now.</summary>
    private Errno Refusal() => Errnos.OfStore(tree);

    private Errno NewName(Request request, ReadOnlySpan<byte> name, out DirectoryNode parent, out string text)
    {
        (parent, text) = (null!, "");
        if (Names.TryDecode(name, stackalloc char[Bounds.NameBytes], out var decoded) is not Errno.None and var flaw) return flaw;
        if (!tree.TryFind(request.Node, out parent!)) return Errno.ENOTDIR;
        // Gone with the last memory in it, and the kernel is about to be told.
        if (!parent.IsAttached) return Errno.ENOENT;
        if (parent.TryFind(decoded, out _)) return Errno.EEXIST;
        text = decoded.ToString();
        return Errno.None;
    }

    private Errno OldName(Request request, ReadOnlySpan<byte> name, out Node? node)
    {
        node = null;
        if (Names.TryDecode(name, stackalloc char[Bounds.NameBytes], out var decoded) is not Errno.None and var flaw) return flaw;
        if (!tree.TryFind<DirectoryNode>(request.Node, out var parent)) return Errno.ENOTDIR;
        return parent.TryFind(decoded, out node) ? Errno.None : Errno.ENOENT;
    }

    private bool AddDot(ReadOnlySpan<byte> name, ulong cookie, DirectoryNode directory, ref DirectoryPage page)
    {
        var entry = new EntryReply();
        directory.Fill(ref entry.Attributes, user, group);
        return page.TryAdd(name, cookie, entry); // Without a node it is no lookup.
    }

    /// <summary>An entry for the kernel, which counts as a lookup.</summary>
    private void Give(Node node, ref EntryReply entry)
    {
        Describe(node, ref entry);
        node.Lookups++;
    }

    private void Describe(Node node, ref EntryReply entry)
    {
        entry.Node = node.Id;
        entry.EntryValidSeconds = entry.AttributesValidSeconds = ForEver;
        node.Fill(ref entry.Attributes, user, group);
    }

    private void Fill(Node node, ref AttributesReply reply)
    {
        reply.ValidSeconds = ForEver;
        node.Fill(ref reply.Attributes, user, group);
    }

    /// <summary>Something here is gone that may have been in the way of a memory.</summary>
    private void ShowHidden()
    {
        foreach (var id in arrivals.Unblocked()) follower.Want(id);
    }
}
