using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Access;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>Tokens of sessions, for who may write; keys of environments, for administrators.</summary>
internal sealed class TokenEndpoints(CreateToken create, ListTokens list, RevokeToken revoke, PageTokens pages)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var tokens = app.MapGroup("/ext/v1/sessions/{sessionId}/tokens", Surface.Extension);
        tokens.MapPost("", http => Create(http, (name, until) => create.ForSessionAsync(http.Caller(), http.Session(), name, until, http.RequestAborted)));
        tokens.MapGet("", http => List(http, http.Session()));
        tokens.MapPost("/{tokenId}/revoke", http => Revoke(http, http.Session()));
        var keys = app.MapGroup("/ext/v1/environments/{environmentId}/keys", Surface.Administration);
        keys.MapPost("", http => Create(http, (name, until) => create.ForEnvironmentAsync(http.Caller(), Environment(http), name, until, http.RequestAborted)));
        keys.MapGet("", http => List(http, Environment(http)));
        keys.MapPost("/{tokenId}/revoke", http => Revoke(http, Environment(http)));
    }

    private static async Task Create(HttpContext http, Func<string, long?, ValueTask<Engine.Outcome<NewKey>>> make)
    {
        var (body, refusal) = await http.ReadBodyAsync(optional: true);
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var (name, expires) = (body.Text("name") ?? "token", body.Text("expires_at"));
        long? until = null;
        if (expires is not null)
        {
            if (Timestamp.TryParse(expires, roundUp: false, out var time, out var reason)) until = time;
            else body.Refuse("expires_at", $"'{expires}': {reason}");
        }
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await make(name, until), static made => Body(made.Key) with { Token = made.Secret }, WireJson.Wire.TokenBody);
    }

    private async Task List(HttpContext http, Id boundTo)
    {
        var query = new QueryFields(http);
        var (limit, name) = (query.Limit(withContent: false), $"tokens {boundTo}");
        var after = pages.From(query, name);
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await list.RunAsync(http.Caller(), boundTo, after is null ? null : ApiKeyId.FromStorage(after), limit, http.RequestAborted),
            page => new PageBody<TokenBody>([.. page.Items.Select(Body)], page.Last is { } last ? pages.Write(name, last.Id.Value) : null), WireJson.Wire.PageBodyTokenBody);
    }

    private async Task Revoke(HttpContext http, Id boundTo)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await revoke.RunAsync(http.Caller(), boundTo, ApiKeyId.FromStorage(Routes.Value(http, "tokenId")), http.RequestAborted), Body, WireJson.Wire.TokenBody);
    }

    private static EnvironmentId Environment(HttpContext http) => EnvironmentId.FromStorage(Routes.Value(http, "environmentId"));

    private static TokenBody Body(ApiKey token) => new()
    {
        Id = token.Id.Value,
        Type = token.Grant.BoundTo is SessionId ? "session_token" : "environment_key",
        SessionId = (token.Grant.BoundTo as SessionId)?.Value,
        EnvironmentId = (token.Grant.BoundTo as EnvironmentId)?.Value,
        Name = token.Name,
        CreatedAt = Timestamp.Write(token.CreatedAt),
        ExpiresAt = Timestamp.WriteOrNull(token.ExpiresAt),
        EndedAt = Timestamp.WriteOrNull(token.EndedAt),
        RevokedAt = Timestamp.WriteOrNull(token.RevokedAt),
    };
}
