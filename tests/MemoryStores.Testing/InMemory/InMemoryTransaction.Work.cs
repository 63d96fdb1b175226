using MemoryStores.Contract;
using MemoryStores.Engine.Work;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<WorkItem?> FindWorkAsync(EnvironmentId environment, WorkId work) =>
        Found(Root.Work.GetValueOrDefault(work.Value) is { } item && item.Environment == environment ? item : null);

    public ValueTask<WorkItem?> FindOpenWorkAsync(SessionId session) =>
        Found(Root.Work.Values.FirstOrDefault(item => item.Session == session && item.State != WorkState.Stopped));

    public ValueTask<WorkItem?> FindFreeWorkAsync(EnvironmentId environment, long deliveredUntil, long now) => Found(WorkOf(environment)
        .Where(item => item.State == WorkState.Queued ? !(item.DeliveredAt > deliveredUntil) : item.LeaseUntil <= now)
        .OrderBy(item => item.CreatedAt).ThenBy(item => item.Id.Value, StringComparer.Ordinal).FirstOrDefault());

    public ValueTask<IReadOnlyList<WorkItem>> ListWorkAsync(EnvironmentId environment, WorkId? after, int take) => Found<IReadOnlyList<WorkItem>>(
        [.. WorkOf(environment).Reverse().Where(item => after is null || string.CompareOrdinal(item.Id.Value, after.Value) < 0).Take(take)]);

    public ValueTask<(long Waiting, long Delivered, long? OldestAt)> CountQueuedWorkAsync(EnvironmentId environment)
    {
        var queued = WorkOf(environment).Where(item => item.State == WorkState.Queued).ToList();
        return Found(((long)queued.Count(item => item.DeliveredAt is null), (long)queued.Count(item => item.DeliveredAt is not null), queued.Min(item => (long?)item.CreatedAt)));
    }

    public ValueTask PutWorkAsync(WorkItem item)
    {
        Root = Root with { Work = Root.Work.SetItem(item.Id.Value, item) };
        return ValueTask.CompletedTask;
    }

    private IEnumerable<WorkItem> WorkOf(EnvironmentId environment) => Root.Work.Values.Where(item => item.Environment == environment);
}
