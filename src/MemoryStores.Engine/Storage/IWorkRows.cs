using MemoryStores.Contract;
using MemoryStores.Engine.Work;

namespace MemoryStores.Engine.Storage;

/// <summary>Looks up the work of self-hosted environments.</summary>
public interface IWorkReader
{
    /// <summary>An item of an environment.</summary>
    ValueTask<WorkItem?> FindWorkAsync(EnvironmentId environment, WorkId work);

    /// <summary>The work of a session that has not stopped.</summary>
    ValueTask<WorkItem?> FindOpenWorkAsync(SessionId session);

    /// <summary>
    /// The oldest work of an environment that nobody has: it waits and was not delivered later than <paramref name="deliveredUntil"/>,
    /// or its lease ended by <paramref name="now"/>.
    /// </summary>
    ValueTask<WorkItem?> FindFreeWorkAsync(EnvironmentId environment, long deliveredUntil, long now);

    /// <summary>Work of an environment, newest first, behind the cursor.</summary>
    ValueTask<IReadOnlyList<WorkItem>> ListWorkAsync(EnvironmentId environment, WorkId? after, int take);

    /// <summary>What waits in an environment: how much of it no worker has been shown, how much one has, and since when the oldest is there.</summary>
    ValueTask<(long Waiting, long Delivered, long? OldestAt)> CountQueuedWorkAsync(EnvironmentId environment);
}

/// <summary>Changes work.</summary>
public interface IWorkTransaction
{
    /// <summary>Makes an item, or replaces it.</summary>
    ValueTask PutWorkAsync(WorkItem item);
}
