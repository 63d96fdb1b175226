using MemoryStores.Client;
using MemoryStores.Contract.Wire;
using MemoryStores.Fuse;
using MemoryStores.Mount.Following;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>
/// What follows when the server refuses a change, because somebody else was first or because it cannot be. The answer is what to
/// try instead, or nothing when the change came to its end. Nobody's bytes vanish: a refused save is merged and tried again, or
/// stays in its file as a draft.
/// </summary>
internal sealed class Reconciling(
    MountTree tree, ChangeQueue queue, Drafts drafts, Journal journal, IRemoteStore remote, Arrivals arrivals, Follower follower, ServerState server)
{
    private const string PathTaken = "memory_path_conflict_error";
    private const string Lost = "memory_precondition_failed_error";
    private const string Unknown = "not_found_error";
    private const string Invalid = "invalid_request_error";

    public async Task<IReadOnlyList<PendingUnit>> ChangeAsync(PendingChange change, ErrorDetailBody error, CancellationToken stop)
    {
        change.Attempts++;
        return (change, error.Type) switch
        {
            // The answer to a repeat does not say who stands in the way.
            (not PendingDelete, PathTaken) when error.ConflictingPath is null && change.Attempts < Bounds.MergeTries => [new PendingUnit(change)],
            (PendingSave save, PathTaken) when save.Memory.Id is null && error.ConflictingPath == save.Path && error.ConflictingMemoryId is { } winner =>
                await BecomeUpdateAsync(save, winner, stop),
            (PendingSave { Memory.Id: not null } save, Lost or Unknown) => await MeetHeadAsync(save, stop),
            // An earlier change of the same commit, on which this one builds, was refused.
            (PendingSave save, Lost) => [new PendingUnit(save)],
            // What it says of others is what the server does not take.
            (PendingSave { Contradicts: not null } save, Invalid) => Plainly(save),
            (PendingSave save, _) => Draft(save, DraftReason.Refused(error.Message), Errno.EIO),
            (PendingRename rename, PathTaken) when error.ConflictingPath == rename.Path && error.ConflictingMemoryId is { } occupant =>
                await TakePlaceAsync(rename, occupant, stop),
            (PendingRename { Memory.Id: not null } rename, Lost) => await MeetHeadAsync(rename, stop),
            (PendingRename { Memory.Id: null } rename, Lost or Unknown) when rename.Attempts < Bounds.MergeTries => [new PendingUnit(rename)],
            (PendingDelete { Memory.Id: null } delete, Lost or Unknown) when delete.Attempts < Bounds.MergeTries => [new PendingUnit(delete)],
            _ => GiveUp(change, error.Type),
        };
    }

    /// <summary>
    /// The commit was refused whole, for one of its changes or for none in particular. Those it is not about are tried again; a group
    /// goes on change by change, and only a save's lost race is worth trying together again.
    /// </summary>
    public async Task<IReadOnlyList<PendingUnit>> WholeAsync(PendingUnit unit, ApiException refused, PendingChange? blamed, CancellationToken stop)
    {
        if (blamed is null)
        {
            var error = refused.Status == 404 ? Errno.ESTALE : tree.IsArchived ? Errno.EROFS : Errno.EIO;
            return [.. unit.Changes.SelectMany(change => change is PendingSave lost ? Draft(lost, error == Errno.EIO ? DraftReason.Refused(refused.Message) : DraftReason.Closed(refused.Message), error) : GiveUp(change, refused.Type))];
        }
        if (!unit.Changes.Contains(blamed)) return [unit];
        if (!unit.IsGroup) return await ChangeAsync(unit.Changes[0], Detail(refused), stop);
        if (blamed is PendingSave { Memory.Id: not null } save && refused.Type is Lost or Unknown)
        {
            save.Attempts++;
            await MeetHeadAsync(save, stop);
            return [unit];
        }
        if (blamed is PendingRename { Memory.Id: not null } rename && refused.Type is Lost)
        {
            rename.Attempts++;
            if (await MeetHeadAsync(rename, stop) is not []) return [unit];
            return [.. unit.Changes.Where(change => change != rename).Select(change => new PendingUnit(change))];
        }
        return [.. unit.Changes.Select(change => new PendingUnit(change))];
    }

    /// <summary>Both made one path. The other was first: this save becomes an update of his memory, on top of his content.</summary>
    private async Task<IReadOnlyList<PendingUnit>> BecomeUpdateAsync(PendingSave save, string winner, CancellationToken stop)
    {
        var found = await remote.FindAsync(winner, stop);
        lock (tree.Gate)
        {
            if (found?.Path != save.Path && save.Attempts < Bounds.MergeTries) return [new PendingUnit(save)]; // Gone again: the path is free.
            if (found is null) return Draft(save, DraftReason.Taken(save.Path), Errno.EIO);
            var memory = save.Memory;
            if (arrivals.ById.TryGetValue(winner, out var other) && other != memory)
            {
                if (other.Pending > 0) return Yield(save, other);
                arrivals.Displace(other, memory.Node);
                other.Id = null;
            }
            arrivals.ById[winner] = memory;
            arrivals.Hidden.Remove(winner);
            (memory.Id, memory.Version) = (winner, found.MemoryVersionId);
            if (save.Content is { } same && found.Content is { } there && there.Utf8.Span.SequenceEqual(same)) return AreOne(save);
            save.Before = Basis.Nothing;
            memory.Head = HeadOf(found, save.Before.Content);
        }
        return [new PendingUnit(save)];
    }

    /// <summary>What was to be saved is there already: that is no version.</summary>
    private IReadOnlyList<PendingUnit> AreOne(PendingSave save)
    {
        (save.Memory.Base, save.Memory.Head) = (new Basis(save.Content, save.Memory.Version), HeadContent.IsBase);
        queue.Settle(save, save.Memory.Version);
        save.Done(Errno.None);
        return [];
    }

    /// <summary>
    /// The path is that of another memory which is about to change from here, too. Either that is to be sent first, and frees the
    /// path; or the memory came when this one had already left the path again, which is said by what follows.
    /// </summary>
    private IReadOnlyList<PendingUnit> Yield(PendingChange change, TrackedMemory to)
    {
        var isToGoFirst = queue.IsAhead(to, change);
        if (change.Attempts >= Bounds.MergeTries) return change is PendingSave lost ? Draft(lost, DraftReason.Taken(lost.Path), Errno.EIO) : GiveUp(change, PathTaken);
        if (isToGoFirst) return [new PendingUnit(change)];
        if (change is PendingSave save)
        {
            save.Path = $"{save.Path}.{Guid.NewGuid().ToString("N")[..8]}";
            save.Memory.IsStale = true; // Where it is in the end is asked.
            return [new PendingUnit(save)];
        }
        if (queue.TryPostpone(change)) return [];
        change.Memory.IsStale = true; // Where it is in the end is asked.
        queue.Settle(change);
        change.Done(Errno.None);
        return [];
    }

    /// <summary>The head is not what the rename was to move: it moves what it is now.</summary>
    private async Task<IReadOnlyList<PendingUnit>> MeetHeadAsync(PendingRename rename, CancellationToken stop)
    {
        var memory = rename.Memory;
        var found = await remote.FindAsync(memory.Id!, stop);
        lock (tree.Gate)
        {
            if (found is null) return GiveUp(rename, Unknown);
            (memory.Version, memory.Head) = (found.MemoryVersionId, HeadOf(found, memory.Base.Content));
        }
        return [new PendingUnit(rename)];
    }

    /// <summary>The head is not what the save started from: what it is now is merged in when the save is sent again.</summary>
    private async Task<IReadOnlyList<PendingUnit>> MeetHeadAsync(PendingSave save, CancellationToken stop)
    {
        var memory = save.Memory;
        var found = await remote.FindAsync(memory.Id!, stop);
        // What was redacted must not come back inside of what was made from it.
        if (save.Before.Version is { } before && before != found?.MemoryVersionId && await remote.ContentAsync(before, stop) is null)
            return Draft(save, DraftReason.Gone($"version {before}, from which it was made, was redacted or pruned"), Errno.EIO);
        lock (tree.Gate)
        {
            if (found is null)
            {
                // Deleted elsewhere, edited here: it is made again.
                arrivals.Forget(memory.Id!);
                save.Contradicts = memory.Version;
                (memory.Id, memory.Version, memory.Head) = (null, null, HeadContent.IsBase);
            }
            else
            {
                memory.Version = found.MemoryVersionId;
                memory.Head = HeadOf(found, save.Before.Content);
                save.Contradicts = null;
                if (memory.Head is HeadContent.Differs(var theirs) && CommitDraft.Joined(save.Before.Content, theirs, save.Content!) is null)
                {
                    save.Contradicts = memory.Version;
                    memory.Head = HeadContent.IsBase; // The later save is the head; the earlier stays a version.
                }
            }
        }
        return [new PendingUnit(save)];
    }

    /// <summary>Somebody made a memory where this one was to go: as if he had been first, it is replaced, and stays as a version.</summary>
    private async Task<IReadOnlyList<PendingUnit>> TakePlaceAsync(PendingRename rename, string occupant, CancellationToken stop)
    {
        var memory = rename.Memory;
        var (found, mine) = (await remote.FindAsync(occupant, stop), memory.Id is null ? null : await remote.FindAsync(memory.Id, stop));
        lock (tree.Gate)
        {
            // Gone again, maybe by what was sent together with this: the path is free.
            if (found?.Path != rename.Path || mine?.Content is not { } content) return rename.Attempts < Bounds.MergeTries ? [new PendingUnit(rename)] : GiveUp(rename, Lost);
            if (arrivals.ById.TryGetValue(occupant, out var known) && known.Pending > 0) return Yield(rename, known);
            server.Conflicts++;
            var target = known ?? (arrivals.ById[occupant] = new TrackedMemory { Id = occupant });
            arrivals.Hidden.Remove(occupant);
            arrivals.Displace(target, memory.Node);
            var moved = content.Utf8.ToArray();
            if (memory.Node is { IsLoaded: false } absent) arrivals.Replace(absent, target, found.MemoryVersionId, moved);
            // What programs here have of it is carried over, and what others put into it is merged in like any head.
            var seen = memory.Base.Content ?? moved;
            (target.Version, target.Head) = (found.MemoryVersionId, new HeadContent.Differs(moved));
            if (memory.Node is { } node) (target.Node, node.Memory, memory.Node) = (node, target, null);
            else target.IsStale = true; // It is another's file that shows it, and shall.
            var save = new PendingSave(target, rename.Path) { Content = seen, Before = new Basis(seen, null) };
            var delete = new PendingDelete(memory);
            if (target.Node is { } shown) journal.Described(shown);
            queue.Adopt(save);
            queue.Redirect(rename, target);
            queue.Settle(rename);
            rename.Done(Errno.None);
            queue.Adopt(delete);
            var unit = new PendingUnit([save, delete]);
            journal.Front([unit]);
            return [unit];
        }
    }

    private IReadOnlyList<PendingUnit> Draft(PendingSave save, DraftReason why, Errno error)
    {
        lock (tree.Gate)
        {
            if (queue.TryHandOn(save)) return Fail(save, error);
            if (save.Memory.Node is { } node)
            {
                node.IsDirty = true;
                drafts.Set(node, why);
            }
            else if (save is { IsLeft: true, Content: { } content }) drafts.Keep(save.Path, content, why, tree.Now);
            else server.Conflicts++;
            return Fail(save, error);
        }
    }

    /// <summary>A save cannot be sent because of what it was made from; of the others of its commit the server's view stands.</summary>
    public IReadOnlyList<PendingUnit> Abandon(PendingUnit unit, ContentGoneException gone) =>
        [.. unit.Changes.SelectMany(change => change == gone.Save && gone.Save.Content is not null ? Draft(gone.Save, DraftReason.Gone(gone.Message), Errno.EIO) : GiveUp(change, Lost))];

    private static IReadOnlyList<PendingUnit> Plainly(PendingSave save)
    {
        save.Contradicts = null;
        return [new PendingUnit(save)];
    }

    /// <summary>The server's view stands, and is fetched.</summary>
    private IReadOnlyList<PendingUnit> GiveUp(PendingChange change, string why)
    {
        lock (tree.Gate)
        {
            var gone = why == Unknown;
            if (!gone) server.Conflicts++;
            change.Memory.IsStale = !gone || change is not PendingDelete;
            if (gone && change is PendingDelete && change.Memory.Id is { } id) arrivals.Forget(id);
            if (change.Memory.IsStale && change.Memory.Id is { } stale) follower.Want(stale);
            return Fail(change, gone && change is PendingDelete ? Errno.None : Errno.ESTALE);
        }
    }

    private IReadOnlyList<PendingUnit> Fail(PendingChange change, Errno error)
    {
        lock (tree.Gate)
        {
            queue.Settle(change);
            change.Done(error);
        }
        return [];
    }

    private static HeadContent HeadOf(MemoryBody found, byte[]? before) =>
        found.Content is not { } content ? HeadContent.IsUnknown
        : before is not null && content.Utf8.Span.SequenceEqual(before) ? HeadContent.IsBase
        : new HeadContent.Differs(content.Utf8.ToArray());

    private static ErrorDetailBody Detail(ApiException refused) =>
        new(refused.Type, refused.Message) { ConflictingPath = refused.ConflictingPath, ConflictingMemoryId = refused.ConflictingMemoryId };
}
