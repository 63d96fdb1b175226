using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryStores.Fuse.Session;

namespace MemoryStores.Fuse;

/// <summary>
/// A request that waits for its answer. The first answer counts, others come to nothing; an interrupt is one, and so is the end
/// of the mount. Answers may come from any thread, at any time, also long after the mount is gone.
/// </summary>
public sealed class ParkedRequest
{
    private readonly FuseSession session;
    private readonly Action? interrupted;
    private int answered;

    internal ParkedRequest(FuseSession session, Request request, bool isRead, Action? interrupted)
    {
        (this.session, this.interrupted) = (session, interrupted);
        (Unique, Node, IsRead) = (request.Unique, request.Node, isRead);
        if (!session.Parking.TryAdd(this)) Answer(Errno.ENOTCONN, []);
    }

    /// <summary>Whether it has its answer already, or nobody waits for one any more.</summary>
    public bool IsAnswered => Volatile.Read(ref answered) != 0;

    internal ulong Unique { get; }

    internal ulong Node { get; }

    internal bool IsRead { get; }

    public void Done() => Answer(Errno.None, []);

    public void Fail(Errno error) => Answer(error, []);

    public void Data(ReadOnlySpan<byte> data) => Answer(Errno.None, data);

    public void Reply<T>(in T reply) where T : unmanaged =>
        Answer(Errno.None, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in reply)), Unsafe.SizeOf<T>()));

    internal void Interrupt()
    {
        if (Answer(Errno.EINTR, [])) interrupted?.Invoke();
    }

    /// <summary>The session ends, though the kernel may still wait.</summary>
    internal void Abandon()
    {
        if (Answer(Errno.ENOTCONN, [])) interrupted?.Invoke();
    }

    /// <summary>The thread that parked it answers it after all, unless somebody else has.</summary>
    internal bool TryTakeBack()
    {
        if (Interlocked.Exchange(ref answered, 1) != 0) return false;
        Leave();
        return true;
    }

    private bool Answer(Errno error, ReadOnlySpan<byte> body)
    {
        if (Interlocked.Exchange(ref answered, 1) != 0) return false;
        if (session.Channel.TryHold())
        {
            session.Channel.Reply(Unique, error, body);
            session.Channel.LetGo();
        }
        Leave();
        return true;
    }

    // After the answer: what was deferred for a parked READ waits for pages that only the answer unlocks.
    private void Leave()
    {
        foreach (var deferred in session.Parking.Remove(this)) session.Notifier.Add(deferred);
    }
}
