using MemoryStores.Client;
using MemoryStores.Contract.Wire;
using MemoryStores.Fuse;
using MemoryStores.Mount.Following;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>
/// Sends what is queued, one commit at a time: 1. take what waits at the front; 2. make a commit of it; 3. send it until
/// there is an answer, always under the same commit_id; 4. take in what became of each change; 5. queue again, in front, what
/// has to be tried anew.
/// </summary>
internal sealed class Committer(MountTree tree, ChangeQueue queue, Saves saves, IRemoteStore remote, Arrivals arrivals, Follower follower, ServerState server)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Reconciling reconciling = new(tree, queue, saves, remote, arrivals, follower, server);

    private int oneByOne;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await queue.ArrivedAsync(stop);
                while (await CommitAsync(stop))
                {
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> CommitAsync(CancellationToken stop)
    {
        List<PendingUnit> front;
        lock (tree.Gate) front = queue.Front(oneByOne > 0 ? 1 : Bounds.ChangesPerCommit); // 1.
        if (front.Count == 0) return false;

        var draft = new CommitDraft(remote);
        int units;
        try
        {
            units = await PersistAsync(() => draft.FillAsync(front, stop), stop); // 2.
        }
        catch (ContentGoneException gone)
        {
            lock (tree.Gate) queue.Replace(front.Count, [.. front.SelectMany(unit => unit.Changes.Contains(gone.Save) ? reconciling.Abandon(unit) : [unit])]);
            return true;
        }
        var request = draft.Request(Guid.NewGuid().ToString("N"), atomic: front[0].IsGroup);
        server.Sends(request.CommitId!);
        var (answer, refused) = await SendAsync(request, stop); // 3.
        if (answer is null && refused!.Change is null && units > 1 && refused.Status != 404)
        {
            // One change that the server cannot even read spoils the others only while they travel together.
            oneByOne = units;
            return true;
        }
        oneByOne = Math.Max(0, oneByOne - 1);
        var again = new List<PendingUnit>();
        var lost = new HashSet<TrackedMemory>();
        foreach (var unit in front.Take(units))
        {
            if (answer is null) again.AddRange(await PersistAsync(() => reconciling.GroupAsync(unit, refused!, stop), stop)); // 5.
            else foreach (var change in unit.Changes) again.AddRange(await TakeInAsync(change, answer.Results[draft.IndexOf(change)], lost, stop)); // 4.
        }
        lock (tree.Gate)
        {
            queue.Replace(units, again);
            foreach (var change in front.Take(units).SelectMany(unit => unit.Changes)) CatchUp(change.Memory);
        }
        return true;
    }

    private async Task<IReadOnlyList<PendingUnit>> TakeInAsync(PendingChange change, ChangeResultBody result, HashSet<TrackedMemory> lost, CancellationToken stop)
    {
        if (result.Type != "refused")
        {
            lock (tree.Gate) TakeIn(change, result);
            return [];
        }
        // What built on a change that lost waits for it; that one has met the head for both.
        if (!lost.Add(change.Memory)) return [new PendingUnit(change)];
        return await PersistAsync(() => reconciling.ChangeAsync(change, result.Error!, stop), stop);
    }

    /// <summary>Until there is an answer: what was sent may have landed, and a repeat tells.</summary>
    private async Task<(CommitBody? Answer, ApiException? Refused)> SendAsync(CommitRequestBody request, CancellationToken stop)
    {
        try
        {
            return (await PersistAsync(() => remote.CommitAsync(request, stop), stop), null);
        }
        catch (ApiException refused)
        {
            return (null, refused);
        }
    }

    /// <summary>Again and again while the server is away, overloaded, or does not know the key.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> work, CancellationToken stop)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var done = await work();
                server.Answered();
                return done;
            }
            catch (Exception failed) when (failed is ServerUnreachableException or ApiException { Status: 401 or 403 or 429 or >= 500 })
            {
                server.Failed(failed);
                if (failed is ApiException { Status: 401 or 403 }) FailWaiting(Errno.EACCES);
            }
            await Task.Delay(pause, stop);
        }
    }

    private void FailWaiting(Errno error)
    {
        lock (tree.Gate)
        {
            foreach (var unit in queue.Front(int.MaxValue)) foreach (var change in unit.Changes) change.Done(error);
        }
    }

    private void TakeIn(PendingChange change, ChangeResultBody result)
    {
        var memory = change.Memory;
        if (result.MemoryId is { } id && memory.Id != id)
        {
            memory.Id = id;
            arrivals.ById[id] = memory;
            arrivals.Hidden.Remove(id);
        }
        memory.Version = result.MemoryVersionId ?? memory.Version;
        memory.Seq = Math.Max(memory.Seq, result.Seq ?? 0);
        switch (change)
        {
            case PendingSave save:
                if (save.Overwrites) server.Conflicts++;
                memory.Base = save.Content;
                memory.Head = save.Merged is { } merged ? new HeadContent.Differs(merged)
                    : save.WasAppended && !IsSame(result.ContentSha256, save.Content!) ? HeadContent.IsUnknown
                    : HeadContent.IsBase;
                break;
            case PendingDelete:
                if (memory.Id is not null) arrivals.ById.Remove(memory.Id);
                memory.Id = null;
                break;
        }
        queue.Settle(change);
        change.Done(Errno.None);
    }

    /// <summary>Once nothing of a memory is under way, what others did to it meanwhile is fetched.</summary>
    private void CatchUp(TrackedMemory memory)
    {
        if (memory.Pending > 0 || memory.Id is null) return;
        if (memory.IsStale || memory.Head is not HeadContent.Same) follower.Want(memory.Id);
    }

    private static bool IsSame(string? sha256, byte[] content) =>
        sha256 is not null && Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)) == sha256;
}
