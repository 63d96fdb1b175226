namespace MemoryStores.Fuse.Session;

/// <summary>How a session serves.</summary>
public sealed record SessionOptions
{
    /// <summary>Nothing is ever written: the kernel then opens and closes files without asking.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The most bytes one WRITE carries; whole pages, at most 256 of them unless the kernel was told otherwise.</summary>
    public uint MaxWrite { get; init; } = 128 * 1024;

    /// <summary>How many threads take requests. Two keep one slow answer from holding up the next question.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>How many background requests the kernel has under way at once; parked ones count.</summary>
    public ushort MaxBackground { get; init; } = 64;
}
