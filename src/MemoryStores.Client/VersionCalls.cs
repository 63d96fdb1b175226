using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>What a list of versions is asked for; filters combine. The newest comes first.</summary>
public sealed record VersionListQuery
{
    public string? MemoryId { get; init; }

    /// <summary>created, modified or deleted.</summary>
    public string? Operation { get; init; }

    public string? ApiKeyId { get; init; }
    public string? SessionId { get; init; }
    public string? CreatedFrom { get; init; }
    public string? CreatedUntil { get; init; }
    public bool WithContent { get; init; }
    public int? Limit { get; init; }
    public string? Page { get; init; }
}

/// <summary>/v1/memory_stores/{store}/memory_versions</summary>
public sealed class VersionCalls
{
    private readonly Channel channel;

    internal VersionCalls(Channel channel) => this.channel = channel;

    public Task<Answer<PageBody<VersionBody>>> ListAsync(string store, VersionListQuery query, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Path(store),
            ("memory_id", query.MemoryId), ("operation", query.Operation), ("api_key_id", query.ApiKeyId), ("session_id", query.SessionId),
            ("created_at[gte]", query.CreatedFrom), ("created_at[lte]", query.CreatedUntil), ("view", Query.View(query.WithContent ? true : null)),
            ("limit", Query.Number(query.Limit)), ("page", query.Page))), WireJson.Wire.PageBodyVersionBody, stop);

    public IAsyncEnumerable<Answer<PageBody<VersionBody>>> ListPagesAsync(string store, VersionListQuery query, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(store, query with { Page = page }, stop), query.Page, stop);

    public Task<Answer<VersionBody>> GetAsync(string store, string version, bool withContent = true, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Path(store, version), ("view", Query.View(withContent)))), WireJson.Wire.VersionBody, stop);

    /// <summary>Erases the version's content and path for good. While the server still erases it says so, and is asked again.</summary>
    public Task<Answer<VersionBody>> RedactAsync(string store, string version, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(store, version) + "/redact") with { Repeatable = true }, WireJson.Wire.VersionBody, stop);

    private static string Path(string store) => StoreCalls.Path(store) + "/memory_versions";

    private static string Path(string store, string version) => $"{Path(store)}/{Query.Segment(version)}";
}
