using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>FALLOCATE.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AllocateRequest
{
    public ulong Handle;
    public ulong Offset;
    public ulong Length;
    public uint Mode;
    public uint Padding;
}
