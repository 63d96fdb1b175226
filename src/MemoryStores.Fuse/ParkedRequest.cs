using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryStores.Fuse.Session;

namespace MemoryStores.Fuse;

/// <summary>A request that waits for its answer. The first answer counts, others come to nothing; an interrupt is one.</summary>
public sealed class ParkedRequest
{
    private readonly FuseSession session;
    private readonly ulong unique;
    private readonly Action? interrupted;
    private int answered;

    internal ParkedRequest(FuseSession session, ulong unique, Action? interrupted) =>
        (this.session, this.unique, this.interrupted) = (session, unique, interrupted);

    public void Done() => Answer(Errno.None, []);

    public void Fail(Errno error) => Answer(error, []);

    public void Data(ReadOnlySpan<byte> data) => Answer(Errno.None, data);

    public void Reply<T>(in T reply) where T : unmanaged =>
        Answer(Errno.None, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in reply)), Unsafe.SizeOf<T>()));

    internal void Interrupt()
    {
        if (!Answer(Errno.EINTR, [])) return;
        interrupted?.Invoke();
    }

    private bool Answer(Errno error, ReadOnlySpan<byte> body)
    {
        if (Interlocked.Exchange(ref answered, 1) != 0) return false;
        session.Unpark(unique);
        session.Channel.Reply(unique, error, body);
        return true;
    }
}
