using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

internal sealed class StoreEndpoints(
    CreateStore create, RetrieveStore retrieve, ListStores list, UpdateStore update, ArchiveStore archive, DeleteStore delete,
    PageTokens tokens)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var stores = app.MapGroup("/v1/memory_stores", Surface.Official);
        stores.MapPost("", Create);
        stores.MapGet("", List);
        stores.MapGet("/{storeId}", Retrieve).WithMetadata(TokenRoutes.Stores);
        stores.MapPost("/{storeId}", Update);
        stores.MapDelete("/{storeId}", Delete);
        stores.MapPost("/{storeId}/archive", Archive);
    }

    private async Task Create(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var (name, description, metadata) = (body.RequiredText("name"), body.Text("description"), body.Pairs("metadata", nullable: false));
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else if (!StoreProfile.TryMake(name, description ?? "", Strings(metadata), out var profile, out var rule)) await http.RefuseAsync(rule);
        else await http.AnswerAsync(await create.RunAsync(http.Caller(), profile, http.RequestAborted), Shapes.Body, WireJson.Wire.StoreBody);
    }

    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var limit = query.Limit(withContent: false);
        var (archived, from, until) = (query.Flag("include_archived"), query.Time("created_at[gte]", isLower: true), query.Time("created_at[lte]", isLower: false));
        var name = string.Create(CultureInfo.InvariantCulture, $"stores {http.Caller().Workspace} {archived} {from} {until}");
        var after = CursorOf(tokens.From(query, name));
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var page = await list.RunAsync(http.Caller(), new StoreQuery(http.Caller().Workspace, archived, from, until, after, limit), http.RequestAborted);
        await http.AnswerAsync(new PageBody<StoreBody>(
            [.. page.Items.Select(Shapes.Body)],
            page.Last is { } last ? tokens.Write(name, string.Create(CultureInfo.InvariantCulture, $"{last.CreatedAt} {last.Id}")) : null),
            WireJson.Wire.PageBodyStoreBody);
    }

    private async Task Retrieve(HttpContext http) =>
        await http.AnswerAsync(await retrieve.RunAsync(http.Caller(), http.Store(), http.RequestAborted), Shapes.Body, WireJson.Wire.StoreBody);

    private async Task Update(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var patch = new StorePatch(body.Text("name"), body.Text("description"), body.Pairs("metadata", nullable: true));
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await update.RunAsync(http.Caller(), http.Store(), patch, http.RequestAborted), Shapes.Body, WireJson.Wire.StoreBody);
    }

    private async Task Delete(HttpContext http) =>
        await http.AnswerAsync(await delete.RunAsync(http.Caller(), http.Store(), http.RequestAborted),
            static id => new DeletedBody(id.Value, "memory_store_deleted"), WireJson.Wire.DeletedBody);

    private async Task Archive(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await archive.RunAsync(http.Caller(), http.Store(), http.RequestAborted), Shapes.Body, WireJson.Wire.StoreBody);
    }

    private static Dictionary<string, string> Strings(IReadOnlyDictionary<string, string?>? metadata) =>
        metadata?.ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal) ?? [];

    private static (long, StoreId)? CursorOf(string? cursor) => cursor?.Split(' ') is [var at, var id]
        ? (long.Parse(at, CultureInfo.InvariantCulture), StoreId.FromStorage(id))
        : null;
}
