using MemoryStores.Client.Sending;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>/v1/environments</summary>
public sealed class EnvironmentCalls
{
    private const string Root = "v1/environments";
    private readonly Channel channel;

    internal EnvironmentCalls(Channel channel) => this.channel = channel;

    public Task<Answer<EnvironmentBody>> CreateAsync(NewEnvironment environment, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Root, environment, SendingJson.Wire.NewEnvironment), WireJson.Wire.EnvironmentBody, stop);

    public Task<Answer<PageBody<EnvironmentBody>>> ListAsync(bool includeArchived = false, int? limit = null, string? page = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Root,
            ("limit", Query.Number(limit)), ("page", page), ("include_archived", includeArchived ? "true" : null))), WireJson.Wire.PageBodyEnvironmentBody, stop);

    public IAsyncEnumerable<Answer<PageBody<EnvironmentBody>>> ListPagesAsync(bool includeArchived = false, int? limit = null, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(includeArchived, limit, page, stop), null, stop);

    public Task<Answer<EnvironmentBody>> GetAsync(string environment, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Path(environment)), WireJson.Wire.EnvironmentBody, stop);

    public Task<Answer<EnvironmentBody>> UpdateAsync(string environment, EnvironmentChange change, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(environment), change, SendingJson.Wire.EnvironmentChange), WireJson.Wire.EnvironmentBody, stop);

    public Task<Answer<EnvironmentBody>> ArchiveAsync(string environment, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(environment) + "/archive") with { Repeatable = true }, WireJson.Wire.EnvironmentBody, stop);

    public Task<Answer<DeletedBody>> DeleteAsync(string environment, CancellationToken stop = default) =>
        channel.SendAsync(Call.Delete(Path(environment)), WireJson.Wire.DeletedBody, stop);

    private static string Path(string environment) => $"{Root}/{Query.Segment(environment)}";
}
