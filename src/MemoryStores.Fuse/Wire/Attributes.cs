using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>What stat shows of a node.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Attributes
{
    public const uint Directory = 0x4000;
    public const uint RegularFile = 0x8000;
    public const uint SymbolicLink = 0xA000;
    public const uint KindMask = 0xF000;

    public ulong Inode;
    public ulong Size;
    public ulong Blocks; // of 512 bytes, whatever BlockSize is
    public ulong AccessSeconds;
    public ulong ModifySeconds;
    public ulong ChangeSeconds;
    public uint AccessNanoseconds;
    public uint ModifyNanoseconds;
    public uint ChangeNanoseconds;
    public uint Mode;
    public uint Links;
    public uint User;
    public uint Group;
    public uint Device;
    public uint BlockSize;
    public uint Flags;
}

[StructLayout(LayoutKind.Sequential)]
public struct GetAttrRequest
{
    public uint Flags;
    public uint Padding;
    public ulong Handle;
}

/// <summary>The answer to GETATTR and SETATTR.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AttributesReply
{
    public ulong ValidSeconds;
    public uint ValidNanoseconds;
    public uint Padding;
    public Attributes Attributes;
}
