using System.Collections.Concurrent;
using MemoryStores.Contract;

namespace MemoryStores.Engine.Storage;

/// <summary>
/// Who waits for which store or session. A writer pays a look into a table, and for one that is watched one item on the thread pool,
/// however many wait: they are woken there. Signals that come before the waiters ran are one.
/// </summary>
public sealed class ChangeSignals
{
    private readonly ConcurrentDictionary<Id, Signal> watched = new();
    private readonly Lock turn = new();

    /// <summary>Wakes all that watch a store or a session: a unit of it has become durable.</summary>
    public void Publish(Id subject)
    {
        if (watched.TryGetValue(subject, out var signal)) signal.Raise();
    }

    /// <summary>Begins to watch one; ends with the watch's disposal.</summary>
    public ChangeWatch Watch(Id subject)
    {
        lock (turn)
        {
            var signal = watched.GetOrAdd(subject, static _ => new Signal());
            signal.Watchers++;
            return new ChangeWatch(signal, () => Leave(subject, signal));
        }
    }

    private void Leave(Id subject, Signal signal)
    {
        lock (turn)
        {
            if (--signal.Watchers == 0) watched.TryRemove(subject, out _);
        }
    }

    internal sealed class Signal : IThreadPoolWorkItem
    {
        private volatile TaskCompletionSource next = New();
        private int raised;

        public int Watchers { get; set; }

        public Task Next => next.Task;

        public void Raise()
        {
            if (Interlocked.Exchange(ref raised, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        void IThreadPoolWorkItem.Execute()
        {
            // Lowered first: a signal from here on is one of its own.
            Interlocked.Exchange(ref raised, 0);
            Interlocked.Exchange(ref next, New()).SetResult();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>One reader's watch on a store or a session, until disposed.</summary>
public sealed class ChangeWatch : IDisposable
{
    private readonly ChangeSignals.Signal signal;
    private Action? leave;

    internal ChangeWatch(ChangeSignals.Signal signal, Action leave) => (this.signal, this.leave) = (signal, leave);

    /// <summary>
    /// Ends after the next unit of it became durable, or for no reason. Taken before a read, it ends for every unit that
    /// the read did not see.
    /// </summary>
    public Task Next => signal.Next;

    /// <summary>Ends the watch.</summary>
    public void Dispose() => Interlocked.Exchange(ref leave, null)?.Invoke();
}
