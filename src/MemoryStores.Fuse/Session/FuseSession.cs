using System.Collections.Concurrent;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Session;

/// <summary>A conversation with one kernel over one descriptor, from INIT until the mount is gone.</summary>
public sealed class FuseSession
{
    private readonly ConcurrentDictionary<ulong, ParkedRequest> parked = new();
    private readonly TaskCompletionSource initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int runningWorkers;

    /// <summary>Starts to serve. The descriptor belongs to the session from now on.</summary>
    public FuseSession(int descriptor, FileSystem files, SessionOptions options)
    {
        Channel = new KernelChannel(descriptor);
        (Files, Options) = (files, options);
        Notifier = new Notifier(Channel);
        runningWorkers = options.Workers;
        foreach (var number in Enumerable.Range(1, options.Workers)) new Worker(this, number).Thread.Start();
    }

    public Notifier Notifier { get; }

    /// <summary>What was negotiated, once the kernel has asked; fails when kernel and session have no version in common.</summary>
    public Task Initialized => initialized.Task;

    /// <summary>Completes when the mount is gone and nothing is served any more.</summary>
    public Task Ended => ended.Task;

    public Negotiation? Agreed { get; private set; }

    internal KernelChannel Channel { get; }

    internal FileSystem Files { get; }

    internal SessionOptions Options { get; }

    internal bool OpensInKernel => Options.ReadOnly;

    internal Errno Negotiate(ref MessageReader message, ref ReplyBody reply)
    {
        var error = Negotiation.TryAgree(ref message, Options, ref reply, out var agreed);
        if (agreed is not null)
        {
            Agreed = agreed;
            initialized.TrySetResult();
        }
        if (error != Errno.None) initialized.TrySetException(new NotSupportedException($"The kernel's FUSE protocol is older than 7.{Negotiation.OldestMinor}."));
        return error;
    }

    internal ParkedRequest Park(ulong unique, Action? interrupted)
    {
        var request = new ParkedRequest(this, unique, interrupted);
        parked[unique] = request;
        return request;
    }

    internal void Unpark(ulong unique) => parked.TryRemove(unique, out _);

    /// <summary>EAGAIN makes the kernel ask again: the request may be with another thread, and not parked yet.</summary>
    internal Errno Interrupt(Request interrupt, ulong unique)
    {
        if (parked.TryGetValue(unique, out var waiting)) waiting.Interrupt();
        else Channel.Reply(interrupt.Unique, Errno.EAGAIN, default);
        return Errno.None;
    }

    internal void WorkerEnded()
    {
        if (Interlocked.Decrement(ref runningWorkers) > 0) return;
        Notifier.Dispose();
        Channel.Close();
        initialized.TrySetException(new IOException("The mount ended before the kernel had asked anything."));
        Files.Unmounted();
        ended.TrySetResult();
    }
}
