using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>RENAME; the old and the new name follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct RenameRequest
{
    public ulong NewParent;
}

/// <summary>RENAME2; the old and the new name follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Rename2Request
{
    public ulong NewParent;
    public RenameFlags Flags;
    public uint Padding;
}

[Flags]
public enum RenameFlags : uint
{
    None = 0,
    NoReplace = 1,
    Exchange = 2,
}
