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

    public readonly bool Has(SetAttrFields field) => (Valid & field) != 0;

    /// <summary>Sets the times asked for, to the nanosecond; "now" is the caller's.</summary>
    public readonly void ApplyTimesTo(ref Attributes attributes, DateTimeOffset now)
    {
        if (Has(SetAttrFields.AccessTimeNow)) attributes.Accessed = now;
        else if (Has(SetAttrFields.AccessTime)) (attributes.AccessSeconds, attributes.AccessNanoseconds) = (AccessSeconds, AccessNanoseconds);
        if (Has(SetAttrFields.ModifyTimeNow)) attributes.Modified = now;
        else if (Has(SetAttrFields.ModifyTime)) (attributes.ModifySeconds, attributes.ModifyNanoseconds) = (ModifySeconds, ModifyNanoseconds);
    }
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
