using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryStores.Fuse.Operations;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Session;

/// <summary>
/// One thread that takes requests and answers them, with buffers of its own for as long as it lives: after the first few
/// requests nothing is allocated for one.
/// </summary>
internal sealed unsafe class Worker
{
    private const int Page = 4_096;
    private readonly FuseSession session;
    private readonly Request request;
    private readonly int size;

    public Worker(FuseSession session, int number)
    {
        this.session = session;
        request = new Request(session);
        // The kernel wants room for a whole WRITE and its headers, and reads into whole pages.
        size = (int)session.Options.MaxWrite + Page;
        Thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = $"fuse {number}" };
    }

    public Thread Thread { get; }

    private void Run()
    {
        var requests = (byte*)NativeMemory.AlignedAlloc((nuint)size, Page);
        var replies = (byte*)NativeMemory.AlignedAlloc((nuint)size, Page);
        try
        {
            while (session.Channel.Read(requests, size) is > 0 and var length) Serve(new(requests, length), new(replies, size));
        }
        finally
        {
            NativeMemory.AlignedFree(requests);
            NativeMemory.AlignedFree(replies);
            session.WorkerEnded();
        }
    }

    private void Serve(ReadOnlySpan<byte> message, Span<byte> buffer)
    {
        // Shorter than a header there is nobody to answer.
        if (message.Length < Unsafe.SizeOf<RequestHeader>()) return;
        ref readonly var header = ref Unsafe.As<byte, RequestHeader>(ref MemoryMarshal.GetReference(message));
        request.Take(header);
        var operation = OperationTable.Find(header.Opcode);
        if (operation is null)
        {
            session.Channel.Reply(header.Unique, Errno.ENOSYS, default);
            return;
        }
        var reply = new ReplyBody(buffer);
        var body = message[Unsafe.SizeOf<RequestHeader>()..];
        var error = header.Length != message.Length || body.Length < operation.FixedBytes ? Errno.EINVAL : Handle(operation, body, ref reply);
        if (operation.Reply == Reply.Never || error == Errno.Parked) return;
        session.Channel.Reply(header.Unique, error, reply.Data.IsEmpty ? reply.Written : reply.Data);
    }

    private Errno Handle(Operation operation, ReadOnlySpan<byte> body, ref ReplyBody reply)
    {
        try
        {
            var message = new MessageReader(body);
            return operation.Handle(session, request, ref message, ref reply);
        }
        catch (Exception fault)
        {
            session.Files.Fault(operation.Name, fault);
            return Errno.EIO;
        }
    }
}
