using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>
/// What is to be done later, such as saving a file that was left open. Each entry looks for itself whether it is still wanted.
/// They run under the tree's gate.
/// </summary>
internal sealed class Agenda : IDisposable
{
    private readonly PriorityQueue<Action, long> entries = new();
    private readonly MountTree tree;
    private readonly TimeProvider time;
    private readonly Faults faults;
    private readonly ITimer timer;
    private long next = long.MaxValue;

    public Agenda(MountTree tree, TimeProvider time, Faults faults)
    {
        (this.tree, this.time, this.faults) = (tree, time, faults);
        timer = time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called under the gate.</summary>
    public void In(TimeSpan delay, Action what)
    {
        var due = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
        entries.Enqueue(what, due);
        if (due < next) Set(due);
    }

    public void Dispose() => timer.Dispose();

    private void Run()
    {
        lock (tree.Gate)
        {
            next = long.MaxValue;
            while (entries.TryPeek(out var what, out var due))
            {
                if (due > time.GetTimestamp())
                {
                    Set(due);
                    return;
                }
                entries.Dequeue();
                Do(what);
            }
        }
    }

    private void Do(Action what)
    {
        try
        {
            what();
        }
        catch (Exception fault)
        {
            faults.Add("What was due", fault);
        }
    }

    private void Set(long due)
    {
        next = due;
        // A millisecond more than needed at most, so that nothing is due a moment after its timer.
        var wait = time.GetElapsedTime(time.GetTimestamp(), due);
        timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
