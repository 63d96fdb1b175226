using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Memories;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

internal sealed class MemoryEndpoints(
    CreateMemory create, RetrieveMemory retrieve, ListMemories list, UpdateMemory update, DeleteMemory delete, PageTokens tokens)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var memories = app.MapGroup("/v1/memory_stores/{storeId}/memories", Surface.Official).WithMetadata(TokenRoutes.Stores);
        memories.MapPost("", Create);
        memories.MapGet("", List);
        memories.MapGet("/{memoryId}", Retrieve);
        memories.MapPost("/{memoryId}", Update);
        memories.MapDelete("/{memoryId}", Delete);
    }

    private async Task Create(HttpContext http)
    {
        var query = new QueryFields(http);
        var full = query.WithContent(unlessGiven: false);
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null || query.Refusal is not null)
        {
            await http.RefuseAsync(refusal ?? query.Refusal!);
            return;
        }
        var (path, content) = (body.RequiredPath("path"), body.RequiredContent("content"));
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await create.RunAsync(http.Caller(), http.Store(), path!, content, http.RequestAborted), memory => memory.Body(full), WireJson.Wire.MemoryBody);
    }

    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var full = query.WithContent(unlessGiven: false);
        var (limit, prefix, depth) = (query.Limit(full), query.Directory("path_prefix") ?? "/", query.Text("depth") ?? "0");
        if (depth is not ("0" or "1")) query.Refuse("depth", $"'{depth}' is not a depth; there are 0 (everything below) and 1 (direct children)");
        var name = $"memories {http.Store()} {depth} {prefix}";
        var after = tokens.From(query, name);
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var request = new MemoryPageRequest(http.Store(), prefix, depth == "1", after is null ? null : new MemoryListCursor(after), limit, full);
        await http.AnswerAsync(await list.RunAsync(http.Caller(), request, http.RequestAborted), page => new PageBody<MemoryListItemBody>(
            [.. page.Items.Select(item => Item(item, full))], page.Next is { } next ? tokens.Write(name, next.Path) : null),
            WireJson.Wire.PageBodyMemoryListItemBody);
    }

    private async Task Retrieve(HttpContext http)
    {
        var query = new QueryFields(http);
        var full = query.WithContent(unlessGiven: true);
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await retrieve.RunAsync(http.Caller(), http.Store(), http.Memory(), full, http.RequestAborted), memory => memory.Body(full), WireJson.Wire.MemoryBody);
    }

    private async Task Update(HttpContext http)
    {
        var query = new QueryFields(http);
        var full = query.WithContent(unlessGiven: false);
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null || query.Refusal is not null)
        {
            await http.RefuseAsync(refusal ?? query.Refusal!);
            return;
        }
        var (content, path, precondition) = (body.Content("content"), body.Path("path"), PreconditionIn(body));
        if (content is null && path is null) body.Refuse("content", "or path is required: an update changes at least one of them");
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await update.RunAsync(http.Caller(), http.Store(), http.Memory(), content, path, precondition, full, http.RequestAborted),
            memory => memory.Body(full), WireJson.Wire.MemoryBody);
    }

    private async Task Delete(HttpContext http)
    {
        var query = new QueryFields(http);
        var precondition = Precondition.None;
        if (query.Text("expected_content_sha256") is { } expected)
        {
            if (ContentDigest.TryParse(expected, out var digest)) precondition = new Precondition.ContentIs(digest);
            else query.Refuse("expected_content_sha256", $"'{expected}' is not 64 lower-case hex digits");
        }
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await delete.RunAsync(http.Caller(), http.Store(), http.Memory(), precondition, http.RequestAborted),
            static id => new DeletedBody(id.Value, "memory_deleted"), WireJson.Wire.DeletedBody);
    }

    private static Precondition PreconditionIn(BodyFields body)
    {
        if (body.Inner("precondition") is not { } inner) return Precondition.None;
        var (type, hash) = (inner.RequiredText("type"), inner.RequiredText("content_sha256"));
        if (type != "content_sha256") inner.Refuse("type", $"'{type}' is not a kind of precondition; there is content_sha256");
        ContentDigest? digest = null;
        if (inner.Refusal is null && !ContentDigest.TryParse(hash, out digest)) inner.Refuse("content_sha256", $"'{hash}' is not 64 lower-case hex digits");
        body.Adopt(inner);
        return digest is null ? Precondition.None : new Precondition.ContentIs(digest);
    }

    private static MemoryListItemBody Item(MemoryListItem item, bool full) => item switch
    {
        MemoryListItem.One one => one.Memory.Body(full),
        _ => new MemoryPrefixBody(item.Path),
    };
}
