using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>FLUSH: some descriptor of an open file was closed, and close() waits for the answer.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FlushRequest
{
    public ulong Handle;
    public uint Unused;
    public uint Padding;
    public ulong LockOwner;
}

/// <summary>RELEASE: the last descriptor and mapping of one open are gone. Nobody waits for it.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ReleaseRequest
{
    public ulong Handle;
    public OpenFlags Flags;
    public uint ReleaseFlags;
    public ulong LockOwner;
}

/// <summary>FSYNC and FSYNCDIR.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SyncRequest
{
    public ulong Handle;
    public uint Flags;
    public uint Padding;
}
