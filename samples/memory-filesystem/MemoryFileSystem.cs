using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Samples.MemoryFileSystem;

/// <summary>
/// The tree, under one lock. Nobody changes it but the kernel, which may therefore believe what it was told for as many seconds
/// as it is given; a file system that changes by itself tells the session's notifier. No links: the kernel is told EPERM.
/// </summary>
internal sealed class MemoryFileSystem : FileSystem
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, Node> nodes = [];
    private readonly ulong validSeconds;
    private ulong lastNode;

    public MemoryFileSystem(ulong validSeconds)
    {
        this.validSeconds = validSeconds;
        var root = New(Attributes.Directory | 0x1FF, user: 0, group: 0); // node 1, where the kernel begins
        root.Parent = root;
    }

    public override Errno Lookup(Request request, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        lock (gate)
        {
            if (name.Length > 255) return Errno.ENAMETOOLONG;
            entry.EntryValidSeconds = validSeconds; // Without a node: the name is not there, and that may be remembered as well.
            if (nodes[request.Node].Find(Text(name)) is not { } child) return Errno.None;
            child.Lookups++;
            entry = Describe(child);
            return Errno.None;
        }
    }

    public override void Forget(ulong node, ulong lookups)
    {
        lock (gate)
        {
            nodes[node].Lookups -= lookups;
            if (nodes[node].IsUnused) nodes.Remove(node);
        }
    }

    public override Errno GetAttributes(Request request, ref AttributesReply reply)
    {
        lock (gate) (reply.ValidSeconds, reply.Attributes) = (validSeconds, nodes[request.Node].Attributes);
        return Errno.None;
    }

    public override Errno SetAttributes(Request request, in SetAttrRequest change, ref AttributesReply reply)
    {
        lock (gate)
        {
            var node = nodes[request.Node];
            if (change.Has(SetAttrFields.Size) && change.Size > (ulong)Array.MaxLength) return Errno.EFBIG;
            node.Change(change);
            (reply.ValidSeconds, reply.Attributes) = (validSeconds, node.Attributes);
            return Errno.None;
        }
    }

    public override Errno Create(Request request, in CreateRequest kind, ReadOnlySpan<byte> name, ref CreateReply reply)
    {
        reply.Open.Flags = OpenReplyFlags.KeepCache;
        return Make(request, Attributes.RegularFile | (kind.Mode & 0xFFF), name, opens: 1, ref reply.Entry);
    }

    public override Errno MakeDirectory(Request request, in MakeDirectoryRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry) =>
        Make(request, Attributes.Directory | (kind.Mode & 0xFFF), name, opens: 0, ref entry);

    public override Errno Unlink(Request request, ReadOnlySpan<byte> name) => Remove(request.Node, Text(name));

    public override Errno RemoveDirectory(Request request, ReadOnlySpan<byte> name) => Remove(request.Node, Text(name));

    public override Errno Rename(Request request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, RenameFlags flags)
    {
        lock (gate)
        {
            var (from, source, to, target) = (nodes[request.Node], Text(oldName), nodes[newParent], Text(newName));
            if (newName.Length > 255) return Errno.ENAMETOOLONG;
            if (flags is not (RenameFlags.None or RenameFlags.NoReplace or RenameFlags.Exchange)) return Errno.EINVAL;
            if (from.Find(source) is not { } moved) return Errno.ENOENT;
            var there = to.Find(target);
            if (flags == RenameFlags.NoReplace && there is not null) return Errno.EEXIST;
            if (flags == RenameFlags.Exchange && there is null) return Errno.ENOENT;
            if (flags == RenameFlags.Exchange) to.Remove(target);
            else if (there is not null && Remove(newParent, target) is not Errno.None and var error) return error;
            from.Remove(source);
            if (flags == RenameFlags.Exchange) from.Add(source, there!);
            to.Add(target, moved);
            moved.Attributes.Changed = DateTimeOffset.UtcNow;
            return Errno.None;
        }
    }

    public override Errno Open(Request request, OpenFlags flags, ref OpenReply reply)
    {
        lock (gate)
        {
            var node = nodes[request.Node];
            node.Opens++;
            if ((flags & OpenFlags.Truncate) != 0) node.Resize(0);
            reply.Flags = OpenReplyFlags.KeepCache | (flags.Writes() ? OpenReplyFlags.None : OpenReplyFlags.NoFlush);
            return Errno.None;
        }
    }

    public override void Release(Request request, in ReleaseRequest closing)
    {
        lock (gate)
        {
            nodes[request.Node].Opens--;
            if (nodes[request.Node].IsUnused) nodes.Remove(request.Node);
        }
    }

    public override Errno Read(Request request, in ReadRequest part, out ReadOnlySpan<byte> data)
    {
        lock (gate)
        {
            var node = nodes[request.Node];
            var start = Math.Min(part.Offset, node.Attributes.Size);
            data = node.Content.AsSpan((int)start, (int)Math.Min(part.Size, node.Attributes.Size - start));
            return Errno.None;
        }
    }

    public override Errno Write(Request request, in WriteRequest part, ReadOnlySpan<byte> data, ref WriteReply reply)
    {
        lock (gate)
        {
            var (node, end) = (nodes[request.Node], part.Offset + (ulong)data.Length);
            if (end > (ulong)Array.MaxLength) return Errno.EFBIG;
            node.Resize((int)Math.Max(end, node.Attributes.Size));
            data.CopyTo(node.Content.AsSpan((int)part.Offset));
            if ((part.WriteFlags & WriteRequest.KillPrivileges) != 0) node.Attributes.DropPrivileges();
            reply.Size = (uint)data.Length;
            return Errno.None;
        }
    }

    public override Errno ReadDirectory(Request request, ulong cookie, ref DirectoryPage page)
    {
        lock (gate)
        {
            var directory = nodes[request.Node];
            if (cookie == 0 && !page.TryAdd("."u8, ++cookie, new EntryReply { Attributes = directory.Attributes })) return Errno.None;
            if (cookie == 1 && !page.TryAdd(".."u8, ++cookie, new EntryReply { Attributes = directory.Parent!.Attributes })) return Errno.None;
            for (; (int)cookie - 2 < directory.Entries.Count; cookie++)
            {
                if (directory.Entries[(int)cookie - 2] is not var (name, child)) continue;
                if (!page.TryAdd(Encoding.Latin1.GetBytes(name), cookie + 1, Describe(child))) break;
                if (page.IsPlus) child.Lookups++;
            }
            return Errno.None;
        }
    }

    private Errno Make(Request request, uint mode, ReadOnlySpan<byte> name, int opens, ref EntryReply entry)
    {
        lock (gate)
        {
            if (name.Length > 255) return Errno.ENAMETOOLONG;
            if (nodes[request.Node].Find(Text(name)) is not null) return Errno.EEXIST;
            var node = New(mode, request.User, request.Group);
            nodes[request.Node].Add(Text(name), node);
            node.Opens = opens;
            node.Lookups++;
            entry = Describe(node);
            return Errno.None;
        }
    }

    private Errno Remove(ulong parent, string name)
    {
        lock (gate)
        {
            if (nodes[parent].Find(name) is not { } node) return Errno.ENOENT;
            if (node.Places.Count > 0) return Errno.ENOTEMPTY;
            nodes[parent].Remove(name);
            node.Attributes.Links = 0;
            node.Attributes.Changed = DateTimeOffset.UtcNow;
            if (node.IsUnused) nodes.Remove(node.Attributes.Inode);
            return Errno.None;
        }
    }

    private Node New(uint mode, uint user, uint group) => nodes[++lastNode] = new Node(lastNode, mode, user, group);

    private EntryReply Describe(Node node) =>
        new() { Node = node.Attributes.Inode, EntryValidSeconds = validSeconds, AttributesValidSeconds = validSeconds, Attributes = node.Attributes };

    /// <summary>Names are bytes; Latin-1 keeps each as it is.</summary>
    private static string Text(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name);
}
