using System.Diagnostics.CodeAnalysis;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Mount.Tree;

/// <summary>
/// A directory. It stands in no store: there it is a common beginning of paths. Its listing is ordered by cookies that only
/// grow, so that a listing under way neither misses nor repeats a name while others come and go.
/// </summary>
internal sealed class DirectoryNode(ulong id, long now, bool isLocal) : Node(id, Attributes.Directory | 0x1ED /* 0755 */, now)
{
    // "." and ".." come first.
    private const ulong FirstCookie = 3;

    private readonly Dictionary<string, Node> children = new(StringComparer.Ordinal);
    private readonly List<(ulong Cookie, Node? Node)> listing = [];
    private ulong nextCookie = FirstCookie;
    private int tombstones;

    /// <summary>.git and what is below: kept beside the store, never in it.</summary>
    public bool IsLocal { get; } = isLocal;

    /// <summary>Made by a program here: it stays when it is empty. Others are there for what is below them.</summary>
    public bool IsMadeHere { get; set; }

    public int Count => children.Count;

    public IEnumerable<Node> Children => children.Values;

    public bool TryFind(string name, [NotNullWhen(true)] out Node? child) => children.TryGetValue(name, out child);

    public bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out Node? child) =>
        children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out child);

    public void Add(string name, Node child)
    {
        children.Add(name, child);
        (child.Parent, child.Name, child.Cookie) = (this, name, nextCookie++);
        listing.Add((child.Cookie, child));
    }

    public void Remove(Node child)
    {
        children.Remove(child.Name);
        listing[Position(child.Cookie)] = (child.Cookie, null);
        child.Parent = null;
        if (++tombstones < 64 || tombstones * 2 < listing.Count) return;
        listing.RemoveAll(static entry => entry.Node is null);
        tombstones = 0;
    }

    /// <summary>The next child after the one of this cookie.</summary>
    public IEnumerable<Node> After(ulong cookie)
    {
        for (var i = Position(Math.Max(cookie + 1, FirstCookie)); i < listing.Count; i++)
        {
            if (listing[i].Node is { } child) yield return child;
        }
    }

    /// <summary>All nodes below, this one not among them.</summary>
    public IEnumerable<Node> Descendants()
    {
        foreach (var child in children.Values)
        {
            yield return child;
            if (child is not DirectoryNode directory) continue;
            foreach (var below in directory.Descendants()) yield return below;
        }
    }

    public override void Fill(ref Attributes attributes, uint user, uint group)
    {
        base.Fill(ref attributes, user, group);
        if (attributes.Links > 0) attributes.Links = 2;
    }

    /// <summary>Where the first entry of this cookie or a later one stands.</summary>
    private int Position(ulong cookie)
    {
        var (low, high) = (0, listing.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (listing[middle].Cookie < cookie) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
