namespace MemoryStores.Testing;

/// <summary>A clock that stands still until it is moved, forwards or back. Timeouts and batches still run on real time.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock one = new();
    private DateTimeOffset now = new(2026, 11, 2, 8, 15, 30, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (one) return now;
    }

    public void Move(TimeSpan by)
    {
        lock (one) now += by;
    }
}
