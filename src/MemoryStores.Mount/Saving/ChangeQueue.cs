using System.Threading.Channels;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>Changes that belong together: on the server all of them happen, or none.</summary>
internal sealed record PendingUnit(IReadOnlyList<PendingChange> Changes)
{
    public PendingUnit(PendingChange change) : this([change]) { }

    public bool IsGroup => Changes.Count > 1;
}

/// <summary>What the server has not answered yet, in the order in which it happened here. All under the tree's gate.</summary>
internal sealed class ChangeQueue(MountTree tree, Journal journal)
{
    private readonly LinkedList<PendingUnit> units = new();
    private readonly Channel<bool> arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool TakesGroups { get; init; } = true;

    /// <summary>Changes waiting or under way.</summary>
    public int Count { get; private set; }

    public IEnumerable<PendingUnit> Units => units;

    /// <summary>The last change of which something is still to come: answered ones stay in their place until the whole commit is taken in.</summary>
    public PendingChange? Last
    {
        get
        {
            for (var unit = units.Last; unit is not null; unit = unit.Previous)
            {
                if (unit.Value.Changes.LastOrDefault(change => !change.IsDone) is { } change) return change;
            }
            return null;
        }
    }

    /// <summary>Several changes are one commit, where the server has such; else one follows the other.</summary>
    public void Add(params IReadOnlyList<PendingChange> changes)
    {
        if (changes.Count == 0) return;
        Adopt(changes);
        if (TakesGroups) units.AddLast(new PendingUnit(changes));
        else foreach (var change in changes) units.AddLast(new PendingUnit(change));
        arrived.Writer.TryWrite(true);
    }

    /// <summary>Counts changes as pending that their maker puts in their place himself.</summary>
    public void Adopt(params IReadOnlyList<PendingChange> changes)
    {
        foreach (var change in changes)
        {
            change.Memory.Pending++;
            change.Memory.Epoch++;
            change.Memory.Last = change;
            if (change is not PendingSave save) continue;
            change.Memory.LastSave = save;
            save.CountedBytes = save.Content?.Length ?? 0;
            tree.PendingBytes += save.CountedBytes;
        }
        Count += changes.Count;
        journal.Queued(changes);
    }

    /// <summary>The units at the front, at most so many changes; they stay there until they are answered.</summary>
    public List<PendingUnit> Front(int changes)
    {
        var front = new List<PendingUnit>();
        foreach (var unit in units)
        {
            // A group goes alone: it is a commit of its own.
            if (unit.IsGroup && front.Count > 0) break;
            front.Add(unit);
            if (unit.IsGroup || front.Count >= changes) break;
        }
        return front;
    }

    /// <summary>The units of these changes, which are in front of all others from now on.</summary>
    public List<PendingUnit> BringForward(IReadOnlySet<PendingChange> changes)
    {
        var forward = units.Where(unit => unit.Changes.Any(changes.Contains)).ToList();
        foreach (var unit in forward) units.Remove(unit);
        for (var i = forward.Count - 1; i >= 0; i--) units.AddFirst(forward[i]);
        journal.Front(forward);
        return forward;
    }

    /// <summary>Takes answered units from the front and puts in their place what has to be tried again.</summary>
    public void Replace(int answered, IReadOnlyList<PendingUnit> again)
    {
        for (; answered > 0; answered--) units.RemoveFirst();
        for (var i = again.Count - 1; i >= 0; i--) units.AddFirst(again[i]);
        journal.Front(again);
    }

    /// <summary>A change that needs no further try is no longer pending; the version has its content, where one has.</summary>
    public void Settle(PendingChange change, string? version = null)
    {
        journal.Done(change, version);
        Count--;
        change.Memory.Pending--;
        change.Memory.Epoch++;
        if (change is PendingSave save) tree.PendingBytes -= save.CountedBytes;
        if (change.Memory.Last != change) return;
        change.Memory.Last = null;
        change.Memory.LastSave = null;
    }

    /// <summary>
    /// Nothing comes of this save: the next one of the memory, if there is one, carries what both changed, and starts from what
    /// this one started from.
    /// </summary>
    public bool TryHandOn(PendingSave lost)
    {
        var next = units.SelectMany(unit => unit.Changes).SkipWhile(change => change != lost).Skip(1).OfType<PendingSave>().FirstOrDefault(save => save.Memory == lost.Memory);
        if (next is null) return false;
        next.Before = lost.Before;
        journal.Queued([next]);
        return true;
    }

    /// <summary>Puts a rename behind all that waits; false when its memory is renamed or removed again later anyhow.</summary>
    public bool TryPostpone(PendingChange rename)
    {
        var isLast = !units.SelectMany(unit => unit.Changes).SkipWhile(change => change != rename).Skip(1).Any(change => change.Memory == rename.Memory && change is not PendingSave);
        if (isLast) units.AddLast(new PendingUnit(rename));
        return isLast;
    }

    /// <summary>Whether something of this memory is to be sent before this change.</summary>
    public bool IsAhead(TrackedMemory memory, PendingChange of) =>
        units.SelectMany(unit => unit.Changes).TakeWhile(change => change != of).Any(change => change.Memory == memory);

    /// <summary>What waits behind a change of one memory is about another now.</summary>
    public void Redirect(PendingChange after, TrackedMemory to)
    {
        var from = after.Memory;
        foreach (var change in units.SelectMany(unit => unit.Changes).SkipWhile(change => change != after).Skip(1).Where(change => change.Memory == from))
        {
            change.Memory = to;
            from.Pending--;
            to.Pending++;
            to.Last = change;
            if (change is PendingSave save) to.LastSave = save;
            journal.Queued([change]);
        }
        from.Epoch++;
        to.Epoch++;
        if (from.Last?.Memory == to) (from.Last, from.LastSave) = (after, null);
    }

    public async Task ArrivedAsync(CancellationToken stop) => await arrived.Reader.ReadAsync(stop);

    /// <summary>Somebody waits for what is queued: it is not held back for company. Called under the gate.</summary>
    public void Hurry() => hurry.TrySetResult();

    /// <summary>Lets more come together, unless somebody waits. What is queued from now on is in no hurry again.</summary>
    public async Task GatherAsync(TimeSpan time, CancellationToken stop)
    {
        if (time > TimeSpan.Zero) await Task.WhenAny(hurry.Task, Task.Delay(time, stop));
        lock (tree.Gate)
        {
            if (hurry.Task.IsCompleted) hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
