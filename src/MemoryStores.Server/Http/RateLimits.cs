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
        var wait = buckets.GetOrAdd((workspace, reads), _ => new Bucket(perMinute, clock.GetTimestamp())).Take(perMinute, clock);
        return wait is null ? null : new Refusal.RateLimited(reads ? "reads" : "changes", perMinute, (int)Math.Ceiling(wait.Value.TotalSeconds));
    }

    private sealed class Bucket(double level, long at)
    {
        private readonly Lock turn = new();
        private double level = level;
        private long at = at;

        /// <summary>Null when there was a request left; else how long until there is one.</summary>
        public TimeSpan? Take(int perMinute, TimeProvider clock)
        {
            lock (turn)
            {
                var now = clock.GetTimestamp();
                level = Math.Min(perMinute, level + (clock.GetElapsedTime(at, now).TotalMinutes * perMinute));
                at = now;
                if (level >= 1)
                {
                    level--;
                    return null;
                }
                return TimeSpan.FromMinutes((1 - level) / perMinute);
            }
        }
    }
}
