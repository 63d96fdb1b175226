using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>READ, READDIR and READDIRPLUS; for the last two <see cref="Offset"/> is the cookie of the entry before.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ReadRequest
{
    public ulong Handle;
    public ulong Offset;
    public uint Size;
    public uint ReadFlags;
    public ulong LockOwner;
    public OpenFlags Flags;
    public uint Padding;
}
