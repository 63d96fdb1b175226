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

    public DateTimeOffset Accessed
    {
        readonly get => UnixTime.From(AccessSeconds, AccessNanoseconds);
        set => (AccessSeconds, AccessNanoseconds) = UnixTime.Of(value);
    }

    public DateTimeOffset Modified
    {
        readonly get => UnixTime.From(ModifySeconds, ModifyNanoseconds);
        set => (ModifySeconds, ModifyNanoseconds) = UnixTime.Of(value);
    }

    public DateTimeOffset Changed
    {
        readonly get => UnixTime.From(ChangeSeconds, ChangeNanoseconds);
        set => (ChangeSeconds, ChangeNanoseconds) = UnixTime.Of(value);
    }

    /// <summary>Takes away set-user-ID, and set-group-ID where the group may execute: what a write or a change of owner has to do.</summary>
    public void DropPrivileges() => Mode &= (Mode & 0x8) != 0 ? ~0xC00u : ~0x800u;
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
