using System.IO.Pipelines;
using MemoryStores.Contract;
using MemoryStores.Server.Feeds;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MemoryStores.Tests.Server;

/// <summary>How long a stream waits for its reader, on a clock that the test moves.</summary>
public sealed class PacedOutputFacts : IHttpResponseBodyFeature, IHttpRequestLifetimeFeature, IDisposable
{
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 1, useSynchronizationContext: false));
    private readonly Clock clock = new();
    private readonly PacedOutput output;
    private bool isAborted;

    public PacedOutputFacts()
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseBodyFeature>(this);
        http.Features.Set<IHttpRequestLifetimeFeature>(this);
        output = new PacedOutput(http, "text/event-stream", clock);
    }

    public void Dispose() => output.Dispose();

    [Fact]
    public async Task A_reader_with_room_is_waited_for_by_nobody()
    {
        output.Write("short"u8);
        Assert.True(await output.FlushAsync());
        Assert.False(output.IsSlow);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task A_reader_that_let_the_server_wait_long_and_took_it_then_is_slow(int over, bool isSlow)
    {
        output.Write(new byte[200]);
        var flushing = output.FlushAsync().AsTask();
        Assert.False(flushing.IsCompleted);
        clock.Move(TimeSpan.FromSeconds(Limits.SlowReaderSeconds + over));

        await DrainAsync();

        Assert.True(await flushing);
        Assert.Equal((isSlow, false), (output.IsSlow, isAborted));
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_cut()
    {
        output.Write(new byte[200]);
        var flushing = output.FlushAsync().AsTask();
        clock.Move(TimeSpan.FromSeconds(Limits.StuckReaderSeconds));

        Assert.False(await flushing);
        Assert.True(isAborted);
    }

    [Fact]
    public async Task A_reader_that_is_gone_is_noticed()
    {
        await pipe.Reader.CompleteAsync();
        output.Write("short"u8);
        Assert.False(await output.FlushAsync());
    }

    private async Task DrainAsync()
    {
        var read = await pipe.Reader.ReadAsync();
        pipe.Reader.AdvanceTo(read.Buffer.End);
    }

    Stream IHttpResponseBodyFeature.Stream => pipe.Writer.AsStream();
    PipeWriter IHttpResponseBodyFeature.Writer => pipe.Writer;
    CancellationToken IHttpRequestLifetimeFeature.RequestAborted { get; set; }

    void IHttpRequestLifetimeFeature.Abort() => isAborted = true;

    Task IHttpResponseBodyFeature.CompleteAsync() => Task.CompletedTask;

    void IHttpResponseBodyFeature.DisableBuffering()
    {
    }

    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stands still until it is moved, its one timer too.</summary>
    private sealed class Clock : TimeProvider
    {
        private long ticks;
        private (Action Ring, long At)? timer;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timer = (() => callback(state), ticks + dueTime.Ticks);
            return new Timer(this);
        }

        public void Move(TimeSpan by)
        {
            ticks += by.Ticks;
            if (timer is { } set && set.At <= ticks) set.Ring();
        }

        private sealed class Timer(Clock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose() => clock.timer = null;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
