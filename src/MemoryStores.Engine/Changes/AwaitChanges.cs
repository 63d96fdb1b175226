using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Changes;

/// <summary>
/// A long poll: a page as soon as it holds a change that the caller may see, or an empty one when the patience ends. Whatever
/// it passed over, the page's cursor stands behind it.
/// </summary>
public sealed class AwaitChanges(IStorageEngine storage, ReadChanges read)
{
    public async ValueTask<Outcome<ChangePage>> RunAsync(
        Caller caller, StoreId store, ChangeCursor? after, int take, CancellationToken patience, CancellationToken stop)
    {
        using var watch = storage.Watch(store);
        for (var pages = 1; ; pages++)
        {
            var change = watch.Next; // Before the read: a change that lands behind it is not missed.
            var outcome = await read.RunAsync(caller, store, after, take, stop);
            if (after is null || outcome is not Outcome<ChangePage>.Done(var page) || page.Events.Count > 0 || page.Reset is not null) return outcome;
            after = page.Cursor;
            if (page.HasMore && pages < Limits.HiddenPagesPerPoll) continue;
            if (page.HasMore || patience.IsCancellationRequested) return outcome;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience, stop);
            await change.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
    }
}
