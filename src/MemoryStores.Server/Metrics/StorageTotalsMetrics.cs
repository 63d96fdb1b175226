using System.Diagnostics.Metrics;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Server.Metrics;

/// <summary>
/// What a look at the storage tells: stores near their limits, erasures that wait. Looked at when scraped, once in ten seconds
/// at most, and never by the scrape's own thread: it reports the last look.
/// </summary>
internal sealed class StorageTotalsMetrics : IDisposable
{
    // From here on a store is near its limit.
    private const double NearLimit = 0.8;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly Meter meter = new("MemoryStores.Storage");
    private readonly IStorageEngine storage;
    private readonly (long Memories, long Bytes) near;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim one = new(1, 1);
    private StorageTotals last = new(0, 0);
    private long? looked;

    public StorageTotalsMetrics(IStorageEngine storage, Limits limits, TimeProvider clock)
    {
        (this.storage, this.clock) = (storage, clock);
        near = ((long)(limits.MemoriesPerStore * NearLimit), (long)(limits.StoreBytes * NearLimit));
        meter.CreateObservableGauge("memstores.storage.stores.near_limit", () => Look().StoresAbove, "{store}", "Stores above 80 % of memories_per_store or of store_bytes");
        meter.CreateObservableGauge("memstores.storage.erasures.pending", () => Look().ErasuresPending, "{erasure}", "Erasures marked whose bytes are still in the files");
    }

    /// <summary>Looks, unless the last look is fresh or another is under way.</summary>
    public async Task RefreshAsync()
    {
        if (looked is { } at && clock.GetElapsedTime(at) < LookInterval || !await one.WaitAsync(0)) return;
        try
        {
            last = await storage.ReadAsync(reader => reader.CountTotalsAsync(near.Memories, near.Bytes), CancellationToken.None);
            looked = clock.GetTimestamp();
        }
        catch (Exception broken) when (broken is StorageUnavailableException or ObjectDisposedException)
        {
            // The ailment's own gauge tells of it.
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose()
    {
        meter.Dispose();
        one.Dispose();
    }

    private StorageTotals Look()
    {
        _ = RefreshAsync();
        return last;
    }
}
