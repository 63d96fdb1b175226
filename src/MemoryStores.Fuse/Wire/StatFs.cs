using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>What df shows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct StatFsReply
{
    public ulong Blocks; // of FragmentSize bytes
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public uint BlockSize;
    public uint NameLength;
    public uint FragmentSize;
    public uint Padding;
    public Unused Reserved;

    [System.Runtime.CompilerServices.InlineArray(6)]
    public struct Unused
    {
        private uint first;
    }
}
