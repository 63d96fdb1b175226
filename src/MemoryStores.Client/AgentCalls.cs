using MemoryStores.Contract.Wire;
using MemoryStores.Client.Sending;

namespace MemoryStores.Client;

/// <summary>/v1/agents</summary>
public sealed class AgentCalls
{
    private const string Root = "v1/agents";
    private readonly Channel channel;

    internal AgentCalls(Channel channel) => this.channel = channel;

    public Task<Answer<AgentBody>> CreateAsync(NewAgent agent, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Root, agent, SendingJson.Wire.NewAgent), WireJson.Wire.AgentBody, stop);

    public Task<Answer<PageBody<AgentBody>>> ListAsync(bool includeArchived = false, int? limit = null, string? page = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Root,
            ("limit", Query.Number(limit)), ("page", page), ("include_archived", includeArchived ? "true" : null))), WireJson.Wire.PageBodyAgentBody, stop);

    public IAsyncEnumerable<Answer<PageBody<AgentBody>>> ListPagesAsync(bool includeArchived = false, int? limit = null, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(includeArchived, limit, page, stop), null, stop);

    /// <summary>The agent as it is now, or as it was at a version.</summary>
    public Task<Answer<AgentBody>> GetAsync(string agent, int? version = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Path(agent), ("version", Query.Number(version)))), WireJson.Wire.AgentBody, stop);

    public Task<Answer<AgentBody>> UpdateAsync(string agent, AgentChange change, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(agent), change, SendingJson.Wire.AgentChange), WireJson.Wire.AgentBody, stop);

    public Task<Answer<AgentBody>> ArchiveAsync(string agent, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(agent) + "/archive") with { Repeatable = true }, WireJson.Wire.AgentBody, stop);

    public Task<Answer<PageBody<AgentBody>>> ListVersionsAsync(string agent, int? limit = null, string? page = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Path(agent) + "/versions", ("limit", Query.Number(limit)), ("page", page))), WireJson.Wire.PageBodyAgentBody, stop);

    public IAsyncEnumerable<Answer<PageBody<AgentBody>>> ListVersionPagesAsync(string agent, int? limit = null, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListVersionsAsync(agent, limit, page, stop), null, stop);

    private static string Path(string agent) => $"{Root}/{Query.Segment(agent)}";
}
