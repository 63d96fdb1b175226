using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Session;

/// <summary>
/// A conversation with one kernel over one descriptor, from INIT until the mount is gone. It ends in steps, whoever ends it: what
/// is parked is answered, the notifier falls silent, the threads that serve leave, the descriptor is closed, the file system
/// hears of it. In this order, because the notifier may be held up in the kernel by a READ that only those threads answer, and
/// a descriptor in use is not closed.
/// </summary>
public sealed class FuseSession
{
    private readonly Lock ending = new();
    private readonly TaskCompletionSource initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource workersLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool stopped;
    private int running; // the threads: those that serve, and the notifier's
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Worker[] workers;
    private int runningWorkers;

    /// <summary>Starts to serve. The descriptor belongs to the session from now on.</summary>
    public FuseSession(int descriptor, FileSystem files, SessionOptions options)
    {
        Channel = new KernelChannel(descriptor);
        (Files, Options) = (files, options);
        workers = [.. Enumerable.Range(1, options.Workers).Select(number => new Worker(this, number))];
        runningWorkers = workers.Length;
        running = workers.Length + 1;
        Notifier = new Notifier(this);
        foreach (var worker in workers) worker.Thread.Start();
    }

    public Notifier Notifier { get; }

    /// <summary>What was negotiated, once the kernel has asked; fails when kernel and session have no version in common.</summary>
    public Task Initialized => initialized.Task;

    /// <summary>Completes when the mount is gone and nothing is served any more.</summary>
    public Task Ended => ended.Task;

    public Negotiation? Agreed { get; private set; }

    internal KernelChannel Channel { get; }

    internal Parking Parking { get; } = new();

    internal FileSystem Files { get; }

    internal SessionOptions Options { get; }

    internal bool OpensInKernel => Options.ReadOnly;

    /// <summary>
    /// Ends the conversation from this side, though the mount may still be there: whoever waits or asks later gets an error.
    /// Comes back at once; a handler under way is waited for before the session ends.
    /// </summary>
    public void Stop()
    {
        stopped = true;
        BeginToEnd();
    }

    // Again and again: a signal that comes just before a thread begins to wait for the kernel is lost.
    private void WakeWorkers()
    {
        do
        {
            foreach (var worker in workers) worker.Wake();
        }
        while (!workersLeft.Task.Wait(TimeSpan.FromMilliseconds(10)));
    }

    internal Errno Negotiate(ref MessageReader message, ref ReplyBody reply)
    {
        var error = Negotiation.TryAgree(ref message, Options, ref reply, out var agreed);
        if (agreed is not null) Agreed = agreed;
        return error;
    }

    /// <summary>INIT was answered: now the mount can be used, or never.</summary>
    internal void Negotiated(Errno error)
    {
        if (error != Errno.None) initialized.TrySetException(new NotSupportedException($"The kernel's FUSE protocol is older than 7.{Negotiation.OldestMinor}."));
        else if (Agreed is not null) initialized.TrySetResult();
    }

    /// <summary>EAGAIN makes the kernel ask again: the request was read, and its thread has not looked at it yet; or it was answered.</summary>
    internal Errno Interrupt(Request interrupt, ulong unique)
    {
        switch (Parking.Find(unique, workers.Select(worker => worker.Request), out var waiting))
        {
            case Interrupted.WhileParked: waiting!.Interrupt(); break;
            case Interrupted.Nobody: Channel.Reply(interrupt.Unique, Errno.EAGAIN, default); break;
        }
        return Errno.None;
    }

    /// <summary>What a file system throws ends with telling it so.</summary>
    internal void Report(string operation, Exception exception)
    {
        try
        {
            Files.Fault(operation, exception);
        }
        catch (Exception)
        {
            // There is nobody left to tell, and the session goes on.
        }
    }

    internal void Guarded(string operation, Action call)
    {
        try
        {
            call();
        }
        catch (Exception fault)
        {
            Report(operation, fault);
        }
    }

    internal void WorkerEnded()
    {
        if (Interlocked.Decrement(ref runningWorkers) == 0)
        {
            workersLeft.TrySetResult();
            BeginToEnd();
        }
        ThreadEnded();
    }

    internal void NotifierEnded()
    {
        if (stopped)
        {
            Channel.Stop();
            new Thread(WakeWorkers) { IsBackground = true, Name = "fuse stop" }.Start();
        }
        ThreadEnded();
    }

    private void BeginToEnd()
    {
        // Who comes second waits: nobody hears of the end before all who waited have.
        lock (ending)
        {
            foreach (var request in Parking.Close()) Guarded("end of the mount", request.Abandon);
        }
        Notifier.End();
    }

    private void ThreadEnded()
    {
        if (Interlocked.Decrement(ref running) > 0) return;
        Channel.LetGo();
        initialized.TrySetException(new IOException("The mount ended before the kernel had asked anything."));
        Guarded("end of the mount", Files.Unmounted);
        ended.TrySetResult();
    }
}
