using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MemoryStores.Contract;
using MemoryStores.Server.Metrics;

namespace MemoryStores.Server.Feeds;

/// <summary>
/// An answer that is written in pieces, at the pace of who reads it. A piece waits in the connection's buffer for room; a
/// reader that takes nothing for <see cref="Limits.StuckReaderSeconds"/> is cut, so that it holds neither memory nor a place.
/// </summary>
internal sealed class PacedOutput : IDisposable
{
    // A piece: the size of Kestrel's own buffer, above which it makes the writer wait.
    private const int PieceBytes = 64 * 1024;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(Limits.SlowReaderSeconds);
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(Limits.StuckReaderSeconds);

    private readonly HttpContext http;
    private readonly TimeProvider clock;
    private readonly PipeWriter output;
    private readonly Utf8JsonWriter json;
    private int unflushed;

    /// <summary>Whether some piece waited long for room: this reader does not keep up.</summary>
    public bool IsSlow { get; private set; }

    public PacedOutput(HttpContext http, string mediaType, TimeProvider clock)
    {
        http.Response.ContentType = mediaType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["x-accel-buffering"] = "no"; // Proxies that know it pass each piece on at once.
        (this.http, this.clock, output) = (http, clock, http.Response.BodyWriter);
        json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public bool IsFull => unflushed >= PieceBytes;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
        unflushed += bytes.Length;
    }

    public void Write<T>(T body, JsonTypeInfo<T> type)
    {
        json.Reset();
        JsonSerializer.Serialize(json, body, type);
        json.Flush();
        unflushed += (int)json.BytesCommitted;
    }

    /// <summary>Sends what was written, as soon as the reader has room for it. False when the reader is gone or was cut.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        unflushed = 0;
        var flush = output.FlushAsync();
        if (flush.IsCompleted) return !(await flush).IsCompleted;
        var since = clock.GetTimestamp();
        var flushing = flush.AsTask();
        try
        {
            if ((await flushing.WaitAsync(Stuck, clock, http.RequestAborted)).IsCompleted) return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (TimeoutException)
        {
            FeedMetrics.TooSlow();
            http.Abort();
            return false;
        }
        IsSlow |= clock.GetElapsedTime(since) > Slow;
        return true;
    }

    public void Dispose() => json.Dispose();
}
