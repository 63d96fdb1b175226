using System.Diagnostics.CodeAnalysis;
using MemoryStores.Fuse.Session;

namespace MemoryStores.Mount.Tree;

/// <summary>
/// All nodes of a mount, by number and by name, behind one gate. Whoever holds the gate does neither I/O nor anything that
/// waits; notifications are only queued under it.
/// </summary>
internal sealed class MountTree
{
    private readonly Dictionary<ulong, Node> nodes = [];
    private readonly TimeProvider time;
    private ulong lastId = Node.RootId;

    public MountTree(Bounds bounds, TimeProvider time)
    {
        (Bounds, this.time) = (bounds, time);
        Root = new DirectoryNode(Node.RootId, Now, isLocal: false);
        nodes.Add(Root.Id, Root);
    }

    public Lock Gate { get; } = new();

    public DirectoryNode Root { get; }

    public Bounds Bounds { get; set; }

    /// <summary>Tells the kernel what changed behind its back; nobody before the mount stands, when it has cached nothing.</summary>
    public Notifier? Kernel { get; set; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long Now => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>What all memories hold together, and how much of that is in this process.</summary>
    public long Bytes { get; set; }

    public long CachedBytes { get; set; }

    /// <summary>What saves hold that the server has not taken yet.</summary>
    public long PendingBytes { get; set; }

    public int MemoryCount { get; private set; }

    /// <summary>The store can take no more, and why it is not written to.</summary>
    public bool IsArchived { get; set; }

    public bool IsDeleted { get; set; }

    public bool IsForbidden { get; set; }

    public IEnumerable<MemoryNode> Memories => nodes.Values.OfType<MemoryNode>();

    public bool HasNoRoom(int more) => Bytes + more > Bounds.StoreBytes || PendingBytes > Bounds.PendingBytes;

    public bool TryFind<T>(ulong id, [NotNullWhen(true)] out T? node) where T : Node
    {
        node = nodes.TryGetValue(id, out var found) ? found as T : null;
        return node is not null;
    }

    public ulong NextId() => ++lastId;

    public MemoryNode NewMemory() => New(new MemoryNode(NextId(), Now, this));

    public DirectoryNode NewDirectory(bool isLocal) => New(new DirectoryNode(NextId(), Now, isLocal));

    public T New<T>(T node) where T : Node
    {
        nodes.Add(node.Id, node);
        return node;
    }

    public void Attach(DirectoryNode parent, string name, Node node)
    {
        parent.Add(name, node);
        parent.Modified = parent.Changed = Now;
        if (node is not MemoryNode memory) return;
        MemoryCount++;
        Bytes += memory.Size;
    }

    /// <summary>Takes a node from its name; what still has it open keeps it.</summary>
    public void Detach(Node node)
    {
        var parent = node.Parent!;
        parent.Remove(node);
        parent.Modified = parent.Changed = node.Changed = Now;
        if (node is MemoryNode memory)
        {
            MemoryCount--;
            Bytes -= memory.Size;
        }
        FreeIfUnused(node);
    }

    /// <summary>Moves an attached node, whose place must be free.</summary>
    public void Move(Node node, DirectoryNode parent, string name)
    {
        var old = node.Parent!;
        old.Remove(node);
        parent.Add(name, node);
        old.Modified = old.Changed = parent.Modified = parent.Changed = node.Changed = Now;
    }

    public void Forget(ulong id, ulong lookups)
    {
        if (!nodes.TryGetValue(id, out var node)) return;
        node.Lookups -= (long)lookups;
        FreeIfUnused(node);
    }

    /// <summary>A node goes when no name, no open file and no memory of the kernel's leads to it.</summary>
    public void FreeIfUnused(Node node)
    {
        if (!node.IsAttached && node.Lookups <= 0 && !node.IsOpen) nodes.Remove(node.Id);
    }
}
