using MemoryStores.Contract;
using MemoryStores.Engine.Work;

namespace MemoryStores.Sqlite;

internal sealed partial class SqliteTransaction
{
    private const string SelectWork = """
        SELECT k.id, w.id, k.environment, k.session, k.state, k.created_at, k.delivered_at, k.acknowledged_at, k.started_at, k.heartbeat_at,
               k.stop_requested_at, k.stopped_at, k.ttl_seconds, k.metadata
        FROM work k JOIN workspaces w ON w.no = k.workspace
        """;

    public ValueTask<WorkItem?> FindWorkAsync(EnvironmentId environment, WorkId work) =>
        One(db[SelectWork + " WHERE k.id = ? AND k.environment = ?"].Bind(work.Value).Bind(environment.Value));

    public ValueTask<WorkItem?> FindOpenWorkAsync(SessionId session) =>
        One(db[SelectWork + " WHERE k.session = ? AND k.state < 5"].Bind(session.Value));

    // The index work_open serves the order, and holds only what has not stopped.
    public ValueTask<WorkItem?> FindFreeWorkAsync(EnvironmentId environment, long deliveredUntil, long now) =>
        One(db[SelectWork + """
             WHERE k.environment = ? AND k.state < 5
              AND CASE k.state WHEN 1 THEN coalesce(k.delivered_at <= ?, 1) ELSE k.lease_until <= ? END
            ORDER BY k.created_at, k.id LIMIT 1
            """].Bind(environment.Value).Bind(deliveredUntil).Bind(now));

    public ValueTask<IReadOnlyList<WorkItem>> ListWorkAsync(EnvironmentId environment, WorkId? after, int take) =>
        All(db[SelectWork + " WHERE k.environment = ? AND k.id < ? ORDER BY k.id DESC LIMIT ?"].Bind(environment.Value).Bind(after?.Value ?? "~").Bind(take), ReadWork);

    public ValueTask<(long Waiting, long Delivered, long? OldestAt)> CountQueuedWorkAsync(EnvironmentId environment)
    {
        var query = db["""
            SELECT count(*) FILTER (WHERE delivered_at IS NULL), count(delivered_at), min(created_at) FROM work
            WHERE environment = ? AND state < 5 AND state = 1
            """].Bind(environment.Value);
        query.Next();
        var counts = (query.Long(0), query.Long(1), query.LongOrNull(2));
        query.Rewind();
        return ValueTask.FromResult(counts);
    }

    public ValueTask PutWorkAsync(WorkItem item)
    {
        db["""
            INSERT INTO work (id, workspace, environment, session, state, created_at, delivered_at, acknowledged_at, started_at, heartbeat_at,
                              stop_requested_at, stopped_at, ttl_seconds, lease_until, metadata)
            VALUES (?, (SELECT no FROM workspaces WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, delivered_at = excluded.delivered_at, acknowledged_at = excluded.acknowledged_at,
                started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at, stop_requested_at = excluded.stop_requested_at,
                stopped_at = excluded.stopped_at, ttl_seconds = excluded.ttl_seconds, lease_until = excluded.lease_until, metadata = excluded.metadata
            """].Bind(item.Id.Value).Bind(item.Workspace.Value).Bind(item.Environment.Value).Bind(item.Session.Value).Bind((long)item.State)
            .Bind(item.CreatedAt).Bind(item.DeliveredAt).Bind(item.AcknowledgedAt).Bind(item.StartedAt).Bind(item.HeartbeatAt)
            .Bind(item.StopRequestedAt).Bind(item.StoppedAt).Bind(item.TtlSeconds).Bind(item.LeaseUntil).Bind(item.MetadataToJson()).Run();
        return ValueTask.CompletedTask;
    }

    private static ValueTask<WorkItem?> One(Statement query)
    {
        var found = query.Next() ? ReadWork(query) : null;
        query.Rewind();
        return ValueTask.FromResult(found);
    }

    private static WorkItem ReadWork(Statement row) => new(
        WorkId.FromStorage(row.Text(0)), WorkspaceId.FromStorage(row.Text(1)), EnvironmentId.FromStorage(row.Text(2)), SessionId.FromStorage(row.Text(3)),
        (WorkState)row.Long(4), row.Long(5))
    {
        DeliveredAt = row.LongOrNull(6), AcknowledgedAt = row.LongOrNull(7), StartedAt = row.LongOrNull(8), HeartbeatAt = row.LongOrNull(9),
        StopRequestedAt = row.LongOrNull(10), StoppedAt = row.LongOrNull(11), TtlSeconds = (int)row.Long(12), Metadata = WorkItem.MetadataFromStorage(row.Bytes(13)),
    };
}
