using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Feeds;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>What happens in a session as it happens: server-sent events, whatever the client says it accepts.</summary>
internal sealed class EventStreamEndpoints(
    IStorageEngine storage, FollowEvents follow, OpenFeeds feeds, SharedBeat beats, Admission admission, CancellationToken stopping)
{
    private static readonly string[] Deltas = ["agent.message", "agent.thinking"];

    public void Map(IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/v1/sessions/{sessionId}", Surface.Managed).WithMetadata(TokenRoutes.Session);
        session.MapGet("/events/stream", Stream);
        session.MapGet("/threads/{threadId}/stream", Stream);
    }

    private async Task Stream(HttpContext http)
    {
        var query = new QueryFields(http);
        query.Words("event_deltas", Deltas.Contains, Limits.EventDeltas);
        if ((query.Refusal ?? EventEndpoints.ThreadFlaw(http)) is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        if (!(await follow.FindAsync(http.Caller(), http.Session(), http.RequestAborted)).IsDone(out var head, out var why))
        {
            await http.RefuseAsync(why);
            return;
        }
        var (place, full) = feeds.Take(http.Caller());
        using (place)
        {
            if (full is not null)
            {
                await http.RefuseAsync(full);
                return;
            }
            using var output = new PacedOutput(http, "text/event-stream", TimeProvider.System);
            await new EventStream(http, output, storage, follow, feeds, beats, admission, stopping).RunAsync(head.Id, head.Seq);
        }
    }
}
