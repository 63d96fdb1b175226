using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Server.Configuration;
using MemoryStores.Server.Http;
using MemoryStores.Server.OpenApi;

namespace MemoryStores.Server.Endpoints;

/// <summary>
/// What the server says about itself: /openapi/v1.json describes the API, the same for every server of a release, and is open,
/// for the tools that read it send no keys. GET /ext/v1 tells of this one, version and limits, and of the key it
/// takes: who that writes as.
/// </summary>
internal sealed class DescriptionEndpoints(ServeOptions options)
{
    /// <summary>What clients ask for before they use it. Names are only ever added.</summary>
    private static readonly string[] Features = ["memory_stores", "commits", "append", "conflicts", "changes", "snapshot", "history", "agents", "environments", "sessions", "work", "transcripts", "session_tokens", "session_prompt", "keys", "workspaces", "administration", "openapi", "metrics"];

    private readonly ServerBody self = new(Product.Version, Features, new LimitsBody
    {
        MemoryBytes = options.Limits.MemoryBytes,
        MemoriesPerStore = options.Limits.MemoriesPerStore,
        StoreBytes = options.Limits.StoreBytes,
        StoresPerWorkspace = options.Limits.StoresPerWorkspace,
        PathBytes = Limits.PathBytes,
        RequestBodyBytes = Limits.RequestBodyBytes,
        ChangesPerCommit = Limits.ChangesPerCommit,
        FeedsPerKey = options.Limits.FeedsPerKey,
        FeedsPerWorkspace = options.Limits.FeedsPerWorkspace,
        ChangesPerMinute = options.RateCreate,
        ReadsPerMinute = options.RateRead,
    }, new LinksBody("/v1/memory_stores", "/openapi/v1.json", "/healthz", "/readyz", "/metrics"));

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGroup("", Surface.Open).MapGet("/openapi/v1.json", Describe);
        app.MapGroup("/ext/v1", Surface.Extension).WithMetadata(TokenRoutes.Anyone).MapGet("", Self);
    }

    private static async Task Describe(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = OpenApiDocument.Bytes.Value.Length;
        await http.Response.Body.WriteAsync(OpenApiDocument.Bytes.Value, http.RequestAborted);
    }

    private Task Self(HttpContext http) => http.AnswerAsync(self with { Actor = ActorBody.From(http.Caller().Actor) }, WireJson.Wire.ServerBody);
}
