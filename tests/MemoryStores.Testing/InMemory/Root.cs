using System.Collections.Immutable;
using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Work;

namespace MemoryStores.Testing.InMemory;

/// <summary>Everything the engine holds, at one moment. Of an agent the n-th in its list is version n.</summary>
internal sealed record Root(
    ImmutableDictionary<string, WorkspaceId> Workspaces,
    ImmutableSortedDictionary<string, ApiKey> Keys,
    ImmutableDictionary<ContentDigest, (string Key, long? Until)> Secrets,
    ImmutableList<(WorkspaceId Workspace, AdministrationEntry Entry)> Administration,
    ImmutableDictionary<string, byte[]> Settings,
    ImmutableSortedDictionary<string, ImmutableList<Agent>> Agents,
    ImmutableSortedDictionary<string, AgentEnvironment> Environments,
    ImmutableSortedDictionary<string, SessionRows> Sessions,
    ImmutableSortedDictionary<string, WorkItem> Work,
    ImmutableDictionary<StoreId, StoreRows> Stores,
    ImmutableDictionary<(WorkspaceId Workspace, ContentDigest Digest), MemoryContent> Contents)
{
    public static readonly Root Empty = new(
        ImmutableDictionary<string, WorkspaceId>.Empty,
        ImmutableSortedDictionary.Create<string, ApiKey>(StringComparer.Ordinal),
        ImmutableDictionary<ContentDigest, (string, long?)>.Empty,
        [],
        ImmutableDictionary<string, byte[]>.Empty,
        ImmutableSortedDictionary.Create<string, ImmutableList<Agent>>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, AgentEnvironment>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, SessionRows>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, WorkItem>(StringComparer.Ordinal),
        ImmutableDictionary<StoreId, StoreRows>.Empty,
        ImmutableDictionary<(WorkspaceId, ContentDigest), MemoryContent>.Empty);

    /// <summary>This root without the content that no version of any store of its workspace refers to.</summary>
    public Root WithoutUnusedContents()
    {
        var used = Stores.Values
            .SelectMany(rows => rows.History.Where(entry => entry.Digest is not null).Select(entry => (rows.Store.Workspace, entry.Digest!)))
            .ToHashSet();
        return this with { Contents = Contents.RemoveRange(Contents.Keys.Where(key => !used.Contains(key))) };
    }
}

/// <summary>The rows of one store. The entry with seq n is the n-th of its history and holds digests, never bytes.</summary>
internal sealed record StoreRows(
    MemoryStore Store,
    StoreHead Head,
    ImmutableDictionary<MemoryId, MemoryRow> Memories,
    ImmutableSortedDictionary<string, MemoryId> LivePaths,
    ImmutableList<HistoryEntry> History,
    ImmutableDictionary<VersionId, long> VersionSeqs,
    ImmutableDictionary<long, long> RedactionSeqs,
    ImmutableDictionary<string, CommitReceipt> Commits)
{
    public static StoreRows Of(MemoryStore store) => new(
        store,
        StoreHead.Empty(store.Id),
        ImmutableDictionary<MemoryId, MemoryRow>.Empty,
        ImmutableSortedDictionary<string, MemoryId>.Empty.WithComparers(Utf8Order.Comparer),
        [],
        ImmutableDictionary<VersionId, long>.Empty,
        ImmutableDictionary<long, long>.Empty,
        ImmutableDictionary<string, CommitReceipt>.Empty);

    public HistoryEntry EntryAt(long seq) => History[(int)seq - 1];

    public StoreRows WithEntry(HistoryEntry entry) => this with { History = History.SetItem((int)entry.Seq - 1, entry) };
}

/// <summary>A memory, living while it has a head.</summary>
internal sealed record MemoryRow(long CreatedAt, long? HeadSeq);
