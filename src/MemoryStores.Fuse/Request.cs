using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse;

/// <summary>Who asks, and of which node. One per thread and used again for the next request: keep nothing of it.</summary>
public sealed class Request
{
    private readonly FuseSession session;
    private ulong unique;
    private Opcode opcode;

    internal Request(FuseSession session) => this.session = session;

    /// <summary>The kernel's number for this request, read by other threads too; 0 when it is in nobody's hand any more.</summary>
    internal ulong Unique
    {
        get => Volatile.Read(ref unique);
        set => Volatile.Write(ref unique, value);
    }

    /// <summary>The request for which an INTERRUPT came while it was in hand. Guarded by the lock of <see cref="Parking"/>.</summary>
    internal ulong Interrupted { get; set; }

    internal ParkedRequest? Parked { get; private set; }

    public ulong Node { get; private set; }

    /// <summary>Who asks; 0 and 0 and 0 where the kernel itself does, such as for pages it writes back.</summary>
    public uint User { get; private set; }

    public uint Group { get; private set; }

    public uint Process { get; private set; }

    /// <summary>
    /// Takes the request off the thread: return <see cref="Errno.Parked"/>, and answer it later. When whoever waits is
    /// interrupted the request is answered EINTR, and when the mount ends it is answered by that; in both cases
    /// <paramref name="interrupted"/> is called, by one of the session's threads.
    /// </summary>
    public ParkedRequest Park(Action? interrupted = null) =>
        Parked ??= new ParkedRequest(session, this, opcode == Opcode.Read, interrupted);

    internal void Take(in RequestHeader header)
    {
        Parked = null;
        (Node, User, Group, Process, opcode) = (header.Node, header.User, header.Group, header.Process, header.Opcode);
        Unique = header.Unique;
    }
}
