using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>CREATE: make a file and open it in one; the name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CreateRequest
{
    public OpenFlags Flags;
    public uint Mode;
    public uint Mask;
    public uint KernelFlags;
}

[StructLayout(LayoutKind.Sequential)]
public struct CreateReply
{
    public EntryReply Entry;
    public OpenReply Open;
}

/// <summary>MKNOD; the name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MakeNodeRequest
{
    public uint Mode;
    public uint Device;
    public uint Mask;
    public uint Padding;
}

/// <summary>MKDIR; the name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MakeDirectoryRequest
{
    public uint Mode;
    public uint Mask;
}

/// <summary>LINK; the new name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LinkRequest
{
    public ulong OldNode;
}
