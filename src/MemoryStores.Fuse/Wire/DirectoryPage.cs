using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>
/// The answer to READDIR or READDIRPLUS while it is filled: entries of `ino u64, cookie u64, name length u32, type u32, name`,
/// each padded to 8 bytes and, for READDIRPLUS, led by an <see cref="EntryReply"/>.
/// </summary>
public ref struct DirectoryPage
{
    private const int Fixed = 24;
    private readonly Span<byte> room;

    internal DirectoryPage(Span<byte> room, bool plus)
    {
        this.room = room;
        IsPlus = plus;
    }

    /// <summary>Whether entries carry attributes, and then count as lookups; "." and ".." never do.</summary>
    public bool IsPlus { get; }

    internal int Length { get; private set; }

    /// <summary>
    /// Adds an entry; false when the page is full, and the entry is the next page's first. <paramref name="cookie"/> is where
    /// the listing goes on after it. Of READDIR only inode and kind in <paramref name="entry"/> are looked at.
    /// </summary>
    public bool TryAdd(scoped ReadOnlySpan<byte> name, ulong cookie, in EntryReply entry)
    {
        var lead = IsPlus ? Unsafe.SizeOf<EntryReply>() : 0;
        var length = (lead + Fixed + name.Length + 7) & ~7;
        if (length > room.Length - Length) return false;
        var place = room.Slice(Length, length);
        if (IsPlus) MemoryMarshal.Write(place, entry);
        var dirent = place[lead..];
        MemoryMarshal.Write(dirent, entry.Attributes.Inode);
        MemoryMarshal.Write(dirent[8..], cookie);
        MemoryMarshal.Write(dirent[16..], (uint)name.Length);
        MemoryMarshal.Write(dirent[20..], entry.Attributes.Mode >> 12);
        name.CopyTo(dirent[Fixed..]);
        dirent[(Fixed + name.Length)..].Clear(); // Nothing of an earlier reply leaves in the padding.
        Length += length;
        return true;
    }
}
