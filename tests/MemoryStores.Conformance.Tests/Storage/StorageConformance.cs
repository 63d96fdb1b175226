using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>
/// What every storage engine must do. The facts stand in the classes derived from this one, a topic each; OnSqlite.cs and
/// InMemory.cs run all of them on one engine each. A test begins with one empty store, a clock that stands still, and the
/// operations as short verbs.
/// </summary>
public abstract class StorageConformance<TStorage> : IAsyncLifetime
    where TStorage : StorageUnderTest, new()
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    protected static readonly CancellationToken Never = CancellationToken.None;

    private readonly TStorage storage = new();

    protected ManualClock Clock { get; } = new();
    protected IStorageEngine Engine { get; private set; } = null!;

    /// <summary>The limits of the operations; a test that needs small ones sets them first.</summary>
    protected Limits Limits { get; set; } = new();
    protected AuthenticateKey Authenticate { get; private set; } = null!;
    protected Caller Me { get; private set; } = null!;
    protected StoreId Store { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Engine = await storage.OpenAsync(Clock);
        Authenticate = new AuthenticateKey(Engine, Clock);
        Me = new Caller(await WorkspaceAsync("default"), new Actor(ActorKind.ApiKey, "apikey_me"));
        Store = (await CreateStoreAsync("Notes")).Id;
    }

    public async Task DisposeAsync()
    {
        await Engine.DisposeAsync();
        storage.Dispose();
    }

    protected static Caller As(Caller caller, ActorKind kind, string id) => caller with { Actor = new Actor(kind, id) };

    protected async Task<WorkspaceId> WorkspaceAsync(string name) => await Engine.RunAsync(null, tx => tx.EnsureWorkspaceAsync(name), Never);

    protected async Task<MemoryStore> CreateStoreAsync(string name, Caller? by = null) =>
        (await new CreateStore(Engine, Limits).RunAsync(by ?? Me, Profile(name), Never)).Done();

    protected static StoreProfile Profile(string name, string description = "", params (string Key, string Value)[] metadata) =>
        StoreProfile.TryMake(name, description, metadata.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)), out var profile, out var flaw)
            ? profile
            : throw new ArgumentException(flaw.Message, nameof(name));

    protected static MemoryPath At(string path) =>
        MemoryPath.TryParse(path, out var parsed, out var reason) ? parsed : throw new ArgumentException(reason, nameof(path));

    // The official operations on memories.

    protected CommitChanges Commits => new(Engine, Limits);

    protected async Task<Outcome<Memory>> TryCreateAsync(string path, string content = "text", Caller? by = null, StoreId? store = null) =>
        await new CreateMemory(Commits).RunAsync(by ?? Me, store ?? Store, At(path), MemoryContent.Of(content), Never);

    protected async Task<Memory> CreateAsync(string path, string content = "text", Caller? by = null, StoreId? store = null) =>
        (await TryCreateAsync(path, content, by, store)).Done() with { Content = null };

    protected async Task<Outcome<Memory>> TryUpdateAsync(
        MemoryId memory, string? content = null, string? path = null, Precondition? when = null, bool withContent = false) =>
        await new UpdateMemory(Commits).RunAsync(
            Me, Store, memory, content is null ? null : MemoryContent.Of(content), path is null ? null : At(path),
            when ?? Precondition.None, withContent, Never);

    protected async Task<Memory> UpdateAsync(MemoryId memory, string? content = null, string? path = null, Precondition? when = null) =>
        (await TryUpdateAsync(memory, content, path, when)).Done() with { Content = null };

    protected async Task<Outcome<MemoryId>> TryDeleteAsync(MemoryId memory, Precondition? when = null) =>
        await new DeleteMemory(Commits).RunAsync(Me, Store, memory, when ?? Precondition.None, Never);

    protected async Task DeleteAsync(MemoryId memory) => (await TryDeleteAsync(memory)).Done();

    protected async Task<Outcome<Memory>> TryRetrieveAsync(MemoryId memory, StoreId? store = null) =>
        await new RetrieveMemory(Engine).RunAsync(Me, store ?? Store, memory, withContent: true, Never);

    protected async Task<Memory> RetrieveAsync(MemoryId memory) => (await TryRetrieveAsync(memory)).Done();

    /// <summary>Every memory of the store, as "path=content" in the order of the list.</summary>
    protected async Task<string[]> StateAsync(StoreId? store = null) => await Engine.ReadAsync<string[]>(async reader =>
    [
        .. (await reader.ListMemoriesAsync(new MemoryQuery(store ?? Store, "/", "0", int.MaxValue, WithContent: true)))
            .Select(memory => $"{memory.Path}={memory.Content}"),
    ], Never);

    protected static Precondition ContentIs(string content) => new Precondition.ContentIs(MemoryContent.Of(content).Digest);

    // Commits.

    protected async Task<Outcome<CommitOutcome>> TryCommitAsync(CommitRequest request) => await Commits.RunAsync(request, Never);

    protected Task<Outcome<CommitOutcome>> TryCommitAsync(params Change[] changes) => TryCommitAsync(new CommitRequest(Me, Store, changes));

    protected async Task<CommitOutcome> CommitAsync(params Change[] changes) => (await TryCommitAsync(changes)).Done();

    protected async Task<CommitOutcome> CommitEachAsync(params Change[] changes) =>
        (await TryCommitAsync(new CommitRequest(Me, Store, changes) { Atomic = false })).Done();

    /// <summary>The refusal of an atomic commit.</summary>
    protected async Task<CommitRefusal> RefusedCommitAsync(params Change[] changes) => Assert.IsType<CommitRefusal>((await TryCommitAsync(changes)).Why());

    // Versions and history.

    protected async Task<Outcome<MemoryVersion>> TryRedactAsync(VersionId version, Caller? by = null, StoreId? store = null) =>
        await new RedactVersion(Engine, Patience).RunAsync(by ?? Me, store ?? Store, version, Never);

    protected async Task<MemoryVersion> RedactAsync(VersionId version) => (await TryRedactAsync(version)).Done();

    protected async Task<MemoryVersion> VersionAsync(VersionId version, StoreId? store = null) =>
        (await new RetrieveVersion(Engine).RunAsync(Me, store ?? Store, version, withContent: true, Never)).Done();

    /// <summary>Versions with content, newest first.</summary>
    protected async Task<IReadOnlyList<MemoryVersion>> VersionsAsync(MemoryId? memory = null) =>
        (await new ListVersions(Engine).RunAsync(Me, new VersionQuery(Store, Take: 1_000, WithContent: true) { Memory = memory }, Never)).Done().Items;

    protected async Task<StoreHead> HeadAsync() => (await Engine.ReadAsync(reader => reader.FindHeadAsync(Me.Workspace, Store), Never))!;

    protected async Task<List<HistoryEntry>> HistoryAsync()
    {
        var head = await HeadAsync();
        var entries = new List<HistoryEntry>();
        for (var seq = 1L; seq <= head.Seq; seq++)
            entries.Add(await Engine.ReadAsync(reader => reader.FindHistoryAsync(Store, seq), Never) ?? throw new InvalidDataException($"No entry {seq}."));
        return entries;
    }

    /// <summary>Recomputes every entry and link of the store's history from its rows, as an auditor does.</summary>
    protected async Task AssertHistoryHoldsAsync()
    {
        var previous = new HistoryEntry { Store = Store, Seq = 0, Kind = default, At = 0, By = null, Link = new byte[HistoryHash.Size] };
        foreach (var entry in await HistoryAsync())
        {
            Assert.Equal(previous.Seq + 1, entry.Seq);
            Assert.True(entry.At > previous.At, $"Entry {entry.Seq} is not later than the one before it.");
            Assert.Equal(HistoryHash.EntryOf(entry, CommitmentsOf(entry)), entry.Entry.ToArray());
            Assert.Equal(HistoryHash.LinkOf(previous.Link.Span, entry.Entry.Span), entry.Link.ToArray());
            previous = entry;
        }
        var head = await HeadAsync();
        Assert.Equal((previous.Seq, previous.At), (head.Seq, head.At));
        Assert.Equal(previous.Link.ToArray(), head.Link.ToArray());
    }

    /// <summary>From values and salts, or, where those were erased, what stands in the salts' place.</summary>
    private static ReadOnlySpan<byte> CommitmentsOf(HistoryEntry entry) =>
        entry.IsVersion && entry.Path is null ? entry.Salts.Span : HistoryHash.Commitments(entry, entry.Salts.Span);

    /// <summary>Counts of the head, and the rows they are about.</summary>
    protected async Task AssertCountsAsync()
    {
        var head = await HeadAsync();
        var live = await Engine.ReadAsync(reader => reader.ListMemoriesAsync(new MemoryQuery(Store, "/", "0", int.MaxValue, false)), Never);
        Assert.Equal((live.Count, live.Sum(memory => (long)memory.Size)), (head.Memories, head.Bytes));
    }
}

/// <summary>Outcomes as tests expect them.</summary>
public static class Expected
{
    public static T Done<T>(this Outcome<T> outcome) => outcome switch
    {
        Outcome<T>.Done done => done.Value,
        Outcome<T>.Refused refused => throw new Xunit.Sdk.XunitException($"Refused with {refused.Why}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static Refusal Why<T>(this Outcome<T> outcome) => outcome switch
    {
        Outcome<T>.Refused refused => refused.Why,
        Outcome<T>.Done done => throw new Xunit.Sdk.XunitException($"Not refused: {done.Value}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
