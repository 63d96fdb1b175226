using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>/v1/sessions, and what /ext/v1 adds: tokens, and what is told of the past.</summary>
public sealed class SessionCalls
{
    private const string Root = "v1/sessions";
    private const string Beta = "managed-agents-2026-04-01";
    private readonly Channel channel;

    internal SessionCalls(Channel channel) => this.channel = channel;

    public Task<Answer<SessionBody>> GetAsync(string session, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Path(session)) with { Beta = Beta }, WireJson.Wire.SessionBody, stop);

    /// <summary>The token itself is in this answer only.</summary>
    public Task<Answer<TokenBody>> CreateTokenAsync(string session, CreateTokenBody token, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post($"ext/{Path(session)}/tokens", token, WireJson.Wire.CreateTokenBody), WireJson.Wire.TokenBody, stop);

    public Task<Answer<TokenBody>> RevokeTokenAsync(string session, string token, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post($"ext/{Path(session)}/tokens/{Query.Segment(token)}/revoke") with { Repeatable = true }, WireJson.Wire.TokenBody, stop);

    private static string Path(string session) => $"{Root}/{Query.Segment(session)}";
}
