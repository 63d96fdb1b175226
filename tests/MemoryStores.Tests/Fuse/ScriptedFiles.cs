using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>A file system whose FSYNC and READ do what a test says; GETATTR always answers, with the node as size.</summary>
internal sealed class ScriptedFiles : FileSystem
{
    public delegate Errno ReadScript(Request request, out ReadOnlySpan<byte> data);

    public Func<Request, Errno> OnSync { get; init; } = _ => Errno.None;

    public ReadScript OnRead { get; init; } = (Request _, out ReadOnlySpan<byte> data) =>
    {
        data = "data"u8;
        return Errno.None;
    };

    public Action OnUnmounted { get; init; } = () => { };

    public Action<string, Exception> OnFault { get; init; } = (_, _) => { };

    public override Errno GetAttributes(Request request, ref AttributesReply reply)
    {
        reply.Attributes.Size = request.Node;
        return Errno.None;
    }

    public override Errno Sync(Request request, in SyncRequest sync) => OnSync(request);

    public override Errno Read(Request request, in ReadRequest part, out ReadOnlySpan<byte> data) => OnRead(request, out data);

    public override void Unmounted() => OnUnmounted();

    public override void Fault(string operation, Exception exception) => OnFault(operation, exception);
}
