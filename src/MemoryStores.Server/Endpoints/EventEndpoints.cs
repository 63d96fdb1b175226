using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>The transcript of a session: what is sent to it, and what is read of it. Its one thread has the same.</summary>
internal sealed class EventEndpoints(SendEvents send, RecordEvents record, ListEvents list, PageTokens tokens)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var events = app.MapGroup("/v1/sessions/{sessionId}", Surface.Managed).WithMetadata(TokenRoutes.Session);
        events.MapPost("/events", Send);
        events.MapGet("/events", List);
        events.MapGet("/threads/{threadId}/events", List);
        app.MapGroup("/ext/v1/sessions/{sessionId}/events", Surface.Extension).MapPost("", Record);
    }

    private async Task Send(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var events = EventFields.Sent(body, "events", EventTypes.Sendable, Limits.EventsPerBatch);
        if (events.Count == 0) body.Refuse("events", "is required, as a list of at least one event");
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await send.RunAsync(http.Caller(), http.Session(), events, http.RequestAborted),
            static sent => new SentEventsBody([.. sent.Select(one => one.ToWire())]), WireJson.Wire.SentEventsBody);
    }

    private async Task Record(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var events = EventFields.Told(body, "events");
        if (events.Count == 0) body.Refuse("events", "is required, as a list of at least one event");
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await record.RunAsync(http.Caller(), http.Session(), events, http.RequestAborted),
            static told => new RecordedEventsBody([.. told.Events.Select(one => one.ToWire())], told.Recorded), WireJson.Wire.RecordedEventsBody);
    }

    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var (limit, ascending) = (query.Number("limit", 1, Limits.EventsPerPage, Limits.PageItems), query.IsAscending());
        var types = query.Words("types", EventTypes.All.Contains, Limits.EventsPerPage)?.Order(StringComparer.Ordinal).Distinct().ToList();
        var (from, until) = (query.Bound("created_at", isLower: true), query.Bound("created_at", isLower: false));
        var name = string.Create(CultureInfo.InvariantCulture, $"events {http.Session()} {string.Join(',', types ?? [])} {from} {until}");
        var cursor = tokens.From(query, name)?.Split(' ');
        var isAscending = cursor is null ? ascending ?? true : cursor[0] == Ascending;
        if (cursor is not null && ascending is { } asked && asked != isAscending) query.Refuse("page", "is a token of the other order; begin again without it");
        if ((query.Refusal ?? ThreadFlaw(http)) is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var request = new EventQuery(http.Session(), limit)
        {
            OldestFirst = isAscending, Types = types, From = from, Until = until,
            After = cursor is null ? null : (long.Parse(cursor[1], CultureInfo.InvariantCulture), long.Parse(cursor[2], CultureInfo.InvariantCulture)),
        };
        await http.AnswerAsync(await list.RunAsync(http.Caller(), request, http.RequestAborted), page => new EventPageBody(
            [.. page.Items.Select(one => one.ToWire())],
            page.Last is { } last ? tokens.Write(name, string.Create(CultureInfo.InvariantCulture, $"{(isAscending ? Ascending : "desc")} {last.Place} {last.Seq}")) : null),
            WireJson.Wire.EventPageBody);
    }

    private const string Ascending = "asc";

    /// <summary>A route through a thread leads to the session's own.</summary>
    internal static Refusal? ThreadFlaw(HttpContext http) =>
        http.Request.RouteValues.ContainsKey("threadId") && Routes.Value(http, "threadId") is var thread
        && (http.Session().Value.Length <= SessionId.Tag.Length || thread != Session.ThreadOf(http.Session()))
            ? new Refusal.ThreadUnknown(thread)
            : null;
}
