using MemoryStores.Contract;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>What the endpoint files share: groups by surface, and the ids of a route.</summary>
internal static class Routes
{
    // An id is at most this long; more of what a client typed in its place is not worth repeating to it.
    private const int ShownCharacters = 100;

    public static RouteGroupBuilder MapGroup(this IEndpointRouteBuilder app, string prefix, Surface surface) =>
        app.MapGroup(prefix).WithMetadata(surface);

    // A malformed id is looked up like any other and found nowhere, so it is answered in its turn and as an unknown one.
    public static StoreId Store(this HttpContext http) => StoreId.FromStorage(Value(http, "storeId"));

    public static MemoryId Memory(this HttpContext http) => MemoryId.FromStorage(Value(http, "memoryId"));

    public static VersionId Version(this HttpContext http) => VersionId.FromStorage(Value(http, "versionId"));

    public static SessionId Session(this HttpContext http) => SessionId.FromStorage(Value(http, "sessionId"));

    public static string Value(HttpContext http, string name)
    {
        var text = (string)http.Request.RouteValues[name]!;
        return text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "…";
    }
}
