using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Versions;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

internal sealed class VersionEndpoints(RetrieveVersion retrieve, ListVersions list, RedactVersion redact, PageTokens tokens)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var versions = app.MapGroup("/v1/memory_stores/{storeId}/memory_versions", Surface.Official);
        versions.MapGet("", List);
        versions.MapGet("/{versionId}", Retrieve).WithMetadata(TokenRoutes.Stores);
        versions.MapPost("/{versionId}/redact", Redact);
    }

    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var full = query.WithContent(unlessGiven: false);
        var limit = query.Limit(full);
        var (memory, operation) = (query.Text("memory_id"), query.Text("operation"));
        var actors = ActorsIn(query);
        var (from, until) = (query.Time("created_at[gte]", isLower: true), query.Time("created_at[lte]", isLower: false));
        if (operation is not null && Shapes.OperationNamed(operation) is null)
            query.Refuse("operation", $"'{operation}' is not an operation; there are created, modified and deleted");
        var name = string.Create(CultureInfo.InvariantCulture,
            $"versions {http.Store()} {memory} {operation} {string.Join(',', actors.Select(actor => actor.Id))} {from} {until}");
        var after = tokens.From(query, name);
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var wanted = new VersionQuery(http.Store(), limit, full)
        {
            Memory = memory is null ? null : MemoryId.FromStorage(memory),
            Operation = operation is null ? null : Shapes.OperationNamed(operation),
            // A version has one writer: no version has two.
            By = actors is [var one] ? one : null,
            CreatedFrom = actors.Count > 1 ? long.MaxValue : from,
            CreatedUntil = until,
            BelowSeq = after is null ? null : long.Parse(after, CultureInfo.InvariantCulture),
        };
        await http.AnswerAsync(await list.RunAsync(http.Caller(), wanted, http.RequestAborted), page => new PageBody<VersionBody>(
            [.. page.Items.Select(Shapes.Body)],
            page.NextBelowSeq is { } seq ? tokens.Write(name, seq.ToString(CultureInfo.InvariantCulture)) : null),
            WireJson.Wire.PageBodyVersionBody);
    }

    private async Task Retrieve(HttpContext http)
    {
        var query = new QueryFields(http);
        var full = query.WithContent(unlessGiven: true);
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await retrieve.RunAsync(http.Caller(), http.Store(), http.Version(), full, http.RequestAborted), Shapes.Body, WireJson.Wire.VersionBody);
    }

    private async Task Redact(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await redact.RunAsync(http.Caller(), http.Store(), http.Version(), http.RequestAborted), Shapes.Body, WireJson.Wire.VersionBody);
    }

    private static List<Actor> ActorsIn(QueryFields query)
    {
        var actors = new List<Actor>();
        if (query.Text("api_key_id") is { } key) actors.Add(new Actor(ActorKind.ApiKey, key));
        if (query.Text("session_id") is { } session) actors.Add(new Actor(ActorKind.Session, session));
        if (query.Text("service_account_id") is { } account) actors.Add(new Actor(ActorKind.ServiceAccount, account));
        return actors;
    }
}
