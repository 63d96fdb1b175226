using System.Runtime.CompilerServices;
using MemoryStores.Fuse.Native;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Session;

/// <summary>
/// The descriptor over which kernel and session speak: each read is one request, each write one reply or notification. It is
/// closed when the last who holds it lets go, because a closed number is soon another file's, and a late answer would go there.
/// The session holds it while its threads run; whoever answers from elsewhere holds it for that answer.
/// </summary>
internal sealed unsafe class KernelChannel(int descriptor)
{
    private readonly int descriptor = descriptor;
    private int holders = 1; // the session
    private volatile bool stopping;

    public bool TryHold()
    {
        var seen = Volatile.Read(ref holders);
        while (seen > 0)
        {
            var found = Interlocked.CompareExchange(ref holders, seen + 1, seen);
            if (found == seen) return true;
            seen = found;
        }
        return false;
    }

    public void LetGo()
    {
        if (Interlocked.Decrement(ref holders) == 0) _ = Libc.Close(descriptor);
    }

    /// <summary>Nothing is read from now on; who waits in a read has to be woken by a signal.</summary>
    public void Stop() => stopping = true;

    /// <summary>The next request, waited for; its length, or 0 when the mount is gone.</summary>
    public int Read(byte* buffer, int length)
    {
        while (!stopping)
        {
            var taken = Libc.Read(descriptor, buffer, (nuint)length);
            if (taken >= 0) return (int)taken;
            // EINTR and EAGAIN: nothing yet. ENOENT: the request was interrupted before we took it. All else, ENODEV above
            // all: the mount is gone.
            if (Libc.LastError is not (Errno.EINTR or Errno.EAGAIN or Errno.ENOENT)) return 0;
        }
        return 0;
    }

    /// <summary>
    /// Answers a request. The kernel may refuse the answer because nobody waits any more or the mount is gone, and then there is
    /// nobody to tell. It may also refuse what the answer says: whoever waits then gets EIO, and never waits for ever.
    /// </summary>
    public void Reply(ulong unique, Errno error, ReadOnlySpan<byte> body)
    {
        if (error != Errno.None) body = default;
        var said = Send(new ReplyHeader { Unique = unique, Error = -(int)error }, body, default);
        if (said is not (Errno.None or Errno.ENOENT or Errno.ENODEV) && !body.IsEmpty)
            _ = Send(new ReplyHeader { Unique = unique, Error = -(int)Errno.EIO }, default, default);
    }

    /// <summary>Tells the kernel something; what it said to that.</summary>
    public Errno Notify(NotificationCode code, ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> name) =>
        Send(new ReplyHeader { Error = (int)code }, fixedPart, name);

    private Errno Send(ReplyHeader header, ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        header.Length = (uint)(Unsafe.SizeOf<ReplyHeader>() + body.Length + (name.IsEmpty ? 0 : name.Length + 1));
        byte end = 0;
        fixed (byte* bodyStart = body)
        fixed (byte* nameStart = name)
        {
            var parts = stackalloc Libc.Vector[4];
            parts[0] = new Libc.Vector { Start = &header, Length = (nuint)Unsafe.SizeOf<ReplyHeader>() };
            parts[1] = new Libc.Vector { Start = bodyStart, Length = (nuint)body.Length };
            parts[2] = new Libc.Vector { Start = nameStart, Length = (nuint)name.Length };
            parts[3] = new Libc.Vector { Start = &end, Length = 1 };
            var count = !name.IsEmpty ? 4 : body.IsEmpty ? 1 : 2;
            while (Libc.Write(descriptor, parts, count) < 0)
            {
                if (Libc.LastError != Errno.EINTR) return Libc.LastError;
            }
            return Errno.None;
        }
    }
}
