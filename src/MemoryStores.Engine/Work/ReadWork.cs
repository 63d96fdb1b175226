using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>What waits in an environment, and how many workers ask for it.</summary>
public sealed record WorkStats(long Depth, long Pending, long? OldestAt, int Workers);

/// <summary>One item of work.</summary>
public sealed class RetrieveWork(IStorageEngine storage)
{
    public ValueTask<Outcome<WorkItem>> RunAsync(Caller caller, EnvironmentId environment, WorkId id, CancellationToken stop) =>
        storage.ReadAsync(reader => reader.FindWorkAsync(caller, environment, id), stop);
}

/// <summary>The work of an environment, newest first, stopped items included.</summary>
public sealed class ListWork(IStorageEngine storage)
{
    public ValueTask<Outcome<Page<WorkItem>>> RunAsync(Caller caller, EnvironmentId environment, WorkId? after, int take, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Page<WorkItem>>>(async reader =>
            await reader.FlawInAsync(caller, environment) is { } flaw
                ? flaw
                : Page.Of(await reader.ListWorkAsync(environment, after, take + 1), take), stop);
}

/// <summary>How the queue of an environment stands.</summary>
public sealed class MeasureWork(IStorageEngine storage, PollWork polls)
{
    public ValueTask<Outcome<WorkStats>> RunAsync(Caller caller, EnvironmentId environment, CancellationToken stop) =>
        storage.ReadAsync<Outcome<WorkStats>>(async reader =>
        {
            if (await reader.FlawInAsync(caller, environment) is { } flaw) return flaw;
            var (waiting, delivered, oldest) = await reader.CountQueuedWorkAsync(environment);
            return new WorkStats(waiting, delivered, oldest, polls.WorkersOf(environment));
        }, stop);
}
