using System.Runtime.CompilerServices;
using MemoryStores.Fuse.Native;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Session;

/// <summary>The descriptor over which kernel and session speak: each read is one request, each write one reply or notification.</summary>
internal sealed unsafe class KernelChannel(int descriptor)
{
    private readonly int descriptor = descriptor;

    /// <summary>The next request, waited for; its length, or 0 when the mount is gone.</summary>
    public int Read(byte* buffer, int length)
    {
        while (true)
        {
            var taken = Libc.Read(descriptor, buffer, (nuint)length);
            if (taken >= 0) return (int)taken;
            // EINTR and EAGAIN: nothing yet. ENOENT: the request was interrupted before we took it. All else, ENODEV above
            // all: the mount is gone.
            if (Libc.LastError is not (Errno.EINTR or Errno.EAGAIN or Errno.ENOENT)) return 0;
        }
    }

    /// <summary>
    /// Answers a request. The kernel may refuse the answer (ENOENT: nobody waits any more; ENODEV: the mount is gone), and then
    /// there is nobody to tell.
    /// </summary>
    public void Reply(ulong unique, Errno error, ReadOnlySpan<byte> body)
    {
        if (error != Errno.None) body = default;
        Send(new ReplyHeader { Unique = unique, Error = -(int)error }, body, default);
    }

    /// <summary>Tells the kernel something; what it said to that.</summary>
    public Errno Notify(NotificationCode code, ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> name) =>
        Send(new ReplyHeader { Error = (int)code }, fixedPart, name);

    public void Close() => _ = Libc.Close(descriptor);

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
                if (Libc.LastError is not (Errno.EINTR or Errno.EAGAIN)) return Libc.LastError;
            }
            return Errno.None;
        }
    }
}
