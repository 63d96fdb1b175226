using System.Runtime.CompilerServices;

namespace MemoryStores.Fuse.Session;

/// <summary>
/// What follows the header of a reply: either bytes written into the thread's own buffer, or <see cref="Data"/>, which goes to
/// the kernel from where it lies.
/// </summary>
internal ref struct ReplyBody(Span<byte> buffer)
{
    private readonly Span<byte> buffer = buffer;

    public int Length;
    public ReadOnlySpan<byte> Data;

    /// <summary>A fixed reply, zeroed, in its place.</summary>
    public ref T Fixed<T>() where T : unmanaged
    {
        Length = Unsafe.SizeOf<T>();
        buffer[..Length].Clear();
        return ref Unsafe.As<byte, T>(ref buffer[0]);
    }

    public void CutTo(uint most)
    {
        if ((uint)Data.Length > most) Data = Data[..(int)most];
    }

    /// <summary>Room for as much as was asked for, within the buffer.</summary>
    public readonly Span<byte> Room(uint wanted) => buffer[..(int)Math.Min(wanted, (uint)buffer.Length)];

    public readonly ReadOnlySpan<byte> Written => buffer[..Length];
}
