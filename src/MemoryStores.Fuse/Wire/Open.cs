using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

[StructLayout(LayoutKind.Sequential)]
public struct OpenRequest
{
    public OpenFlags Flags;
    public uint KernelFlags;
}

[StructLayout(LayoutKind.Sequential)]
public struct OpenReply
{
    public ulong Handle;
    public OpenReplyFlags Flags;
    public int Backing;
}

/// <summary>The flags of open(2) that the kernel passes on.</summary>
[Flags]
public enum OpenFlags : uint
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    AccessMask = 3,
    Exclusive = 0x80,
    Truncate = 0x200,
    Append = 0x400,
}

public static class OpenFlagsReading
{
    public static bool Writes(this OpenFlags flags) => (flags & OpenFlags.AccessMask) != OpenFlags.ReadOnly;

    /// <summary>Everything such a descriptor writes goes to the end; it has no mapping whose pages could be written.</summary>
    public static bool OnlyAppends(this OpenFlags flags) =>
        (flags & OpenFlags.AccessMask) == OpenFlags.WriteOnly && (flags & OpenFlags.Append) != 0;
}

[Flags]
public enum OpenReplyFlags : uint
{
    None = 0,
    DirectIo = 1 << 0,
    KeepCache = 1 << 1,
    NonSeekable = 1 << 2,
    CacheDirectory = 1 << 3,
    NoFlush = 1 << 5,
}
