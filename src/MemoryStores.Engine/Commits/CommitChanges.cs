using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Engine.Commits;

/// <summary>
/// The one way memories change. In numbered steps, inside one unit:
/// 1. find the store, and the commit if it has landed before; 2. plan the changes against what is there, deciding every
/// rule; 3. write what was planned; 4. keep a receipt. Nothing is written before its plan is complete, so a refusal
/// leaves nothing to undo: an atomic commit is one plan, any other a plan for each change.
/// </summary>
public sealed class CommitChanges(IStorageEngine storage, Limits limits)
{
    public ValueTask<Outcome<CommitOutcome>> RunAsync(CommitRequest request, CancellationToken stop) =>
        FlawInContents(request) is { } flaw
            ? ValueTask.FromResult<Outcome<CommitOutcome>>(flaw)
            : storage.RunAsync(request.Store, tx => RunUnitAsync(tx, request), stop);

    private async ValueTask<Outcome<CommitOutcome>> RunUnitAsync(IStorageTransaction tx, CommitRequest request)
    {
        // 1. Find the store, and the commit if it has landed before.
        var head = await tx.FindHeadAsync(request.Caller, request.Store);
        if (head is null) return new Refusal.StoreUnknown(request.Store.Value);
        if (!request.Caller.Grant.MayWriteTo(request.Store)) return new Refusal.StoreReadOnly();
        if (request.CommitId is { } id && await tx.FindCommitAsync(request.Store, id) is { } receipt)
        {
            return receipt.IsFor(request) && await MaySeeAsync(tx, request, receipt)
                ? await RepeatAsync(tx, request.Store, receipt)
                : new Refusal.CommitIdReused(id);
        }

        var chain = new HistoryChain(tx, head);
        var (results, refusal) = request.Atomic
            ? await RunAtomicAsync(tx, chain, request, head)
            : (await RunEachAsync(tx, chain, request, head), null);
        if (refusal is not null) return refusal;
        if (chain.Seq > head.Seq) await chain.CloseAsync();

        // 4. Keep a receipt, once at least one change found an end that a repeat could not find again.
        if (request.CommitId is { } commitId && results.Any(result => result is not ChangeResult.Refused))
            await tx.InsertCommitAsync(request.Store, commitId, CommitReceipt.For(chain.Seq, [.. results.Select(LineOf)], request));
        return new CommitOutcome(chain.Seq, Repeated: false, results);
    }

    private async ValueTask<(IReadOnlyList<ChangeResult>, Refusal?)> RunAtomicAsync(
        IStorageTransaction tx, HistoryChain chain, CommitRequest request, StoreHead head)
    {
        // 2. Plan.
        var plan = new CommitPlan(tx, head, limits, request);
        for (var i = 0; i < request.Changes.Count; i++)
        {
            if (await plan.AddAsync(request.Changes[i], []) is { } why) return ([], Located(request, i, why));
        }
        if (await plan.FlawAsync() is { } flaw) return ([], Located(request, flaw.Change, flaw.Why));

        // 3. Write.
        return (await plan.WriteAsync(chain), null);
    }

    private async ValueTask<IReadOnlyList<ChangeResult>> RunEachAsync(
        IStorageTransaction tx, HistoryChain chain, CommitRequest request, StoreHead head)
    {
        var results = new List<ChangeResult>(request.Changes.Count);
        var (memories, bytes) = (head.Memories, head.Bytes);
        foreach (var change in request.Changes)
        {
            // 2. Plan.
            var plan = new CommitPlan(tx, head with { Memories = memories, Bytes = bytes }, limits, request);
            var why = FlawInContent(change) ?? await plan.AddAsync(change, results) ?? (await plan.FlawAsync())?.Why;

            // 3. Write.
            results.AddRange(why is null ? await plan.WriteAsync(chain) : [new ChangeResult.Refused(why)]);
            if (why is null) (memories, bytes) = (memories + plan.MoreMemories, bytes + plan.MoreBytes);
        }
        return results;
    }

    /// <summary>The official endpoints' commits have one change, and their errors speak of no other.</summary>
    private static Refusal Located(CommitRequest request, int change, Refusal why) =>
        request.AlreadyMatchesIsDone ? why : new CommitRefusal(change, why);

    /// <summary>A caller confined to a directory is not told the outcome of changes that lie outside of it.</summary>
    private static async ValueTask<bool> MaySeeAsync(IStorageTransaction tx, CommitRequest request, CommitReceipt receipt)
    {
        if (request.Caller.Grant.PathPrefix is null) return true;
        foreach (var line in receipt.Lines().Where(line => line.Version is not null))
        {
            if (await tx.FindVersionAsync(request.Caller, request.Store, VersionId.FromStorage(line.Version!), withContent: false) is null) return false;
        }
        return true;
    }

    private static async ValueTask<CommitOutcome> RepeatAsync(IStorageTransaction tx, StoreId store, CommitReceipt receipt)
    {
        var results = new List<ChangeResult>();
        foreach (var line in receipt.Lines())
        {
            results.Add(line.Kind switch
            {
                ReceiptLine.Written => new ChangeResult.Written(
                    await tx.FindVersionAsync(store, VersionId.FromStorage(line.Version!), withContent: false)
                        ?? throw new InvalidDataException($"The commit's version {line.Version} is missing."), null),
                ReceiptLine.Unchanged => new ChangeResult.Unchanged(
                    MemoryId.FromStorage(line.Memory!), VersionId.FromStorage(line.Version!), null),
                _ => new ChangeResult.Refused(new Recalled(line.Status ?? 409, line.Type ?? "conflict_error")),
            });
        }
        return new CommitOutcome(receipt.Seq, Repeated: true, results);
    }

    private static ReceiptLine LineOf(ChangeResult result) => result switch
    {
        ChangeResult.Written written => new(ReceiptLine.Written, written.Version.Memory.Value, written.Version.Id.Value),
        ChangeResult.Unchanged same => new(ReceiptLine.Unchanged, same.MemoryId.Value, same.Head.Value),
        ChangeResult.Refused refused => new(ReceiptLine.Refused, Status: refused.Why.Status, Type: refused.Why.Type),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Refusal? FlawInContents(CommitRequest request)
    {
        if (!request.Atomic) return null;
        for (var i = 0; i < request.Changes.Count; i++)
        {
            if (FlawInContent(request.Changes[i]) is { } flaw) return Located(request, i, flaw);
        }
        return null;
    }

    private Refusal? FlawInContent(Change change) => change switch
    {
        Change.Create create => FlawInSize(create.Content.Size),
        Change.Update { Content: { } content } => FlawInSize(content.Size),
        Change.Append append => FlawInSize(append.More.Size),
        _ => null,
    };

    private Refusal.ContentTooLarge? FlawInSize(int size) =>
        size > limits.MemoryBytes ? new Refusal.ContentTooLarge(size, limits.MemoryBytes) : null;

    private sealed record Recalled(int Status, string Type)
        : Refusal(Status, Type, "This change was refused when its commit first arrived. Read the memory again and use a new commit_id.");
}
