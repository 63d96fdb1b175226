using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>/ext/v1/keys and what belongs to it; for admin keys.</summary>
public sealed class KeyCalls
{
    private const string Root = "ext/v1/keys";
    private readonly Channel channel;

    internal KeyCalls(Channel channel) => this.channel = channel;

    public Task<Answer<KeyBody>> CreateAsync(CreateKeyBody key, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Root, key, WireJson.Wire.CreateKeyBody), WireJson.Wire.KeyBody, stop);

    public Task<Answer<PageBody<KeyBody>>> ListAsync(int? limit = null, string? page = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To(Root, ("limit", Query.Number(limit)), ("page", page))), WireJson.Wire.PageBodyKeyBody, stop);

    public IAsyncEnumerable<Answer<PageBody<KeyBody>>> ListPagesAsync(int? limit = null, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(limit, page, stop), null, stop);

    public Task<Answer<KeyBody>> RotateAsync(string key, TimeSpan grace, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(key) + "/rotate", new RotateKeyBody((long)grace.TotalSeconds), WireJson.Wire.RotateKeyBody), WireJson.Wire.KeyBody, stop);

    public Task<Answer<KeyBody>> RevokeAsync(string key, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(key) + "/revoke") with { Repeatable = true }, WireJson.Wire.KeyBody, stop);

    public Task<Answer<PageBody<AdministrationBody>>> ListAdministrationAsync(int? limit = null, string? page = null, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To("ext/v1/administration", ("limit", Query.Number(limit)), ("page", page))), WireJson.Wire.PageBodyAdministrationBody, stop);

    public IAsyncEnumerable<Answer<PageBody<AdministrationBody>>> ListAdministrationPagesAsync(int? limit = null, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAdministrationAsync(limit, page, stop), null, stop);

    private static string Path(string key) => $"{Root}/{Query.Segment(key)}";
}
