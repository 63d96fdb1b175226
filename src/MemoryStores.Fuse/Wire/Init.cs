using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>The kernel's first request: which protocol it speaks and what it can do. From 7.36 on flags2 follows, and room for more.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct InitRequest
{
    public uint Major;
    public uint Minor;
    public uint MaxReadahead;
    public uint Flags;
}

/// <summary>What the session and the kernel settle on.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct InitReply
{
    public uint Major;
    public uint Minor;
    public uint MaxReadahead;
    public uint Flags;
    public ushort MaxBackground;
    public ushort CongestionThreshold;
    public uint MaxWrite;
    public uint TimeGranularity; // nanoseconds
    public ushort MaxPages;
    public ushort MapAlignment;
    public uint Flags2;
    public uint MaxStackDepth;
    public ushort RequestTimeout;
    public Unused Reserved;

    [System.Runtime.CompilerServices.InlineArray(11)]
    public struct Unused
    {
        private ushort first;
    }
}

/// <summary>What may be negotiated. From bit 32 on a flag travels in flags2, and only together with <see cref="InitExt"/>.</summary>
[Flags]
public enum InitFlags : ulong
{
    None = 0,
    AsyncRead = 1ul << 0,
    AtomicOpenTruncate = 1ul << 3,
    BigWrites = 1ul << 5,
    DontMask = 1ul << 6,
    AutoInvalData = 1ul << 12,
    DoReadDirPlus = 1ul << 13,
    ReadDirPlusAuto = 1ul << 14,
    AsyncDirectIo = 1ul << 15,
    WritebackCache = 1ul << 16,
    NoOpenSupport = 1ul << 17,
    ParallelDirectoryOperations = 1ul << 18,
    PosixAcl = 1ul << 20,
    MaxPages = 1ul << 22,
    CacheSymlinks = 1ul << 23,
    NoOpenDirSupport = 1ul << 24,
    ExplicitInvalData = 1ul << 25,
    HandleKillPrivV2 = 1ul << 28,
    SetXAttrExt = 1ul << 29,
    InitExt = 1ul << 30,
    HasExpireOnly = 1ul << 35,
}
