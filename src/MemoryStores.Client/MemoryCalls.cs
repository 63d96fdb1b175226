using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>What a list of memories is asked for. <see cref="Depth"/> 1 shows direct children and the directories beside them.</summary>
public sealed record MemoryListQuery
{
    public string? PathPrefix { get; init; }
    public int? Depth { get; init; }
    public bool WithContent { get; init; }
    public int? Limit { get; init; }
    public string? Page { get; init; }
}

/// <summary>/v1/memory_stores/{store}/memories</summary>
public sealed class MemoryCalls
{
    private readonly Channel channel;

    internal MemoryCalls(Channel channel) => this.channel = channel;

    public Task<Answer<MemoryBody>> CreateAsync(string store, string path, MemoryContent content, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(store), new CreateMemoryBody(path, content), WireJson.Wire.CreateMemoryBody), WireJson.Wire.MemoryBody, stop);

    public Task<Answer<PageBody<MemoryListItemBody>>> ListAsync(string store, MemoryListQuery query, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Path(store),
            ("path_prefix", query.PathPrefix), ("depth", Query.Number(query.Depth)), ("view", Query.View(query.WithContent ? true : null)),
            ("limit", Query.Number(query.Limit)), ("page", query.Page))), WireJson.Wire.PageBodyMemoryListItemBody, stop);

    public IAsyncEnumerable<Answer<PageBody<MemoryListItemBody>>> ListPagesAsync(
        string store, MemoryListQuery query, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(store, query with { Page = page }, stop), query.Page, stop);

    public Task<Answer<MemoryBody>> GetAsync(string store, string memory, bool withContent = true, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Path(store, memory), ("view", Query.View(withContent)))), WireJson.Wire.MemoryBody, stop);

    public Task<Answer<MemoryBody>> UpdateAsync(string store, string memory, UpdateMemoryBody change, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(store, memory), change, WireJson.Wire.UpdateMemoryBody), WireJson.Wire.MemoryBody, stop);

    public Task<Answer<DeletedBody>> DeleteAsync(string store, string memory, string? expectedSha256 = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Delete(Query.To(Path(store, memory), ("expected_content_sha256", expectedSha256))), WireJson.Wire.DeletedBody, stop);

    private static string Path(string store) => StoreCalls.Path(store) + "/memories";

    private static string Path(string store, string memory) => $"{Path(store)}/{Query.Segment(memory)}";
}
