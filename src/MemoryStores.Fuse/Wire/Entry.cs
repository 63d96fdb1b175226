using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>
/// A name and the node behind it, and for how long the kernel may believe each. Every entry given with a node counts as a
/// lookup of it, until FORGET takes it back. Node 0 is a name that is not there, and may be cached as well.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct EntryReply
{
    public ulong Node;
    public ulong Generation;
    public ulong EntryValidSeconds;
    public ulong AttributesValidSeconds;
    public uint EntryValidNanoseconds;
    public uint AttributesValidNanoseconds;
    public Attributes Attributes;
}
