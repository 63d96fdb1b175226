using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>What a file system may tell the kernel unasked; travels as the error of a <see cref="ReplyHeader"/>.</summary>
public enum NotificationCode
{
    InvalidateInode = 2,
    InvalidateEntry = 3,
    Delete = 6,
}

/// <summary>Drops cached pages and attributes; with a negative offset the attributes alone, with length 0 to the end.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct InvalidateInodeNotification
{
    public ulong Node;
    public long Offset;
    public long Length;
}

/// <summary>Drops a cached name; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct InvalidateEntryNotification
{
    public const uint ExpireOnly = 1;

    public ulong Parent;
    public uint NameLength;
    public uint Flags;
}

/// <summary>Drops a cached name and tells whoever watches that its node was deleted; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DeleteNotification
{
    public ulong Parent;
    public ulong Child;
    public uint NameLength;
    public uint Padding;
}
