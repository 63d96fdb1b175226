namespace MemoryStores.Testing;

/// <summary>A clock on which durations stand still as well until it is moved: for what measures them, such as rates.</summary>
public sealed class ManualTime : TimeProvider
{
    private long ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public void Move(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
