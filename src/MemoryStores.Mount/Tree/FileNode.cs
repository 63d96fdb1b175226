using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Mount.Tree;

/// <summary>A file of either kind: how often it is open, and what an open file is asked.</summary>
internal abstract class FileNode(ulong id, uint mode, long now) : Node(id, Attributes.RegularFile | (mode & 0xFFF), now)
{
    private int readers;

    /// <summary>Opens that may write anywhere.</summary>
    public int Writers { get; private set; }

    /// <summary>Opens that write at the end and nowhere else.</summary>
    public int Appenders { get; private set; }

    public override bool IsOpen => readers + Writers + Appenders > 0;

    public bool IsOpenForWriting => Writers + Appenders > 0;

    public abstract long Size { get; }

    public void Opened(OpenFlags flags)
    {
        if (!flags.Writes()) readers++;
        else if (flags.OnlyAppends()) Appenders++;
        else Writers++;
    }

    public void Closed(OpenFlags flags)
    {
        if (!flags.Writes()) readers--;
        else if (flags.OnlyAppends()) Appenders--;
        else Writers--;
    }

    public abstract Errno Read(ulong offset, uint size, out ReadOnlySpan<byte> data);

    /// <summary>Writes at an offset; <paramref name="at"/> is where the bytes really went.</summary>
    public abstract Errno Write(in WriteRequest part, ReadOnlySpan<byte> data, out ulong at);

    public abstract Errno Resize(ulong size);

    public override void Fill(ref Attributes attributes, uint user, uint group)
    {
        base.Fill(ref attributes, user, group);
        attributes.Size = (ulong)Size;
        attributes.Blocks = (attributes.Size + 511) / 512;
    }
}
