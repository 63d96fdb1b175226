using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>Opens every request. <see cref="Length"/> counts the header and all that follows, extensions included.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct RequestHeader
{
    public uint Length;
    public Opcode Opcode;
    public ulong Unique;
    public ulong Node;
    public uint User;
    public uint Group;
    public uint Process;
    public ushort ExtensionLength; // in units of 8 bytes, at the end of the request
    public ushort Padding;
}

/// <summary>Opens every reply, and every notification: there <see cref="Unique"/> is 0 and <see cref="Error"/> says which.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ReplyHeader
{
    public uint Length;
    public int Error; // a negative errno, or 0
    public ulong Unique;
}
