using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>INTERRUPT: whoever waits for that request has received a signal.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct InterruptRequest
{
    public ulong Unique;
}
