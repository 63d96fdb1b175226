using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Server.Metrics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace MemoryStores.Server.Http;

/// <summary>
/// What every request passes before its endpoint, in the contract's order: the route, the credential, the version header,
/// the beta header, the workspace, the role, the rate.
/// </summary>
internal sealed class Admission(AuthenticateKey authenticate, RateLimits rates)
{
    private const string MemoryBeta = "agent-memory-2026-07-22";
    private const string ManagedBeta = "managed-agents-2026-04-01";

    /// <summary>Families of the official API that this server does not have, so that their absence is said and not guessed.</summary>
    private static readonly string[] NotOffered =
        ["files", "skills", "vaults", "tunnels", "deployments", "deployment_runs", "messages", "models", "complete", "organizations",
         "dreams", "user_profiles", "webhooks"];

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        // The route.
        var endpoint = http.GetEndpoint();
        if (endpoint is null || HasDotSegment(http.Features.Get<IHttpRequestFeature>()!.RawTarget))
        {
            await http.RefuseAsync(UnknownRoute(http.Request.Path));
            return;
        }
        if (endpoint is not RouteEndpoint)
        {
            // Routing's own endpoint for a known path with another method: it sets the Allow header and status 405.
            await endpoint.RequestDelegate!(http);
            await http.RefuseAsync(new Refusal.MethodNotAllowed(http.Request.Method, http.Response.Headers.Allow.ToString()));
            return;
        }
        var surface = endpoint.Metadata.GetMetadata<Surface>()!;
        if (surface != Surface.Open)
        {
            var (caller, refusal) = await AdmitAsync(http, surface);
            if (caller is null)
            {
                await http.RefuseAsync(refusal!);
                return;
            }
            http.Features.Set(caller);
        }
        await next(http);
    }

    /// <summary>For what lasts longer than a request should: the caller as its key stands now, null when that is good no more.</summary>
    public async ValueTask<Caller?> AdmitAgainAsync(HttpContext http) => (await FindCallerAsync(http)).Caller;

    private async ValueTask<(Caller?, Refusal?)> AdmitAsync(HttpContext http, Surface surface)
    {
        var (caller, unknown) = await FindCallerAsync(http);
        if (caller is null) return (null, unknown);
        if (caller.Grant.BoundTo is { } bearer) http.Features.Set(new TokenBearer(bearer));
        var headers = http.Request.Headers;
        if (surface == Surface.Official && (FlawInVersion(headers["anthropic-version"]) ?? FlawInMemoryBeta(headers["anthropic-beta"])) is { } flaw)
            return (null, flaw);
        if (surface == Surface.Managed && (FlawInVersion(headers["anthropic-version"]) ?? FlawInManagedBeta(headers["anthropic-beta"])) is { } lack)
            return (null, lack);
        if (headers["anthropic-workspace-id"] is { Count: > 0 } workspace && workspace != caller.Workspace.Value)
            return (null, new Refusal.OtherWorkspace());
        if (surface == Surface.Administration && caller.Grant.BoundTo is null && !caller.Grant.MayAdminister) return (null, new Refusal.RoleTooNarrow("admin"));
        if (!TokenRoutes.Allow(http.GetEndpoint()!, caller.Grant)) return (null, new Refusal.TokenTooNarrow());
        if (!caller.Grant.MayWrite && !HttpMethods.IsGet(http.Request.Method)) return (null, new Refusal.RoleTooNarrow("write"));
        var reads = HttpMethods.IsGet(http.Request.Method);
        if (rates.Take(caller.Workspace, reads) is not { } tooFast) return (caller, null);
        HttpMetrics.RateLimited(reads);
        return (null, tooFast);
    }

    /// <summary>Both headers may be there: older SDKs send a key and a token when both are configured. One good one is enough.</summary>
    private async ValueTask<(Caller? Caller, Refusal? Refusal)> FindCallerAsync(HttpContext http)
    {
        var (sent, bearer) = (false, (Id?)null);
        foreach (var secret in new[] { http.Request.Headers["x-api-key"].ToString(), BearerOf(http.Request.Headers.Authorization) })
        {
            if (string.IsNullOrEmpty(secret)) continue;
            sent = true;
            if (await authenticate.RunAsync(secret, http.RequestAborted) is { } caller) return (caller, null);
            bearer ??= await authenticate.WhoseAsync(secret, http.RequestAborted);
        }
        if (bearer is not null) http.Features.Set(new TokenBearer(bearer));
        return (null, sent ? new Refusal.CredentialWrong() : new Refusal.CredentialMissing());
    }

    private static string? BearerOf(StringValues authorization)
    {
        const string scheme = "Bearer ";
        var text = authorization.ToString();
        return text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? text[scheme.Length..].Trim() : null;
    }

    /// <summary>Any well-formed date will do: the next SDK's must not break this server.</summary>
    private static Refusal.BadHeader? FlawInVersion(StringValues given) =>
        given.Count == 0 ? new Refusal.BadHeader("The header anthropic-version is missing; send 'anthropic-version: 2023-06-01'.")
            : DateOnly.TryParseExact(given.ToString(), "yyyy-MM-dd", out _) ? null
            : new Refusal.BadHeader($"anthropic-version: '{given}' is not a date of the form 2023-06-01.");

    private static Refusal.BadHeader? FlawInMemoryBeta(StringValues given) => (Has(given, MemoryBeta), Has(given, ManagedBeta)) switch
    {
        (true, true) => new Refusal.BadHeader($"anthropic-beta holds both '{MemoryBeta}' and '{ManagedBeta}'; send one of them."),
        (false, false) => MissingBeta(MemoryBeta),
        _ => null,
    };

    /// <summary>Only memory endpoints mind the other value beside theirs.</summary>
    private static Refusal.BadHeader? FlawInManagedBeta(StringValues given) => Has(given, ManagedBeta) ? null : MissingBeta(ManagedBeta);

    private static Refusal.BadHeader MissingBeta(string beta) => new($"This endpoint is in beta: add '{beta}' to the header anthropic-beta.");

    private static bool Has(StringValues given, string beta)
    {
        foreach (var line in given)
        {
            if ((line ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(beta)) return true;
        }
        return false;
    }

    /// <summary>
    /// Kestrel takes "/a/.." for "/", so that an id of ".." would reach the thing above: a careless delete of a memory would be
    /// that of its store. What the client sent is looked at instead.
    /// </summary>
    private static bool HasDotSegment(string target)
    {
        var path = target.AsSpan(0, target.IndexOf('?') is >= 0 and var query ? query : target.Length);
        if (path.IndexOfAny('.', '%') < 0) return false;
        foreach (var range in path.Split('/'))
        {
            if (Uri.UnescapeDataString(path[range].ToString()) is "." or "..") return true;
        }
        return false;
    }

    private static Refusal.UnknownRoute UnknownRoute(PathString path)
    {
        var family = path.Value!.Split('/') is ["", "v1", var name, ..] ? name : null;
        return new Refusal.UnknownRoute(family is not null && NotOffered.Contains(family)
            ? $"/v1/{family} is not offered by this server."
            : "There is nothing at this path. The API begins with /v1/memory_stores, /v1/agents, /v1/environments and /v1/sessions.");
    }
}
