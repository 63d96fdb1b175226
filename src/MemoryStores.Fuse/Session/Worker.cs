using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryStores.Fuse.Native;
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
    private const int LeastBuffer = 8_192; // The kernel gives no request to less.
    private const int StackBytes = 1024 * 1024; // Reserved; only what is used takes memory.
    private const int LeastUnknownErrno = 512; // The kernel ignores such answers, and whoever asked would wait for ever.
    private readonly FuseSession session;
    private readonly int size;
    private readonly Lock gate = new();
    private nuint waiting;

    public Worker(FuseSession session, int number)
    {
        this.session = session;
        Request = new Request(session);
        // The kernel wants room for a whole WRITE and its headers, and reads into whole pages.
        size = Math.Max((int)session.Options.MaxWrite + Page, LeastBuffer);
        Thread = new Thread(Run, StackBytes) { IsBackground = true, Name = $"fuse {number}" };
    }

    public Thread Thread { get; }

    /// <summary>What this thread has in hand.</summary>
    public Request Request { get; }

    /// <summary>Lets a read that waits come back.</summary>
    public void Wake()
    {
        lock (gate)
        {
            if (waiting != 0) Libc.Interrupt(waiting);
        }
    }

    private void Run()
    {
        lock (gate) waiting = Libc.CurrentThread();
        var requests = (byte*)NativeMemory.AlignedAlloc((nuint)size, Page);
        var replies = (byte*)NativeMemory.AlignedAlloc((nuint)size, Page);
        try
        {
            while (session.Channel.Read(requests, size) is > 0 and var length) Serve(new(requests, length), new(replies, size));
        }
        finally
        {
            lock (gate) waiting = 0; // The number may be another thread's from now on.
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
        var operation = OperationTable.Find(header.Opcode);
        if (operation is null)
        {
            session.Channel.Reply(header.Unique, Errno.ENOSYS, default);
            return;
        }
        Request.Take(header);
        var reply = new ReplyBody(buffer);
        var body = message[Unsafe.SizeOf<RequestHeader>()..];
        var error = header.Length != message.Length || body.Length < operation.FixedBytes ? Errno.EINVAL : Handle(operation, body, ref reply);
        if (operation.Reply == Reply.Never) return;
        if (Request.Parked is { } parked)
        {
            if (error == Errno.Parked)
            {
                if (session.Parking.LeaveHand(Request)) session.Guarded(operation.Name, parked.Interrupt);
                return;
            }
            // It was parked, and the thread has an answer after all: an exception, for one.
            if (!parked.TryTakeBack()) return;
        }
        session.Channel.Reply(header.Unique, error, reply.Data.IsEmpty ? reply.Written : reply.Data);
        if (operation.Code == Opcode.Init) session.Negotiated(error);
    }

    private Errno Handle(Operation operation, ReadOnlySpan<byte> body, ref ReplyBody reply)
    {
        try
        {
            var message = new MessageReader(body);
            var error = operation.Handle(session, Request, ref message, ref reply);
            if ((uint)error < LeastUnknownErrno || (error == Errno.Parked && Request.Parked is not null)) return error;
            throw new InvalidOperationException(
                error == Errno.Parked ? "The request was to be answered later, but it was not parked." : $"{(int)error} is no errno.");
        }
        catch (Exception fault)
        {
            session.Report(operation.Name, fault);
            return Errno.EIO;
        }
    }
}
