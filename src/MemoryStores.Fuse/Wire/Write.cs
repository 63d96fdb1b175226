using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>WRITE; <see cref="Size"/> bytes follow. With O_APPEND the kernel supplies the offset, and it can be stale.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct WriteRequest
{
    /// <summary>The bytes come from the page cache, such as a mapping's: the flags are then of any descriptor of the file.</summary>
    public const uint FromCache = 1;

    /// <summary>Set-user-ID and set-group-ID have to go: the writer has no right to keep them.</summary>
    public const uint KillPrivileges = 1 << 2;

    public ulong Handle;
    public ulong Offset;
    public uint Size;
    public uint WriteFlags;
    public ulong LockOwner;
    public OpenFlags Flags;
    public uint Padding;
}

[StructLayout(LayoutKind.Sequential)]
public struct WriteReply
{
    public uint Size;
    public uint Padding;
}
