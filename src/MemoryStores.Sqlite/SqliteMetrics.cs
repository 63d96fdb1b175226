using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MemoryStores.Sqlite;

/// <summary>What an operator watches of the engine; docs/reference/metrics.md has each. Numbers only: no ids, no names.</summary>
internal sealed class SqliteMetrics : IDisposable
{
    private readonly Meter meter = new("MemoryStores.Storage");
    private readonly Histogram<int> units;
    private readonly Histogram<double> batches;
    private readonly Histogram<double> commits;
    private readonly Histogram<double> erasures;
    private readonly Counter<long> reruns;

    public SqliteMetrics(string database)
    {
        units = meter.CreateHistogram<int>("memstores.storage.batch.units", "{unit}", "Units of work made durable by one commit",
            advice: new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });
        batches = meter.CreateHistogram("memstores.storage.batch.duration", "s", "From the beginning of a batch to its answers", advice: Durations);
        commits = meter.CreateHistogram("memstores.storage.commit.duration", "s", "The COMMIT of a batch, which is the fsync", advice: Durations);
        erasures = meter.CreateHistogram("memstores.storage.erasure.duration", "s", "From taking the marks to the bytes being gone from the files", advice: Durations);
        reruns = meter.CreateCounter<long>("memstores.storage.units.rerun", "{unit}", "Units run again one by one, because their batch was rolled back as a whole");
        meter.CreateObservableGauge("memstores.storage.database.size", () => SizeOf(database), "By", "The database file");
        meter.CreateObservableGauge("memstores.storage.wal.size", () => SizeOf(database + "-wal"), "By", "The write-ahead log");
    }

    private static InstrumentAdvice<double> Durations => new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] };

    public void Watch(Func<int> waitingUnits, Func<int> waitingReaders, Func<string?> ailment)
    {
        meter.CreateObservableGauge("memstores.storage.queue.length", waitingUnits, "{unit}", "Units that wait for the writer");
        meter.CreateObservableGauge("memstores.storage.readers.waiting", waitingReaders, "{read}", "Reads that wait for a connection");
        meter.CreateObservableGauge("memstores.storage.ailment", () => ailment() is null ? 0 : 1, null, "1 when writes are refused because the disk failed or the database is damaged");
    }

    public void Batch(int count, long began, long committing, long ended)
    {
        units.Record(count);
        batches.Record(Stopwatch.GetElapsedTime(began, ended).TotalSeconds);
        commits.Record(Stopwatch.GetElapsedTime(committing, ended).TotalSeconds);
    }

    public void Rerun(int count) => reruns.Add(count);

    public void Erased(long began) => erasures.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);

    public void Dispose() => meter.Dispose();

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } there ? there.Length : 0;
}
