using System.Threading.Channels;
using MemoryStores.Client;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Following;

/// <summary>
/// Follows the store: takes hints as they come, fetches the memories they are about, a few at once and each once however many
/// hints name it, and hands them to <see cref="Arrivals"/>.
/// </summary>
internal sealed class Follower(MountTree tree, IRemoteStore remote, Arrivals arrivals, Loader loader, ServerState server, Faults faults)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> wanted = new(StringComparer.Ordinal);
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TaskCompletionSource round = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int fetching;
    private string? cursor;

    /// <summary>The last seq of which a hint was taken.</summary>
    public long Seq { get; private set; }

    /// <summary>Memories whose news are being fetched.</summary>
    public int Behind
    {
        get
        {
            lock (tree.Gate) return wanted.Count;
        }
    }

    /// <summary>Puts the store's memories into the empty tree.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        var listing = await remote.ListAsync(withContent: false, memory =>
        {
            lock (tree.Gate) arrivals.Show(memory);
        }, stop);
        (cursor, Seq) = (listing.Cursor, listing.Seq);
        tree.IsArchived = listing.Archived;
    }

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(FollowAsync(stop), FetchAsync(stop), FillAsync(stop));

    /// <summary>The memory has news; called under the gate.</summary>
    public void Want(string memory)
    {
        wanted.Add(memory);
        bell.Writer.TryWrite(true);
    }

    /// <summary>Waits until the news heard of so far are here, as long as the server answers.</summary>
    public async Task CaughtUpAsync(CancellationToken stop)
    {
        while (true)
        {
            Task fetched;
            lock (tree.Gate)
            {
                if ((wanted.Count == 0 && fetching == 0) || server.IsAway || tree.IsForbidden || tree.IsDeleted) return;
                fetched = round.Task;
            }
            await Task.WhenAny(fetched, server.Changed).WaitAsync(stop);
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        var isFirst = true;
        for (var pause = FirstPause; !stop.IsCancellationRequested;)
        {
            try
            {
                // What was acknowledged and is not heard of yet: a store put back to before that would tell us of all but its loss.
                if (!isFirst && server.Acknowledged > Seq) await CompareAsync(stop);
                isFirst = false;
                await foreach (var hint in remote.FollowAsync(cursor, stop))
                {
                    server.Answered();
                    pause = FirstPause;
                    if (hint is Hint.Lost) await CompareAsync(stop);
                    else Take(hint);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (failed is ServerUnreachableException or ApiException)
            {
                server.Failed(failed);
                if (tree.IsDeleted) return;
            }
            catch (Exception defect)
            {
                faults.Add("Following the store", defect);
            }
            try
            {
                await Task.Delay(pause, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Take(Hint hint)
    {
        lock (tree.Gate)
        {
            cursor = hint.Cursor ?? cursor;
            switch (hint)
            {
                case Hint.MemoryChanged changed:
                    Seq = Math.Max(Seq, changed.Seq ?? 0);
                    if (server.IsOurs(changed.Commit)) break;
                    // Also what is older than our last change: an append goes on top of what it never saw.
                    Want(changed.Memory);
                    if (!arrivals.ById.ContainsKey(changed.Memory)) arrivals.Heard.Add(changed.Memory);
                    break;
                case Hint.Alive alive:
                    server.HeadSeq = alive.HeadSeq;
                    break;
                case Hint.StoreArchived:
                    tree.IsArchived = true;
                    break;
                case Hint.StoreDeleted:
                    tree.IsDeleted = true;
                    break;
            }
        }
    }

    /// <summary>Compares all that is here with all that is there.</summary>
    private async Task CompareAsync(CancellationToken stop)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        var acknowledged = server.Acknowledged;
        var listing = await remote.ListAsync(withContent: false, found =>
        {
            seen.Add(found.Id);
            lock (tree.Gate)
            {
                if (!arrivals.ById.TryGetValue(found.Id, out var memory) || memory.Version != found.MemoryVersionId || memory.Node?.Path != found.Path) Want(found.Id);
            }
        }, stop);
        lock (tree.Gate)
        {
            foreach (var id in arrivals.ById.Keys.Where(id => !seen.Contains(id))) Want(id);
            (cursor, Seq, tree.IsArchived) = (listing.Cursor, listing.Seq, listing.Archived);
            if (server.Acknowledged == acknowledged) server.Acknowledged = listing.Seq;
        }
    }

    private async Task FetchAsync(CancellationToken stop)
    {
        try
        {
            while (await bell.Reader.WaitToReadAsync(stop))
            {
                bell.Reader.TryRead(out _);
                string[] ids;
                lock (tree.Gate)
                {
                    // A memory with changes under way is asked for when they are answered.
                    ids = [.. wanted.Where(id => !arrivals.ById.TryGetValue(id, out var memory) || memory.Pending == 0)];
                    foreach (var id in wanted.Except(ids)) arrivals.ById[id].IsStale = true;
                    wanted.IntersectWith(ids);
                    fetching = ids.Length;
                }
                await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Bounds.ParallelFetches, CancellationToken = stop }, FetchAsync);
                lock (tree.Gate)
                {
                    fetching = 0;
                    round.TrySetResult();
                    round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async ValueTask FetchAsync(string id, CancellationToken stop)
    {
        (TrackedMemory?, int) epoch;
        lock (tree.Gate)
        {
            wanted.Remove(id);
            epoch = EpochOf(id);
        }
        try
        {
            var found = await remote.FindAsync(id, stop);
            lock (tree.Gate)
            {
                // What was fetched may be older than what this mount did meanwhile.
                if (EpochOf(id) != epoch) Want(id);
                else if (found is null) arrivals.Remove(id);
                else arrivals.Show(found);
                foreach (var hidden in arrivals.Unblocked()) Want(hidden);
            }
        }
        catch (Exception failed) when (failed is ServerUnreachableException or ApiException)
        {
            server.Failed(failed);
            lock (tree.Gate) wanted.Add(id);
            await Task.Delay(FirstPause, stop);
            bell.Writer.TryWrite(true);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            faults.Add($"Showing what changed in memory {id}", defect);
        }
    }

    private (TrackedMemory?, int) EpochOf(string id) => arrivals.ById.TryGetValue(id, out var memory) ? (memory, memory.Epoch) : (null, arrivals.Gone);

    /// <summary>Brings content ahead of its being wanted, as far as it is kept here.</summary>
    private async Task FillAsync(CancellationToken stop)
    {
        try
        {
            await remote.ListAsync(withContent: true, found =>
            {
                if (found.Content is not { } content) return;
                lock (tree.Gate)
                {
                    if (arrivals.ById.TryGetValue(found.Id, out var memory) && memory.Node is { } node)
                        loader.Offer(node, found.MemoryVersionId, content.Utf8.ToArray());
                }
            }, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception failed) when (failed is ServerUnreachableException or ApiException)
        {
            // What is missing comes when it is read.
            server.Failed(failed);
        }
    }
}
