using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Engine.Changes;

/// <summary>
/// A page of what happened after a cursor; without one, where the history ends. A caller confined to a directory is told of
/// what happened inside, and of a memory that left it as of a deleted one.
/// </summary>
public sealed class ReadChanges(IStorageEngine storage)
{
    public ValueTask<Outcome<ChangePage>> RunAsync(Caller caller, StoreId store, ChangeCursor? after, int take, CancellationToken stop) =>
        storage.ReadAsync<Outcome<ChangePage>>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, store) is not { } head) return new Refusal.StoreUnknown(store.Value);
            var end = ChangeCursor.Of(head.Seq, head.Link);
            if (after is null || after == end) return new ChangePage([], end, head.Seq);
            if (await ContradictionAsync(reader, head, after) is { } flaw) return new ChangePage([], end, head.Seq) { Reset = flaw };

            var isNarrow = caller.Grant.PathPrefix is not null;
            var hints = await reader.ListHintsAsync(store, after.Seq, take, withPaths: isNarrow);
            if (!isNarrow) return new ChangePage([.. hints.Select(Told)], CursorAt(hints[^1]), head.Seq);
            var events = new List<ChangeEvent>();
            foreach (var hint in hints)
            {
                switch (SightOf(hint, caller.Grant))
                {
                    case Sight.Seen: events.Add(Told(hint)); break;
                    // The version id opens nothing for this key, and another's commit_id is not for its eyes.
                    case Sight.Left: events.Add(Told(hint) with { Kind = HistoryKind.MemoryDeleted, CommitId = null }); break;
                    case Sight.Unknowable: return new ChangePage([], end, head.Seq) { Reset = FeedReset.Redacted };
                }
            }
            return new ChangePage(events, CursorAt(hints[^1]), head.Seq);
        }, stop);

    private static async ValueTask<FeedReset?> ContradictionAsync(IStorageReader reader, StoreHead head, ChangeCursor after)
    {
        if (after.Seq > head.Seq) return FeedReset.UnknownCursor;
        var link = after.Seq == 0 ? StoreHead.Empty(head.Id).Link
            : after.Seq == head.Seq ? head.Link
            : (await reader.FindHistoryAsync(head.Id, after.Seq))?.Link ?? throw new InvalidDataException($"The history of {head.Id} has no entry {after.Seq}.");
        return ChangeCursor.Of(after.Seq, link) == after ? null : FeedReset.ContradictedCursor;
    }

    private enum Sight
    {
        Hidden,
        Seen,
        Left,
        Unknowable,
    }

    private static Sight SightOf(HistoryHint hint, Grant grant)
    {
        if (hint.Memory is null) return Sight.Seen; // The store itself is visible to every key that reaches it.
        if (hint.Kind == HistoryKind.VersionRedacted) return Sight.Hidden; // Whose version it was, its path no longer tells.
        // Of a conflict the version before is the one that was saved. Where that was emptied there is nothing left to act upon.
        if (hint.Kind == HistoryKind.MemoryConflict) return hint.PathBefore is { } saved && grant.Sees(saved) ? Sight.Seen : Sight.Hidden;
        if (hint.Path is { } path && grant.Sees(path)) return Sight.Seen;
        if (hint.Kind == HistoryKind.MemoryCreated) return Sight.Hidden;
        if (hint.Path is null || hint.PathBefore is null) return Sight.Unknowable;
        return grant.Sees(hint.PathBefore) ? Sight.Left : Sight.Hidden;
    }

    private static ChangeEvent Told(HistoryHint hint) => new(CursorAt(hint), hint.Kind, hint.Memory, hint.Version ?? hint.About, hint.CommitId);

    private static ChangeCursor CursorAt(HistoryHint hint) => ChangeCursor.Of(hint.Seq, hint.Link);
}
