using MemoryStores.Contract;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Engine.Storage;

/// <summary>Looks rows up in one consistent state. Nothing found is null or an empty list, never an exception.</summary>
public interface IStorageReader : IAccessReader, IAgentReader, ISessionReader, IWorkReader
{
    /// <summary>A store of this workspace that is not deleted.</summary>
    ValueTask<MemoryStore?> FindStoreAsync(WorkspaceId workspace, StoreId store);

    /// <summary>The moving part of a store of this workspace that is not deleted.</summary>
    ValueTask<StoreHead?> FindHeadAsync(WorkspaceId workspace, StoreId store);

    /// <summary>Stores, newest first, ties by id descending.</summary>
    ValueTask<IReadOnlyList<MemoryStore>> ListStoresAsync(StoreQuery query);

    /// <summary>Stores of a workspace that are not deleted, archived ones included.</summary>
    ValueTask<long> CountStoresAsync(WorkspaceId workspace);

    /// <summary>A live memory of this store.</summary>
    ValueTask<Memory?> FindMemoryAsync(StoreId store, MemoryId memory, bool withContent);

    /// <summary>The live memory at exactly this path.</summary>
    ValueTask<Memory?> FindMemoryAtAsync(StoreId store, string path);

    /// <summary>Live memories of a range of paths, ascending by the bytes of the path.</summary>
    ValueTask<IReadOnlyList<Memory>> ListMemoriesAsync(MemoryQuery query);

    /// <summary>A version of this store, redacted ones included.</summary>
    ValueTask<MemoryVersion?> FindVersionAsync(StoreId store, VersionId version, bool withContent);

    /// <summary>Versions, newest first.</summary>
    ValueTask<IReadOnlyList<MemoryVersion>> ListVersionsAsync(VersionQuery query);

    /// <summary>The history entry of this store with this seq; its content's digest and size without the bytes.</summary>
    ValueTask<HistoryEntry?> FindHistoryAsync(StoreId store, long seq);

    /// <summary>
    /// History entries of this store after a seq, in order and without a gap. <paramref name="withPaths"/> adds the paths of each
    /// and of the version before it; they cost a look each, and only a caller confined to a directory needs them.
    /// </summary>
    ValueTask<IReadOnlyList<HistoryHint>> ListHintsAsync(StoreId store, long afterSeq, int take, bool withPaths);

    /// <summary>History entries as they are read by people and auditors, in the order of the query.</summary>
    ValueTask<IReadOnlyList<HistoryLine>> ListHistoryAsync(HistoryQuery query);

    /// <summary>The receipt of a commit that landed under this id.</summary>
    ValueTask<CommitReceipt?> FindCommitAsync(StoreId store, string commitId);

    /// <summary>
    /// How many stores, of any workspace, have more memories or more bytes than these, and how many erasures are marked and
    /// not finished. Looks at the heads of stores only.
    /// </summary>
    ValueTask<StorageTotals> CountTotalsAsync(long memories, long bytes);

    /// <summary>Whether an erasure is marked and not finished: of this store of this workspace, or of this version in it.</summary>
    ValueTask<bool> IsErasurePendingAsync(WorkspaceId workspace, StoreId store, VersionId? version);
}

/// <summary>Totals over all workspaces, for the operator's eyes.</summary>
public sealed record StorageTotals(long StoresAbove, long ErasuresPending);

/// <summary>Stores made in [CreatedFrom, CreatedUntil], after the cursor in the order of the list.</summary>
public sealed record StoreQuery(
    WorkspaceId Workspace, bool IncludeArchived, long? CreatedFrom, long? CreatedUntil, (long CreatedAt, StoreId Id)? After, int Take)
{
    /// <summary>Only these stores; null for all.</summary>
    public IReadOnlyList<StoreId>? Only { get; init; }
}

/// <summary>Paths from <paramref name="From"/> up to and without <paramref name="Until"/>, compared as UTF-8 bytes.</summary>
public sealed record MemoryQuery(StoreId Store, string From, string Until, int Take, bool WithContent);

/// <summary>Versions that satisfy every given filter, below the seq of the cursor.</summary>
public sealed record VersionQuery(StoreId Store, int Take, bool WithContent)
{
    /// <summary>Versions of one memory, living or deleted.</summary>
    public MemoryId? Memory { get; init; }

    /// <summary>Versions of one operation.</summary>
    public VersionOperation? Operation { get; init; }

    /// <summary>Versions written by one actor.</summary>
    public Actor? By { get; init; }

    /// <summary>Versions whose path lies below this directory, given with its final '/'.</summary>
    public string? PathPrefix { get; init; }

    /// <summary>Versions written at this time or later.</summary>
    public long? CreatedFrom { get; init; }

    /// <summary>Versions written at this time or earlier.</summary>
    public long? CreatedUntil { get; init; }

    /// <summary>Versions older than the one with this seq.</summary>
    public long? BelowSeq { get; init; }
}

/// <summary>Entries of a store's history that satisfy every given filter, newest first unless asked otherwise.</summary>
public sealed record HistoryQuery(StoreId Store, int Take)
{
    /// <summary>Ascending by seq.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Entries with a greater seq.</summary>
    public long? AfterSeq { get; init; }

    /// <summary>Entries with a smaller seq.</summary>
    public long? BeforeSeq { get; init; }

    /// <summary>Entries of one kind.</summary>
    public HistoryKind? Kind { get; init; }

    /// <summary>Entries about one memory, living or deleted.</summary>
    public MemoryId? Memory { get; init; }

    /// <summary>Entries that stand at exactly this path.</summary>
    public MemoryPath? Path { get; init; }

    /// <summary>Entries that stand below this directory, given with its final '/'.</summary>
    public string? PathPrefix { get; init; }

    /// <summary>The directory that a caller is confined to: what stands below it, and what happened to the store itself.</summary>
    public string? Within { get; init; }
}
