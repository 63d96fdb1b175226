using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Operations;

/// <summary>Whether the kernel waits for an answer.</summary>
internal enum Reply
{
    Always,
    Never,
}

/// <summary>One thing the kernel may ask: how long its fixed part is, whether it is answered, and by whom.</summary>
internal sealed record Operation(Opcode Code, string Name, int FixedBytes, Reply Reply, Handler Handle);

internal delegate Errno Handler(FuseSession session, Request request, ref MessageReader message, ref ReplyBody reply);
