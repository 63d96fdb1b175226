using System.Collections.Concurrent;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Server.Http;

/// <summary>
/// How many requests a workspace may send a minute: one bucket for what changes something, one for what reads. A bucket
/// holds a minute's worth, so that a burst after a pause passes. Off unless the operator sets a rate.
/// </summary>
internal sealed class RateLimits(int? changesPerMinute, int? readsPerMinute, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(WorkspaceId, bool Reads), Bucket> buckets = new();

    /// <summary>Takes one request out of the workspace's bucket; the refusal when it is empty.</summary>
    public Refusal? Take(WorkspaceId workspace, bool reads)
    {
        if ((reads ? readsPerMinute : changesPerMinute) is not { } perMinute) return null;
        var wait = buckets.GetOrAdd((workspace, reads), _ => new Bucket(perMinute, clock)).Take();
        return wait is null ? null : new Refusal.RateLimited(reads ? "reads" : "changes", perMinute, wait.Value);
    }

    /// <summary>Counted in whole numbers: each tick of the clock adds as many credits as requests a minute are allowed.</summary>
    private sealed class Bucket(int perMinute, TimeProvider clock)
    {
        private readonly Lock turn = new();
        private readonly Int128 cost = (Int128)clock.TimestampFrequency * 60;
        private Int128 level = (Int128)clock.TimestampFrequency * 60 * perMinute;
        private long at = clock.GetTimestamp();

        /// <summary>Null when there was a request left; else in how many seconds there will be one.</summary>
        public int? Take()
        {
            lock (turn)
            {
                var now = clock.GetTimestamp();
                level = Int128.Min(cost * perMinute, level + ((Int128)(now - at) * perMinute));
                at = now;
                if (level >= cost)
                {
                    level -= cost;
                    return null;
                }
                var second = (Int128)clock.TimestampFrequency * perMinute;
                return (int)((cost - level + second - 1) / second);
            }
        }
    }
}
