using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>What a list of stores is asked for. Times are RFC 3339 and count themselves in.</summary>
public sealed record StoreListQuery
{
    public bool IncludeArchived { get; init; }
    public string? CreatedFrom { get; init; }
    public string? CreatedUntil { get; init; }
    public int? Limit { get; init; }
    public string? Page { get; init; }
}

/// <summary>/v1/memory_stores</summary>
public sealed class StoreCalls
{
    private const string Root = "v1/memory_stores";
    private readonly Channel channel;

    internal StoreCalls(Channel channel) => this.channel = channel;

    public Task<Answer<StoreBody>> CreateAsync(CreateStoreBody store, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Root, store, WireJson.Wire.CreateStoreBody), WireJson.Wire.StoreBody, stop);

    public Task<Answer<PageBody<StoreBody>>> ListAsync(StoreListQuery query, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Root,
            ("limit", Query.Number(query.Limit)), ("page", query.Page), ("include_archived", query.IncludeArchived ? "true" : null),
            ("created_at[gte]", query.CreatedFrom), ("created_at[lte]", query.CreatedUntil))), WireJson.Wire.PageBodyStoreBody, stop);

    public IAsyncEnumerable<Answer<PageBody<StoreBody>>> ListPagesAsync(StoreListQuery query, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(query with { Page = page }, stop), query.Page, stop);

    public Task<Answer<StoreBody>> GetAsync(string store, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Path(store)), WireJson.Wire.StoreBody, stop);

    public Task<Answer<StoreBody>> UpdateAsync(string store, UpdateStoreBody patch, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(store), patch, WireJson.Wire.UpdateStoreBody), WireJson.Wire.StoreBody, stop);

    public Task<Answer<DeletedBody>> DeleteAsync(string store, CancellationToken stop = default) =>
        channel.SendAsync(Call.Delete(Path(store)), WireJson.Wire.DeletedBody, stop);

    public Task<Answer<StoreBody>> ArchiveAsync(string store, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(store) + "/archive") with { Repeatable = true }, WireJson.Wire.StoreBody, stop);

    /// <summary>The whole store at one moment, streamed; with a cursor from which to follow its changes.</summary>
    public Task<StoreSnapshot> OpenSnapshotAsync(string store, bool withContent, CancellationToken stop = default) =>
        StoreSnapshot.OpenAsync(channel, Call.Get(Query.To($"ext/{Path(store)}/snapshot", ("view", Query.View(withContent)))), stop);

    internal static string Path(string store) => $"{Root}/{Query.Segment(store)}";
}
