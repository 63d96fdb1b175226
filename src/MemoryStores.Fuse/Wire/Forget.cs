using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>FORGET: the kernel gives back that many of a node's lookups. It takes no answer.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ForgetRequest
{
    public ulong Lookups;
}

/// <summary>BATCH_FORGET: <see cref="Count"/> times <see cref="ForgetOne"/> follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BatchForgetRequest
{
    public uint Count;
    public uint Padding;
}

[StructLayout(LayoutKind.Sequential)]
public struct ForgetOne
{
    public ulong Node;
    public ulong Lookups;
}
