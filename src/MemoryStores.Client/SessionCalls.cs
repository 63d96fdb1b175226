using MemoryStores.Client.Sending;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>What a list of sessions is asked for; filters combine. The newest comes first unless asked otherwise.</summary>
public sealed record SessionListQuery
{
    public string? AgentId { get; init; }
    public string? StoreId { get; init; }

    /// <summary>Such as idle.</summary>
    public string? Status { get; init; }

    public bool IncludeArchived { get; init; }
    public bool OldestFirst { get; init; }
    public string? CreatedFrom { get; init; }
    public string? CreatedUntil { get; init; }
    public int? Limit { get; init; }
    public string? Page { get; init; }
}

/// <summary>/v1/sessions, with what each has in its sandbox and the thread it runs in; and what /ext/v1 adds: the prompt, and tokens.</summary>
public sealed class SessionCalls
{
    private const string Root = "v1/sessions";
    private readonly Channel channel;

    internal SessionCalls(Channel channel) => this.channel = channel;

    public Task<Answer<SessionBody>> CreateAsync(NewSession session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Root, session, SendingJson.Wire.NewSession), WireJson.Wire.SessionBody, stop);

    public Task<Answer<PageBody<SessionBody>>> ListAsync(SessionListQuery query, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Root,
            ("agent_id", query.AgentId), ("memory_store_id", query.StoreId), ("statuses", query.Status),
            ("created_at[gte]", query.CreatedFrom), ("created_at[lte]", query.CreatedUntil), ("order", query.OldestFirst ? "asc" : null),
            ("include_archived", query.IncludeArchived ? "true" : null), ("limit", Query.Number(query.Limit)), ("page", query.Page))),
            SendingJson.Wire.PageBodySessionBody, stop);

    public IAsyncEnumerable<Answer<PageBody<SessionBody>>> ListPagesAsync(SessionListQuery query, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(query with { Page = page }, stop), query.Page, stop);

    public Task<Answer<SessionBody>> GetAsync(string session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Path(session)), WireJson.Wire.SessionBody, stop);

    public Task<Answer<SessionBody>> UpdateAsync(string session, SessionChange change, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(session), change, SendingJson.Wire.SessionChange), WireJson.Wire.SessionBody, stop);

    public Task<Answer<SessionBody>> ArchiveAsync(string session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(session) + "/archive") with { Repeatable = true }, WireJson.Wire.SessionBody, stop);

    public Task<Answer<DeletedBody>> DeleteAsync(string session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Delete(Path(session)), WireJson.Wire.DeletedBody, stop);

    public Task<Answer<PageBody<SessionResource>>> ListResourcesAsync(string session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Path(session) + "/resources"), WireJson.Wire.PageBodySessionResource, stop);

    public Task<Answer<SessionResource>> AddFileAsync(string session, NewFile file, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(session) + "/resources", file, SendingJson.Wire.NewFile), WireJson.Wire.SessionResource, stop);

    public Task<Answer<SessionResource>> GetResourceAsync(string session, string resource, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Path(session, resource)), WireJson.Wire.SessionResource, stop);

    public Task<Answer<DeletedBody>> RemoveResourceAsync(string session, string resource, CancellationToken stop = default) =>
        channel.SendAsync(Call.Delete(Path(session, resource)), WireJson.Wire.DeletedBody, stop);

    public Task<Answer<PageBody<SessionThreadBody>>> ListThreadsAsync(string session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Path(session) + "/threads"), WireJson.Wire.PageBodySessionThreadBody, stop);

    /// <summary>The note that tells an agent where its memory is.</summary>
    public Task<Answer<SessionPromptBody>> GetPromptAsync(string session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get($"ext/{Path(session)}/prompt"), WireJson.Wire.SessionPromptBody, stop);

    /// <summary>The token itself is in this answer only.</summary>
    public Task<Answer<TokenBody>> CreateTokenAsync(string session, CreateTokenBody token, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post($"ext/{Path(session)}/tokens", token, WireJson.Wire.CreateTokenBody), WireJson.Wire.TokenBody, stop);

    public Task<Answer<PageBody<TokenBody>>> ListTokensAsync(string session, string? page = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To($"ext/{Path(session)}/tokens", ("page", page))), WireJson.Wire.PageBodyTokenBody, stop);

    public Task<Answer<TokenBody>> RevokeTokenAsync(string session, string token, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post($"ext/{Path(session)}/tokens/{Query.Segment(token)}/revoke") with { Repeatable = true }, WireJson.Wire.TokenBody, stop);

    internal static string Path(string session) => $"{Root}/{Query.Segment(session)}";

    private static string Path(string session, string resource) => $"{Path(session)}/resources/{Query.Segment(resource)}";
}
