using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>Asks the worker to come to an end, or with force says that it has. What nobody has taken has ended at once.</summary>
public sealed class StopWork(IStorageEngine storage)
{
    public ValueTask<Outcome<WorkItem>> RunAsync(Caller caller, EnvironmentId environment, WorkId id, bool force, CancellationToken stop) =>
        storage.RunAsync<Outcome<WorkItem>>(null, async tx =>
        {
            if (!(await tx.FindWorkAsync(caller, environment, id)).IsDone(out var item, out var lack)) return lack;
            if (item.State == WorkState.Stopped) return new Refusal.WorkStopped(item.Id.Value);
            var stopped = force || item.State == WorkState.Queued
                ? item.Ended(tx.Now)
                : item with { State = WorkState.Stopping, StopRequestedAt = item.StopRequestedAt ?? tx.Now };
            await tx.PutWorkAsync(stopped);
            return stopped;
        }, stop);
}
