using System.Globalization;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

internal sealed class SessionEndpoints(
    CreateSession create, RetrieveSession retrieve, ListSessions list, UpdateSession update, ArchiveSession archive, DeleteSession delete,
    PageTokens tokens, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var sessions = app.MapGroup("/v1/sessions", Surface.Managed);
        sessions.MapPost("", Create);
        sessions.MapGet("", List);
        sessions.MapGet("/{sessionId}", Retrieve).WithMetadata(TokenRoutes.Session);
        sessions.MapPost("/{sessionId}", Update);
        sessions.MapDelete("/{sessionId}", Delete);
        sessions.MapPost("/{sessionId}/archive", Archive);
    }

    private async Task Create(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var request = SessionFields.New(body);
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await create.RunAsync(http.Caller(), request, http.RequestAborted), Body, WireJson.Wire.SessionBody);
    }

    /// <summary>
    /// A token carries the order it was made in and the side it leads to. Asked for with the other order it is none of that list.
    /// </summary>
    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var (limit, archived, ascending) = (query.Limit(withContent: false), query.Flag("include_archived"), query.IsAscending());
        var (agent, version, store, deployment) = (query.Text("agent_id"), query.Version("agent_version"), query.Text("memory_store_id"), query.Text("deployment_id"));
        var statuses = query.Words("statuses", word => SessionShapes.StatusNamed(word) is not null, LongestList)?.Order().Distinct().ToList();
        var (from, until) = (query.Bound("created_at", isLower: true), query.Bound("created_at", isLower: false));
        var name = string.Create(CultureInfo.InvariantCulture,
            $"sessions {http.Caller().Workspace} {archived} {agent} {version} {store} {deployment} {string.Join(',', statuses ?? [])} {from} {until}");
        var cursor = tokens.From(query, name)?.Split(' ');
        var isAscending = cursor is null ? ascending ?? false : cursor[0] == Ascending;
        if (cursor is not null && ascending is { } asked && asked != isAscending) query.Refuse("page", "is a token of the other order; begin again without it");
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        // Nothing here is deployed.
        if (deployment is not null)
        {
            await http.AnswerAsync(new SessionPageBody([], null, null), WireJson.Wire.SessionPageBody);
            return;
        }
        var request = new SessionQuery(http.Caller().Workspace, limit)
        {
            OldestFirst = isAscending, IncludeArchived = archived, Agent = agent, AgentVersion = agent is null ? null : version, Store = store,
            Statuses = statuses?.Select(word => SessionShapes.StatusNamed(word)!.Value).ToList(), CreatedFrom = from, CreatedUntil = until,
            After = cursor is null ? null : (long.Parse(cursor[2], CultureInfo.InvariantCulture), cursor[3]),
        };
        await http.AnswerAsync(await list.RunAsync(http.Caller(), request, backward: cursor?[1] == Back, http.RequestAborted), page => new SessionPageBody(
            [.. page.Items.Select(Body)],
            page.HasNext && page.Items.Count > 0 ? Token(name, isAscending, Forth, page.Items[^1]) : null,
            page.HasPrevious && page.Items.Count > 0 ? Token(name, isAscending, Back, page.Items[0]) : null), WireJson.Wire.SessionPageBody);
    }

    private async Task Retrieve(HttpContext http) => await http.AnswerAsync(
        await retrieve.RunAsync(http.Caller(), http.Session(), http.RequestAborted), Body, WireJson.Wire.SessionBody);

    private async Task Update(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var patch = SessionFields.Patch(body);
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await update.RunAsync(http.Caller(), http.Session(), patch, http.RequestAborted), Body, WireJson.Wire.SessionBody);
    }

    private async Task Delete(HttpContext http) => await http.AnswerAsync(
        await delete.RunAsync(http.Caller(), http.Session(), http.RequestAborted),
        static id => new DeletedBody(id.Value, "session_deleted"), WireJson.Wire.DeletedBody);

    private async Task Archive(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await archive.RunAsync(http.Caller(), http.Session(), http.RequestAborted), Body, WireJson.Wire.SessionBody);
    }

    private const int LongestList = 100;
    private const string Ascending = "asc";
    private const string Forth = "forth";
    private const string Back = "back";

    private string Token(string list, bool isAscending, string side, Session at) =>
        tokens.Write(list, string.Create(CultureInfo.InvariantCulture, $"{(isAscending ? Ascending : "desc")} {side} {at.Head.CreatedAt} {at.Id}"));

    private SessionBody Body(Session session) => session.Body(clock);
}
