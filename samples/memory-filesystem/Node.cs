using MemoryStores.Fuse.Wire;

namespace MemoryStores.Samples.MemoryFileSystem;

/// <summary>A file or a directory. It goes when neither a name nor a lookup nor an open holds it.</summary>
internal sealed class Node
{
    public Attributes Attributes;

    /// <summary>A file's bytes; the array may be longer than the file, and is zero behind its end.</summary>
    public byte[] Content = [];

    /// <summary>A directory's names, in the order they were made. A removed one leaves its place: no listing repeats or skips for it.</summary>
    public readonly List<(string Name, Node Child)?> Entries = [];
    public readonly Dictionary<string, int> Places = [];
    public Node? Parent;
    public ulong Lookups;
    public int Opens;

    public Node(ulong id, uint mode, uint user, uint group)
    {
        var now = DateTimeOffset.UtcNow;
        Attributes = new() { Inode = id, Mode = mode, User = user, Group = group, BlockSize = 4_096, Accessed = now, Modified = now, Changed = now };
        Attributes.Links = IsDirectory ? 2u : 1u;
    }

    public bool IsDirectory => (Attributes.Mode & Attributes.KindMask) == Attributes.Directory;

    public bool IsUnused => Attributes.Links == 0 && Lookups == 0 && Opens == 0;

    public Node? Find(string name) => Places.TryGetValue(name, out var place) ? Entries[place]!.Value.Child : null;

    public void Add(string name, Node child)
    {
        Places[name] = Entries.Count;
        Entries.Add((name, child));
        if (child.IsDirectory) Attributes.Links++; // its ".."
        child.Parent = this;
        Attributes.Modified = Attributes.Changed = DateTimeOffset.UtcNow;
    }

    public void Remove(string name)
    {
        Places.Remove(name, out var place);
        if (Entries[place]!.Value.Child.IsDirectory) Attributes.Links--;
        Entries[place] = null;
        Attributes.Modified = Attributes.Changed = DateTimeOffset.UtcNow;
    }

    public void Change(in SetAttrRequest change)
    {
        if (change.Has(SetAttrFields.Size)) Resize((int)change.Size);
        if (change.Has(SetAttrFields.Mode)) Attributes.Mode = (Attributes.Mode & Attributes.KindMask) | (change.Mode & 0xFFF);
        if (change.Has(SetAttrFields.User)) Attributes.User = change.User;
        if (change.Has(SetAttrFields.Group)) Attributes.Group = change.Group;
        if (change.Has(SetAttrFields.KillPrivileges)) Attributes.DropPrivileges();
        change.ApplyTimesTo(ref Attributes, DateTimeOffset.UtcNow);
        Attributes.Changed = DateTimeOffset.UtcNow;
    }

    public void Resize(int size)
    {
        var old = (int)Attributes.Size;
        // Grown into a new array: a reply under way may still be copied from the old one.
        if (size > Content.Length) Array.Resize(ref Content, (int)Math.Min(Math.Max(size, 2L * Content.Length), Array.MaxLength));
        if (size < old) Content.AsSpan(size, old - size).Clear();
        Attributes.Size = (ulong)size;
        Attributes.Blocks = (Attributes.Size + 511) / 512;
        Attributes.Modified = Attributes.Changed = DateTimeOffset.UtcNow;
    }
}
