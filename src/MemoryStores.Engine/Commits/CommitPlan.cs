using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Engine.Commits;

/// <summary>
/// Changes thought through before any is written: what each memory would be, and whether the end is allowed. Paths and
/// limits are judged by the end alone, so that memories can swap places and chains of renames come in any order.
/// </summary>
internal sealed class CommitPlan(IStorageTransaction tx, StoreHead store, Limits limits, CommitRequest request)
{
    private readonly Dictionary<MemoryId, PlannedMemory> memories = [];
    private readonly List<Step> steps = [];

    private Grant Grant => request.Caller.Grant;

    /// <summary>A change that was thought through: the version it makes, null for one that changes nothing, and what is the head then.</summary>
    private sealed record Step(PlannedMemory Memory, PlannedVersion? Version, VersionId Head, VersionId? ConflictWith = null);

    public long MoreMemories => memories.Values.Sum(memory => (memory.IsLive ? 1 : 0) - (memory.WasLive ? 1 : 0));

    public long MoreBytes => memories.Values.Sum(memory => (memory.IsLive ? memory.Size : 0L) - memory.SizeBefore);

    /// <summary>Plans one more change after those before it; the refusal if it cannot be.</summary>
    public async ValueTask<Refusal?> AddAsync(Change change, IReadOnlyList<ChangeResult> earlier)
    {
        switch (change)
        {
            case Change.Create create:
                if (store.Archived) return new Refusal.StoreArchived();
                if (await FlawInConflictAsync(create) is { } unseen) return unseen;
                if (!Grant.Sees(create.Path)) return new Refusal.OutsidePrefix(Grant.PathPrefix!);
                var made = PlannedMemory.New(MemoryId.FromStorage(tx.NewId(MemoryId.Tag)));
                memories.Add(made.Id, made);
                Plan(made, VersionOperation.Created, create.Path, create.Content, create.ConflictWith);
                return null;

            case Change.Update update:
                if (store.Archived) return new Refusal.StoreArchived();
                var (updated, unknown) = await FindAsync(update.Target, earlier);
                if (updated is null) return unknown;
                if (await FlawInConflictAsync(update) is { } untold) return untold;
                return Update(updated, update.Content, update.Path, update.Expects, earlier, update.ConflictWith);

            case Change.Append append:
                if (store.Archived) return new Refusal.StoreArchived();
                var (grown, nowhere) = await FindAsync(append.Target, earlier);
                if (grown is null) return nowhere;
                var joined = (await ContentOfAsync(grown)).Append(append.More);
                if (FlawIn(append.Expects, grown, earlier) is { } moved) return moved;
                if (joined.Size > limits.MemoryBytes) return new Refusal.ContentTooLarge(joined.Size, limits.MemoryBytes);
                return Update(grown, joined, null, append.Expects, earlier);

            case Change.Delete delete:
                var (doomed, missing) = await FindAsync(delete.Target, earlier);
                if (doomed is null) return missing;
                if (FlawIn(delete.Expects, doomed, earlier) is { } stale) return stale;
                Plan(doomed, VersionOperation.Deleted, null, null);
                return null;

            default:
                throw new UnreachableException();
        }
    }

    private async ValueTask<Refusal?> FlawInConflictAsync(Change change) =>
        change.ConflictWith is { } contradicted && await tx.FindVersionAsync(request.Caller, store.Id, contradicted, withContent: false) is null
            ? new Refusal.ConflictUnknown(contradicted.Value)
            : null;

    private Refusal? Update(
        PlannedMemory memory, MemoryContent? content, MemoryPath? path, Expectation expects, IReadOnlyList<ChangeResult> earlier,
        VersionId? conflictWith = null)
    {
        if (path is not null && !Grant.Sees(path)) return new Refusal.OutsidePrefix(Grant.PathPrefix!);
        var same = (content is null || content.Digest.Equals(memory.Digest)) && (path is null || path == memory.Path);
        if (!(same && request.AlreadyMatchesIsDone) && FlawIn(expects, memory, earlier) is { } stale) return stale;
        if (same) steps.Add(new Step(memory, null, memory.Head!));
        else Plan(memory, VersionOperation.Modified, path ?? memory.Path!, content, conflictWith);
        return null;
    }

    /// <summary>Judges the end of all planned changes: which of them, if any, may not be, and why.</summary>
    public async ValueTask<(int Change, Refusal Why)?> FlawAsync()
    {
        var moved = memories.Values.Where(memory => memory.IsLive && memory.Path != memory.PathBefore).ToList();
        var gone = memories.Values.Where(memory => memory.WasLive && memory.Path != memory.PathBefore).Select(memory => memory.Id).ToHashSet();
        if (FindClash(moved) is { } clash)
            return (LastStepOf(clash.Second), new Refusal.PathConflict(clash.First.Path!.Value, ""));
        foreach (var memory in moved)
        {
            if (await FindOccupantAsync(memory.Path!, gone) is { } occupant)
                return (LastStepOf(memory), Conflict(memory.Path!, occupant));
        }
        var count = store.Memories + MoreMemories;
        if (MoreMemories > 0 && count > limits.MemoriesPerStore) return (LastGrowth(), new Refusal.StoreFull(limits.MemoriesPerStore));
        var bytes = store.Bytes + MoreBytes;
        return MoreBytes > 0 && bytes > limits.StoreBytes ? (LastGrowth(), new Refusal.StoreBytesFull(limits.StoreBytes)) : null;
    }

    /// <summary>Writes the plan: paths are left first and taken after, so that no two memories ever stand at one.</summary>
    public async ValueTask<IReadOnlyList<ChangeResult>> WriteAsync(HistoryChain chain)
    {
        foreach (var memory in memories.Values.Where(memory => memory.Last is not null))
        {
            if (memory.WasLive) await tx.VacateAsync(store.Id, memory.Id);
        }

        var results = new List<ChangeResult>(steps.Count);
        foreach (var (memory, version, head, contradicted) in steps)
        {
            if (version is null)
            {
                results.Add(new ChangeResult.Unchanged(memory.Id, head, memory.Before));
                continue;
            }
            if (version.Operation == VersionOperation.Created)
            {
                memory.CreatedAt = chain.NextAt;
                await tx.InsertMemoryAsync(store.Id, memory.Id, memory.CreatedAt);
            }
            var entry = await chain.AppendAsync(
                draft => Describe(draft, memory, version), KindOf(version.Operation), request.Caller.Actor);
            results.Add(ResultOf(memory, version, entry));
            if (contradicted is not null)
            {
                await chain.AppendAsync(
                    draft => draft with { CommitId = request.CommitId, Memory = memory.Id, Version = version.Id, About = contradicted },
                    HistoryKind.MemoryConflict, request.Caller.Actor);
            }
        }
        chain.Count(MoreMemories, MoreBytes);
        return results;
    }

    private HistoryEntry Describe(HistoryEntry draft, PlannedMemory memory, PlannedVersion version) => draft with
    {
        CommitId = request.CommitId,
        Memory = memory.Id,
        Version = version.Id,
        Path = version.Path,
        Digest = version.Digest,
        Size = version.Size,
        Content = version.Content,
        IsHead = version == memory.Last && memory.IsLive,
    };

    private static ChangeResult.Written ResultOf(PlannedMemory memory, PlannedVersion version, HistoryEntry entry)
    {
        var written = new MemoryVersion
        {
            Id = version.Id,
            Store = entry.Store,
            Memory = memory.Id,
            Seq = entry.Seq,
            Operation = version.Operation,
            Path = version.Path,
            Digest = version.Digest,
            Size = version.Size,
            Content = version.Content,
            CreatedAt = entry.At,
            CreatedBy = entry.By,
            CommitId = entry.CommitId,
        };
        var after = version.Digest is null ? null : new Memory(
            memory.Id, entry.Store, version.Id, version.Path, version.Digest, version.Size!.Value,
            version.Text, memory.CreatedAt, entry.At);
        return new ChangeResult.Written(written, after);
    }

    private void Plan(PlannedMemory memory, VersionOperation operation, MemoryPath? path, MemoryContent? content, VersionId? conflictWith = null)
    {
        var id = VersionId.FromStorage(tx.NewId(VersionId.Tag));
        var version = operation == VersionOperation.Deleted
            ? new PlannedVersion(id, operation, memory.Path!, null, null, null, null)
            : new PlannedVersion(id, operation, path!, content?.Digest ?? memory.Digest, content?.Size ?? memory.Size, content, content ?? memory.Content);
        memory.Take(version);
        steps.Add(new Step(memory, version, id, conflictWith));
    }

    private async ValueTask<(PlannedMemory?, Refusal?)> FindAsync(Target target, IReadOnlyList<ChangeResult> earlier)
    {
        switch (target)
        {
            case Target.ById byId:
                return await FindByIdAsync(byId.Memory);
            case Target.AtPath at:
                var candidates = memories.Values.Where(memory => memory.IsLive && memory.Path == at.Path).ToList();
                if (await tx.FindMemoryAtAsync(store.Id, at.Path.Value) is { } there && Grant.Sees(there.Path) && !memories.ContainsKey(there.Id))
                    candidates.Add(Track(there));
                return candidates switch
                {
                    [] => (null, new Refusal.MemoryUnknown(at.Path.Value)),
                    [var one] => (one, null),
                    // Two stand there until the commit's end parts them, and to guess could delete the wrong one.
                    [_, var other, ..] => (null, new Refusal.PathConflict(at.Path.Value, other.Id.Value)),
                };
            case Target.OfChange of:
                var id = of.Index < earlier.Count ? MemoryOf(earlier[of.Index]) : of.Index < steps.Count ? steps[of.Index].Memory.Id : null;
                return id is null ? (null, new Refusal.MemoryUnknown($"of change {of.Index}")) : await FindByIdAsync(id);
            default:
                throw new UnreachableException();
        }
    }

    private async ValueTask<(PlannedMemory?, Refusal?)> FindByIdAsync(MemoryId id)
    {
        if (!memories.TryGetValue(id, out var memory) && await tx.FindMemoryAsync(request.Caller, store.Id, id, request.WithContent) is { } found)
            memory = Track(found);
        return memory is { IsLive: true } ? (memory, null) : (null, new Refusal.MemoryUnknown(id.Value));
    }

    private PlannedMemory Track(Memory found)
    {
        var memory = PlannedMemory.Of(found);
        memories.Add(memory.Id, memory);
        return memory;
    }

    private async ValueTask<MemoryContent> ContentOfAsync(PlannedMemory memory) =>
        memory.Content ??= (await tx.FindMemoryAsync(store.Id, memory.Id, withContent: true))!.Content!;

    private Refusal? FlawIn(Expectation expects, PlannedMemory memory, IReadOnlyList<ChangeResult> earlier) => expects switch
    {
        Expectation.That that => that.Condition.HoldsFor(memory.Head!, memory.Digest!) ? null
            : that.Condition is Precondition.ContentIs ? new Refusal.PreconditionFailed() : new Refusal.VersionMoved(),
        Expectation.LeftBy left => HeadLeftBy(left.Index, earlier) == memory.Head ? null : new Refusal.VersionMoved(),
        _ => throw new UnreachableException(),
    };

    private VersionId? HeadLeftBy(int change, IReadOnlyList<ChangeResult> earlier) =>
        change >= earlier.Count
            ? change < steps.Count ? steps[change].Head : null
            : earlier[change] switch
            {
                ChangeResult.Written written => written.Version.Id,
                ChangeResult.Unchanged same => same.Head,
                _ => null,
            };

    private static MemoryId? MemoryOf(ChangeResult result) => result switch
    {
        ChangeResult.Written written => written.Version.Memory,
        ChangeResult.Unchanged same => same.MemoryId,
        _ => null,
    };

    /// <summary>A caller is told of a memory outside of its directory only that its own path is taken.</summary>
    private Refusal.PathConflict Conflict(MemoryPath wanted, Memory occupant) =>
        Grant.Sees(occupant.Path) ? new(occupant.Path.Value, occupant.Id.Value) : new(wanted.Value, "");

    /// <summary>Two of the moved memories of which one would stand at or above the other.</summary>
    private static (PlannedMemory First, PlannedMemory Second)? FindClash(List<PlannedMemory> moved)
    {
        if (moved.Count < 2) return null;
        var byPath = new Dictionary<string, PlannedMemory>(StringComparer.Ordinal);
        foreach (var memory in moved)
        {
            if (!byPath.TryAdd(memory.Path!.Value, memory)) return (byPath[memory.Path.Value], memory);
        }
        foreach (var memory in moved)
        {
            foreach (var directory in memory.Path!.Ancestors())
            {
                if (byPath.TryGetValue(directory, out var above)) return (above, memory);
            }
        }
        return null;
    }

    /// <summary>The live memory at, above or below a path, passing over those that this plan takes away.</summary>
    private async ValueTask<Memory?> FindOccupantAsync(MemoryPath path, HashSet<MemoryId> gone)
    {
        foreach (var taken in path.Ancestors().Prepend(path.Value))
        {
            if (await tx.FindMemoryAtAsync(store.Id, taken) is { } occupant && !gone.Contains(occupant.Id)) return occupant;
        }
        var below = PathRange.Below(path.Value + "/");
        // Of the memories below, at most those that leave are passed over.
        var inhabitants = await tx.ListMemoriesAsync(new MemoryQuery(store.Id, below.From, below.Until, gone.Count + 1, WithContent: false));
        return inhabitants.FirstOrDefault(memory => !gone.Contains(memory.Id));
    }

    private int LastStepOf(PlannedMemory memory) => steps.FindLastIndex(step => step.Memory == memory);

    private int LastGrowth() => steps.FindLastIndex(step => step.Version is { Digest: not null });

    private static HistoryKind KindOf(VersionOperation operation) => operation switch
    {
        VersionOperation.Created => HistoryKind.MemoryCreated,
        VersionOperation.Modified => HistoryKind.MemoryModified,
        VersionOperation.Deleted => HistoryKind.MemoryDeleted,
        _ => throw new UnreachableException(),
    };
}
