using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>Changes of attributes; only the fields that <see cref="Valid"/> names count. truncate arrives here, too.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SetAttrRequest
{
    public SetAttrFields Valid;
    public uint Padding;
    public ulong Handle;
    public ulong Size;
    public ulong LockOwner;
    public ulong AccessSeconds;
    public ulong ModifySeconds;
    public ulong ChangeSeconds;
    public uint AccessNanoseconds;
    public uint ModifyNanoseconds;
    public uint ChangeNanoseconds;
    public uint Mode;
    public uint Unused4;
    public uint User;
    public uint Group;
    public uint Unused5;
}

[Flags]
public enum SetAttrFields : uint
{
    None = 0,
    Mode = 1 << 0,
    User = 1 << 1,
    Group = 1 << 2,
    Size = 1 << 3,
    AccessTime = 1 << 4,
    ModifyTime = 1 << 5,
    Handle = 1 << 6,
    AccessTimeNow = 1 << 7,
    ModifyTimeNow = 1 << 8,
    LockOwner = 1 << 9,
    ChangeTime = 1 << 10,
    KillPrivileges = 1 << 11,
}
