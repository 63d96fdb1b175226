using System.Diagnostics;
using MemoryStores.Contract;

namespace MemoryStores.Server.Feeds;

/// <summary>
/// How far apart the looks of a stream are while changes come without end. The streams that are awake share
/// <see cref="Limits.FeedLooksPerSecond"/>; one that waits for a change takes no part, so that a thousand idle ones hold no busy one back.
/// </summary>
internal sealed class FeedPace
{
    private int awake;

    public TimeSpan Pause => TimeSpan.FromMilliseconds(Math.Max(Limits.FeedPauseMilliseconds, 1_000.0 * Volatile.Read(ref awake) / Limits.FeedLooksPerSecond));

    /// <summary>A stream that is awake until it rests, and gone with its disposal.</summary>
    public Turn Wake()
    {
        Interlocked.Increment(ref awake);
        return new Turn(this);
    }

    internal sealed class Turn(FeedPace pace) : IDisposable
    {
        /// <summary>Waits without taking part.</summary>
        public async Task RestAsync(Task until)
        {
            Interlocked.Decrement(ref pace.awake);
            await until.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Increment(ref pace.awake);
        }

        /// <summary>Returns when the next look is due after one that began then: at once, where that was long ago.</summary>
        public async Task PauseAsync(long began, CancellationToken stop)
        {
            if (pace.Pause - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } rest) await Task.Delay(rest, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public void Dispose() => Interlocked.Decrement(ref pace.awake);
    }
}
