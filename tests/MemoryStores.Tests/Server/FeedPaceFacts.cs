using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Server.Feeds;

namespace MemoryStores.Tests.Server;

public sealed class FeedPaceFacts
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(Limits.FeedPauseMilliseconds);

    [Fact]
    public async Task Streams_that_wait_hold_no_busy_one_back()
    {
        var (pace, change) = (new FeedPace(), new TaskCompletionSource());
        var streams = Enumerable.Range(0, 1_000).Select(_ => pace.Wake()).ToList();
        Assert.Equal(TimeSpan.FromMilliseconds(250), pace.Pause);

        var resting = Task.WhenAll(streams.Select(stream => stream.RestAsync(change.Task)));
        Assert.Equal(Shortest, pace.Pause);

        change.SetResult();
        await resting;
        Assert.Equal(TimeSpan.FromMilliseconds(250), pace.Pause);
        foreach (var stream in streams) stream.Dispose();
        Assert.Equal(Shortest, pace.Pause);
    }

    [Fact]
    public async Task The_first_look_after_a_silence_is_at_once()
    {
        var pace = new FeedPace();
        using var only = pace.Wake();
        Assert.True(only.PauseAsync(began: 0, default).IsCompleted);

        using var gone = new CancellationTokenSource();
        var held = only.PauseAsync(Stopwatch.GetTimestamp() + Stopwatch.Frequency, gone.Token);
        Assert.False(held.IsCompleted);
        await gone.CancelAsync();
        await held;
    }
}
