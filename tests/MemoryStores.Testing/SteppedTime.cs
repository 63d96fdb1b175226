namespace MemoryStores.Testing;

/// <summary>Time that stands still, timers included, until it is moved; what is due by then runs in order before the move returns.</summary>
public sealed class SteppedTime : TimeProvider
{
    private readonly Lock one = new();
    private readonly List<SteppedTimer> timers = [];
    private long ticks = TimeSpan.TicksPerDay * 20_000;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("Timers here go off once.");
        var timer = new SteppedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (one) timers.Add(timer);
        return timer;
    }

    public void Move(TimeSpan by)
    {
        var until = GetTimestamp() + by.Ticks;
        while (true)
        {
            SteppedTimer? next;
            lock (one)
            {
                next = timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
                Interlocked.Exchange(ref ticks, Math.Max(GetTimestamp(), next?.Due ?? until));
                if (next is not null) next.Due = long.MaxValue;
            }
            if (next is null) return;
            next.Run();
        }
    }

    private sealed class SteppedTimer(SteppedTime time, Action run) : ITimer
    {
        public long Due { get; set; } = long.MaxValue;

        public Action Run { get; } = run;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
            return true;
        }

        public void Dispose()
        {
            lock (time.one) time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
