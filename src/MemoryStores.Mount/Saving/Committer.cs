using System.Diagnostics;
using MemoryStores.Client;
using MemoryStores.Contract.Wire;
using MemoryStores.Fuse;
using MemoryStores.Mount.Following;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>
/// Sends what is queued, one commit at a time: 1. take what waits at the front; 2. make a commit of it; 3. send it until
/// there is an answer, always under the same commit_id; 4. take in what became of each change; 5. queue again, in front, what
/// has to be tried anew.
/// </summary>
internal sealed class Committer(MountTree tree, ChangeQueue queue, Drafts drafts, Journal journal, IRemoteStore remote, Arrivals arrivals, Follower follower, ServerState server, Faults faults)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Reconciling reconciling = new(tree, queue, drafts, journal, remote, arrivals, follower, server);

    /// <summary>What earlier mounts had sent and got no answer to, the first to be sent again.</summary>
    private readonly Queue<(string Id, bool IsAtomic, IReadOnlyList<(PendingChange Change, SentChange Sent)> Changes)> repeats = new();

    private int oneByOne;
    private long sentAt;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await queue.ArrivedAsync(stop);
                do
                {
                    await queue.GatherAsync(sentAt == 0 ? TimeSpan.Zero : Bounds.BetweenCommits - Stopwatch.GetElapsedTime(sentAt), stop);
                    sentAt = Stopwatch.GetTimestamp();
                }
                while (await TryCommitAsync(stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Whatever goes wrong, what is queued stays queued and is tried again.</summary>
    private async Task<bool> TryCommitAsync(CancellationToken stop)
    {
        try
        {
            return await CommitAsync(stop);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            faults.Add("Saving", defect);
            await Task.Delay(LongestPause, stop);
            return true;
        }
    }

    /// <summary>Sends again what an earlier mount has sent, before anything else.</summary>
    public void SendFirst(string id, bool isAtomic, IReadOnlyList<(PendingChange, SentChange)> changes)
    {
        repeats.Enqueue((id, isAtomic, changes));
        journal.Inherits(id, isAtomic, changes);
    }

    private async Task RepeatAsync(string id, bool isAtomic, IReadOnlyList<(PendingChange Change, SentChange Sent)> changes, CancellationToken stop)
    {
        var again = new CommitDraft(remote);
        try
        {
            await PersistAsync(() => again.RepeatAsync(changes, stop), stop);
        }
        catch (ContentGoneException)
        {
            return; // It cannot be told any more what was sent: each change goes its own way.
        }
        List<PendingUnit> units;
        lock (tree.Gate) units = queue.BringForward(changes.Select(each => each.Change).ToHashSet());
        await ExchangeAsync(id, isAtomic, units, again, stop);
    }

    private async Task<bool> CommitAsync(CancellationToken stop)
    {
        if (repeats.TryPeek(out var earlier))
        {
            await RepeatAsync(earlier.Id, earlier.IsAtomic, earlier.Changes, stop);
            repeats.Dequeue();
            return true;
        }
        List<PendingUnit> front;
        lock (tree.Gate)
        {
            front = queue.Front(oneByOne > 0 ? 1 : Bounds.ChangesPerCommit); // 1.
            arrivals.Heard.Clear();
        }
        if (front.Count == 0) return false;

        var draft = new CommitDraft(remote);
        int units;
        try
        {
            units = await PersistAsync(() => draft.FillAsync(front, stop), stop); // 2.
        }
        catch (ContentGoneException gone)
        {
            lock (tree.Gate) queue.Replace(front.Count, [.. front.SelectMany(unit => unit.Changes.Contains(gone.Save) ? reconciling.Abandon(unit, gone) : [unit])]);
            return true;
        }
        if (draft.IsEmpty)
        {
            lock (tree.Gate)
            {
                Settle(front.Take(units).SelectMany(unit => unit.Changes));
                queue.Replace(units, []);
                foreach (var change in front.Take(units).SelectMany(unit => unit.Changes)) CatchUp(change.Memory);
            }
            return true;
        }
        await ExchangeAsync(Guid.NewGuid().ToString("N"), front[0].IsGroup, front[..units], draft, stop);
        return true;
    }

    private async Task ExchangeAsync(string id, bool isAtomic, List<PendingUnit> units, CommitDraft draft, CancellationToken stop)
    {
        var request = draft.Request(id, isAtomic);
        server.Sends(id);
        lock (tree.Gate) journal.Sends(id, isAtomic, draft);
        var (answer, refused) = await SendAsync(request, stop); // 3.
        if (answer is null && units.Count > 1 && refused!.Status != 404)
        {
            // One change that the server cannot even read spoils the others only while they travel together.
            oneByOne = units.Count;
            lock (tree.Gate) journal.Answered();
            return;
        }
        oneByOne = Math.Max(0, oneByOne - 1);
        var again = new List<PendingUnit>();
        var lost = new HashSet<TrackedMemory>();
        // Together, so that a journal knows of a commit's whole outcome or of none of it.
        if (answer is not null) TakeIn(units.SelectMany(unit => unit.Changes), draft, answer);
        foreach (var unit in units)
        {
            if (answer is null) again.AddRange(await PersistAsync(() => reconciling.WholeAsync(unit, refused!, draft.ChangeAt(refused!.Change), stop), stop));
            else foreach (var change in unit.Changes.Where(change => !change.IsDone)) again.AddRange(await TryAgainAsync(change, draft.ResultOf(change, answer)!, lost, stop)); // 5.
        }
        lock (tree.Gate)
        {
            queue.Replace(units.Count, again);
            foreach (var change in units.SelectMany(unit => unit.Changes)) CatchUp(change.Memory);
            foreach (var hidden in arrivals.Unblocked()) follower.Want(hidden);
            journal.Answered();
            journal.TrySeal();
        }
    }

    private void TakeIn(IEnumerable<PendingChange> changes, CommitDraft draft, CommitBody answer) // 4.
    {
        lock (tree.Gate)
        {
            foreach (var change in changes)
            {
                if (draft.ResultOf(change, answer) is not { } result) Settle([change]);
                else if (result.Type != "refused") TakeIn(change, result);
            }
            journal.TrySeal();
        }
    }

    private async Task<IReadOnlyList<PendingUnit>> TryAgainAsync(PendingChange change, ChangeResultBody result, HashSet<TrackedMemory> lost, CancellationToken stop)
    {
        // What built on a change that lost waits for it; that one has met the head for both.
        if (!lost.Add(change.Memory)) return [new PendingUnit(change)];
        var again = await PersistAsync(() => reconciling.ChangeAsync(change, result.Error!, stop), stop);
        // It may have become another memory's, and what follows with it.
        lost.UnionWith(again.SelectMany(unit => unit.Changes).Select(next => next.Memory));
        return again;
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
        server.Acknowledged = Math.Max(server.Acknowledged, result.Seq ?? 0);
        if (result.MemoryId is { } id && memory.Id != id)
        {
            memory.Id = id;
            // It was listed before this answer came, and taken for somebody else's.
            if (arrivals.ById.TryGetValue(id, out var other) && other != memory)
            {
                arrivals.Displace(other, memory.Node);
                other.Id = null;
            }
            arrivals.ById[id] = memory;
            // Already heard of as somebody's, and maybe as more than what was sent.
            memory.IsStale |= arrivals.Hidden.Remove(id) || arrivals.Heard.Contains(id);
        }
        memory.Version = result.MemoryVersionId ?? memory.Version;
        switch (change)
        {
            case PendingSave save:
                if (save.Contradicts is not null) server.Conflicts++;
                memory.Head = save.Merged is { } merged ? new HeadContent.Differs(merged)
                    : save.AppendedFrom is not null && !IsSame(result.ContentSha256, save.Content!) ? HeadContent.IsUnknown
                    : HeadContent.IsBase;
                memory.Base = new Basis(save.Content, memory.Head is HeadContent.Same ? memory.Version : null);
                break;
            case PendingRename { Attempts: >= Bounds.MergeTries }:
                // Carried out on whatever the head was.
                memory.Head = HeadContent.IsUnknown;
                break;
            case PendingDelete:
                // What an earlier mount removed may be shown here all the same.
                if (memory.Id is { } gone && arrivals.ById.TryGetValue(gone, out var shown) && shown != memory) arrivals.Remove(gone);
                else if (memory.Id is not null) arrivals.Forget(memory.Id);
                memory.Id = null;
                break;
        }
        queue.Settle(change, change is PendingSave && memory.Head is HeadContent.Same ? memory.Version : null);
        change.Done(Errno.None);
    }

    /// <summary>Nothing was to be done on the server: the memory never was there, or is not there any more.</summary>
    private void Settle(IEnumerable<PendingChange> changes)
    {
        foreach (var change in changes)
        {
            queue.Settle(change);
            change.Done(Errno.None);
        }
    }

    /// <summary>Once nothing of a memory is under way, what others did to it meanwhile is fetched; so is one that no file shows.</summary>
    private void CatchUp(TrackedMemory memory)
    {
        if (memory.Pending > 0 || memory.Id is null) return;
        if (memory.IsStale || memory.Head is not HeadContent.Same || memory is { Node: null, IsKept: false }) follower.Want(memory.Id);
    }

    private static bool IsSame(string? sha256, byte[] content) =>
        sha256 is not null && Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)) == sha256;
}
