using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine;
using MemoryStores.Engine.Sessions;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>What a session has in its sandbox, what its agent is told of that, and the thread it runs in.</summary>
internal sealed class ResourceEndpoints(SessionResources resources, RetrieveSession retrieve, ArchiveThread archive, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var one = app.MapGroup("/v1/sessions/{sessionId}", Surface.Managed);
        one.MapGet("/resources", List).WithMetadata(TokenRoutes.Session);
        one.MapPost("/resources", Add);
        one.MapGet("/resources/{resourceId}", Retrieve).WithMetadata(TokenRoutes.Session);
        one.MapPost("/resources/{resourceId}", Renew);
        one.MapDelete("/resources/{resourceId}", Remove);
        one.MapGet("/threads", Threads).WithMetadata(TokenRoutes.Session);
        one.MapGet("/threads/{threadId}", Thread).WithMetadata(TokenRoutes.Session);
        one.MapPost("/threads/{threadId}/archive", Archive);
        app.MapGroup("/ext/v1/sessions/{sessionId}/prompt", Surface.Extension).WithMetadata(TokenRoutes.Session).MapGet("", Prompt);
    }

    private async Task List(HttpContext http) => await http.AnswerAsync(
        await resources.ListAsync(http.Caller(), http.Session(), http.RequestAborted),
        static all => new PageBody<SessionResource>(all, null), WireJson.Wire.PageBodySessionResource);

    private async Task Add(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var file = SessionFields.File(body);
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await AnswerAsync(http, await resources.AddFileAsync(http.Caller(), http.Session(), file, http.RequestAborted));
    }

    private async Task Retrieve(HttpContext http) =>
        await AnswerAsync(http, await resources.RetrieveAsync(http.Caller(), http.Session(), Routes.Value(http, "resourceId"), http.RequestAborted));

    private async Task Renew(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        body.RequiredText("authorization_token");
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await AnswerAsync(http, await resources.RenewAsync(http.Caller(), http.Session(), Routes.Value(http, "resourceId"), http.RequestAborted));
    }

    private async Task Remove(HttpContext http) => await http.AnswerAsync(
        await resources.RemoveAsync(http.Caller(), http.Session(), Routes.Value(http, "resourceId"), http.RequestAborted),
        static gone => new DeletedBody(gone.RouteName(), "session_resource_deleted"), WireJson.Wire.DeletedBody);

    private async Task Threads(HttpContext http)
    {
        var query = new QueryFields(http);
        var statuses = query.Words("statuses", word => SessionShapes.StatusNamed(word) is not null, 100);
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await retrieve.RunAsync(http.Caller(), http.Session(), http.RequestAborted), session =>
        {
            var thread = session.ThreadBody(clock);
            return new PageBody<SessionThreadBody>(statuses is null || statuses.Contains(thread.Status) ? [thread] : [], null);
        }, WireJson.Wire.PageBodySessionThreadBody);
    }

    private async Task Thread(HttpContext http)
    {
        var outcome = await retrieve.RunAsync(http.Caller(), http.Session(), http.RequestAborted);
        var id = Routes.Value(http, "threadId");
        if (outcome is Outcome<Session>.Done(var session) && session.Thread != id) outcome = new Refusal.ThreadUnknown(id);
        await http.AnswerAsync(outcome, found => found.ThreadBody(clock), WireJson.Wire.SessionThreadBody);
    }

    private async Task Archive(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await archive.RunAsync(http.Caller(), http.Session(), Routes.Value(http, "threadId"), http.RequestAborted),
            session => session.ThreadBody(clock), WireJson.Wire.SessionThreadBody);
    }

    private async Task Prompt(HttpContext http) => await http.AnswerAsync(
        await retrieve.RunAsync(http.Caller(), http.Session(), http.RequestAborted),
        static session => new SessionPromptBody(session.Id.Value, SessionPrompt.Of(session.Definition)), WireJson.Wire.SessionPromptBody);

    private static Task AnswerAsync(HttpContext http, Outcome<SessionResource> outcome) =>
        http.AnswerAsync(outcome, static one => one, WireJson.Wire.SessionResource);
}
