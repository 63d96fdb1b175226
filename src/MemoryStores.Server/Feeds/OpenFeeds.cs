using System.Collections.Concurrent;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Server.Metrics;

namespace MemoryStores.Server.Feeds;

/// <summary>
/// Streams and long polls that are open, counted by key and by workspace: each holds a connection, and no caller may take all.
/// Snapshots wait in line instead: they end by themselves, and a hundred mounts that start at once are nobody's fault.
/// </summary>
internal sealed class OpenFeeds(Limits limits)
{
    private readonly ConcurrentDictionary<string, int> open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<WorkspaceId, SemaphoreSlim> snapshots = new();

    public FeedPace Pace { get; } = new();

    /// <summary>A place that is free again with its disposal, or the refusal.</summary>
    public (IDisposable? Place, Refusal? Refusal) Take(Caller caller)
    {
        var (key, workspace) = (caller.Actor.Id, caller.Workspace.Value);
        if (!TryAdd(key, limits.FeedsPerKey)) return (null, new Refusal.TooManyFeeds("API key", limits.FeedsPerKey));
        if (!TryAdd(workspace, limits.FeedsPerWorkspace))
        {
            Remove(key);
            return (null, new Refusal.TooManyFeeds("workspace", limits.FeedsPerWorkspace));
        }
        FeedMetrics.Opened();
        return (new Place(() =>
        {
            FeedMetrics.Closed();
            Remove(key);
            Remove(workspace);
        }), null);
    }

    public async ValueTask<IDisposable> TakeTurnAsync(Caller caller, CancellationToken stop)
    {
        var line = snapshots.GetOrAdd(caller.Workspace, static _ => new SemaphoreSlim(Limits.SnapshotsAtOnce));
        await line.WaitAsync(stop);
        return new Place(() => line.Release());
    }

    private bool TryAdd(string name, int limit)
    {
        if (open.AddOrUpdate(name, 1, static (_, count) => count + 1) <= limit) return true;
        Remove(name);
        return false;
    }

    private void Remove(string name)
    {
        // Names that count nothing are forgotten; one that was counted up meanwhile is not equal to 0 and stays.
        if (open.AddOrUpdate(name, 0, static (_, count) => count - 1) == 0) open.TryRemove(KeyValuePair.Create(name, 0));
    }

    private sealed class Place(Action free) : IDisposable
    {
        private Action? free = free;

        public void Dispose() => Interlocked.Exchange(ref free, null)?.Invoke();
    }
}
