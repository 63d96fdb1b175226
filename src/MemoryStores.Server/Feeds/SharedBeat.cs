using MemoryStores.Contract;

namespace MemoryStores.Server.Feeds;

/// <summary>One timer for all streams of events: a thousand idle ones cost one, and wake together.</summary>
internal sealed class SharedBeat : IDisposable
{
    private readonly ITimer timer;
    private volatile TaskCompletionSource next = New();

    public SharedBeat(TimeProvider clock)
    {
        var period = TimeSpan.FromSeconds(Limits.StreamBeatSeconds);
        timer = clock.CreateTimer(_ => Interlocked.Exchange(ref next, New()).SetResult(), null, period, period);
    }

    /// <summary>Ends with the next beat.</summary>
    public Task Next => next.Task;

    public void Dispose() => timer.Dispose();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
