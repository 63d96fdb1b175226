using System.Text;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Mount.Tree;

/// <summary>
/// Something with an inode number. All of it is read and changed under <see cref="MountTree.Gate"/>. A node is attached while
/// it has a parent; detached, it lives on for those who have it open and for as long as the kernel remembers it.
/// </summary>
internal abstract class Node(ulong id, uint mode, long now)
{
    public const ulong RootId = 1;

    public ulong Id { get; } = id;

    public DirectoryNode? Parent { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Where the node stands in its parent's listing.</summary>
    public ulong Cookie { get; set; }

    /// <summary>How often the kernel was given this node and has not given it back.</summary>
    public long Lookups { get; set; }

    /// <summary>Kind and permissions. What chmod, chown and utimes say is kept for as long as the mount.</summary>
    public uint Mode { get; set; } = mode;

    public uint? User { get; set; }

    public uint? Group { get; set; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long Modified { get; set; } = now;

    public long Changed { get; set; } = now;

    public bool IsAttached => Parent is not null || Id == RootId;

    public virtual bool IsOpen => false;

    public byte[] NameBytes => Encoding.UTF8.GetBytes(Name);

    /// <summary>The path within the store; of a detached node only its last name.</summary>
    public string Path => Parent is { } parent ? (parent.Id == RootId ? "/" : parent.Path + "/") + Name : Id == RootId ? "/" : Name;

    public virtual void Fill(ref Attributes attributes, uint user, uint group)
    {
        attributes.Inode = Id;
        attributes.Mode = Mode;
        attributes.Links = Parent is null && Id != RootId ? 0u : 1;
        (attributes.User, attributes.Group) = (User ?? user, Group ?? group);
        const long second = 1_000_000_000;
        (attributes.ModifySeconds, attributes.ModifyNanoseconds) = ((ulong)(Modified / second), (uint)(Modified % second));
        (attributes.AccessSeconds, attributes.AccessNanoseconds) = (attributes.ModifySeconds, attributes.ModifyNanoseconds);
        (attributes.ChangeSeconds, attributes.ChangeNanoseconds) = ((ulong)(Changed / second), (uint)(Changed % second));
        attributes.BlockSize = 4_096;
    }
}
