using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>
/// A worker says that it is still at it, and has its lease extended. It names the heartbeat that it was answered last: when another
/// is there, another worker has the work now, and this one learns it.
/// </summary>
public sealed class HeartbeatWork(IStorageEngine storage)
{
    public const string NoHeartbeat = "NO_HEARTBEAT";

    /// <summary>The item after the heartbeat; of one that has stopped as it was, its lease not extended.</summary>
    public ValueTask<Outcome<WorkItem>> RunAsync(
        Caller caller, EnvironmentId environment, WorkId id, string? expected, int? ttlSeconds, CancellationToken stop) =>
        storage.RunAsync<Outcome<WorkItem>>(null, async tx =>
        {
            if (!(await tx.FindWorkAsync(caller, environment, id)).IsDone(out var item, out var lack)) return lack;
            if (item.State == WorkState.Queued || (expected is not null && expected != Last(item))) return Lost(item);
            if (item.State == WorkState.Stopped) return item;
            // Two within a microsecond would have one name.
            var at = Math.Max(tx.Now, item.HeartbeatAt + 1 ?? 0);
            var alive = item with
            {
                State = item.State == WorkState.Starting ? WorkState.Active : item.State,
                StartedAt = item.StartedAt ?? tx.Now, HeartbeatAt = at, TtlSeconds = ttlSeconds ?? item.TtlSeconds,
            };
            await tx.PutWorkAsync(alive);
            return alive;
        }, stop);

    private static string Last(WorkItem item) => Timestamp.WriteOrNull(item.HeartbeatAt) ?? NoHeartbeat;

    private static Refusal.HeartbeatLost Lost(WorkItem item) =>
        new(Timestamp.WriteOrNull(item.HeartbeatAt), item.StateName, item.TtlSeconds);
}
