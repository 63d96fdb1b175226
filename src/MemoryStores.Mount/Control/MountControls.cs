namespace MemoryStores.Mount.Control;

/// <summary>What can be asked of a running mount, from outside by the socket and from inside by a signal.</summary>
public sealed record MountControls
{
    public required Func<MountStatus> Status { get; init; }
    public required Func<Action<int>?, CancellationToken, Task<DrainOutcome>> DrainAsync { get; init; }
    public required Func<TimeSpan, bool, Task> UnmountAsync { get; init; }

    public Func<IReadOnlyList<DraftEntry>> Drafts { get; init; } = static () => [];
    public Func<string, byte[]?> DraftContent { get; init; } = static _ => null;
    public Func<string, Task<bool>> DiscardDraftAsync { get; init; } = static _ => Task.FromResult(false);

    public static MountControls Of(MountedStore store) =>
        new() { Status = store.Status, DrainAsync = store.DrainAsync, UnmountAsync = store.UnmountAsync, Drafts = store.ListDrafts, DraftContent = store.DraftContent, DiscardDraftAsync = store.DiscardDraftAsync };
}
