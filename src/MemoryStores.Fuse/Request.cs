using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse;

/// <summary>Who asks, and of which node. One per thread and used again for the next request: keep nothing of it.</summary>
public sealed class Request
{
    private readonly FuseSession session;

    internal Request(FuseSession session) => this.session = session;

    internal ulong Unique { get; private set; }

    public ulong Node { get; private set; }

    /// <summary>Who asks; 0 and 0 and 0 where the kernel itself does, such as for pages it writes back.</summary>
    public uint User { get; private set; }

    public uint Group { get; private set; }

    public uint Process { get; private set; }

    /// <summary>
    /// Takes the request off the thread: return <see cref="Errno.Parked"/>, and answer it later. When whoever waits is
    /// interrupted the request is answered EINTR and <paramref name="interrupted"/> is called.
    /// </summary>
    public ParkedRequest Park(Action? interrupted = null) => session.Park(Unique, interrupted);

    internal void Take(in RequestHeader header) =>
        (Unique, Node, User, Group, Process) = (header.Unique, header.Node, header.User, header.Group, header.Process);
}
