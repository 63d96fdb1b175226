using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>A worker takes what it was shown. Saying so twice changes nothing.</summary>
public sealed class AcknowledgeWork(IStorageEngine storage)
{
    public ValueTask<Outcome<WorkItem>> RunAsync(Caller caller, EnvironmentId environment, WorkId id, CancellationToken stop) =>
        storage.RunAsync<Outcome<WorkItem>>(null, async tx =>
        {
            if (!(await tx.FindWorkAsync(caller, environment, id)).IsDone(out var item, out var lack)) return lack;
            if (item.State is WorkState.Starting or WorkState.Active) return item;
            if (item.State != WorkState.Queued) return new Refusal.WorkStopped(item.Id.Value);
            var taken = item with { State = WorkState.Starting, AcknowledgedAt = tx.Now };
            await tx.PutWorkAsync(taken);
            return taken;
        }, stop);
}
