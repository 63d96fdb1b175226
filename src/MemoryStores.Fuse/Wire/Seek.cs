using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>LSEEK, asked for SEEK_DATA and SEEK_HOLE only.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SeekRequest
{
    public ulong Handle;
    public ulong Offset;
    public uint Whence;
    public uint Padding;
}

[StructLayout(LayoutKind.Sequential)]
public struct SeekReply
{
    public ulong Offset;
}
