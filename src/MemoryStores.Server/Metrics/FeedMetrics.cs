using System.Diagnostics.Metrics;

namespace MemoryStores.Server.Metrics;

/// <summary>Who reads along; docs/reference/metrics.md has each.</summary>
internal static class FeedMetrics
{
    private static readonly Meter Meter = new("MemoryStores.Http");

    private static readonly ObservableGauge<int> Open = Meter.CreateObservableGauge("memstores.http.feeds.open", () => Volatile.Read(ref open), "{feed}", "Streams and long polls of changes that are open");

    private static readonly Counter<long> Cut = Meter.CreateCounter<long>("memstores.http.feeds.cut", "{reader}", "Readers of streams and snapshots that were cut, or told to resume, for being too slow");

    private static int open;

    /// <summary>Makes the instruments, so that a scrape before the first feed has them.</summary>
    public static bool IsOn => Open.Enabled || Cut.Enabled;

    public static void Opened() => Interlocked.Increment(ref open);

    public static void Closed() => Interlocked.Decrement(ref open);

    public static void TooSlow() => Cut.Add(1);
}
