namespace MemoryStores.Server.Metrics;

/// <summary>The values of an instrument's tags, at most three; a key that is made without allocating.</summary>
internal readonly record struct Tags(object? First, object? Second, object? Third);

/// <summary>What one instrument measured under one set of tags: a sum, a last value, or a histogram's buckets.</summary>
internal sealed class Series(double[] bounds)
{
    private readonly Lock turn = new();
    private readonly long[] buckets = new long[bounds.Length + 1];
    private double sum;
    private long count;

    public void Add(double value)
    {
        lock (turn) sum += value;
    }

    public void Set(double value)
    {
        lock (turn) sum = value;
    }

    public void Record(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket]) bucket++;
        lock (turn)
        {
            buckets[bucket]++;
            sum += value;
            count++;
        }
    }

    public (double Sum, long Count, long[] Buckets) Read()
    {
        lock (turn) return (sum, count, [.. buckets]);
    }
}
