using System.Buffers.Text;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Work;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>The work of self-hosted environments, for the workers that ask for it and for who looks after them.</summary>
internal sealed class WorkEndpoints(
    PollWork poll, AcknowledgeWork acknowledge, HeartbeatWork heartbeat, StopWork stop, ListWork list, RetrieveWork retrieve, UpdateWork update,
    MeasureWork measure, PageTokens tokens)
{
    private const int LongestBlock = 999;
    private const int LongestWorkerName = 256;
    private const int LongestReclaim = 86_400_000;

    public void Map(IEndpointRouteBuilder app)
    {
        var work = app.MapGroup("/v1/environments/{environmentId}/work", Surface.Managed);
        work.MapGet("", List).WithMetadata(TokenRoutes.Environment);
        work.MapGet("/poll", Poll).WithMetadata(TokenRoutes.Environment);
        work.MapGet("/stats", Stats);
        work.MapGet("/{workId}", Retrieve);
        work.MapPost("/{workId}", Update);
        work.MapPost("/{workId}/ack", Acknowledge).WithMetadata(TokenRoutes.Environment);
        work.MapPost("/{workId}/heartbeat", Heartbeat).WithMetadata(TokenRoutes.Work);
        work.MapPost("/{workId}/stop", Stop).WithMetadata(TokenRoutes.Work);
    }

    private async Task Poll(HttpContext http)
    {
        var query = new QueryFields(http);
        var (block, reclaim) = (query.Number("block_ms", 1, LongestBlock, 0), query.Number("reclaim_older_than_ms", 0, LongestReclaim, (int)PollWork.ReclaimUnlessAsked.TotalMilliseconds));
        var worker = http.Request.Headers["Anthropic-Worker-ID"].ToString() is { Length: > 0 and <= LongestWorkerName } name ? name : null;
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        using var patience = new CancellationTokenSource();
        if (block > 0) patience.CancelAfter(block);
        else await patience.CancelAsync();
        var outcome = await poll.RunAsync(http.Caller(), Environment(http), worker, TimeSpan.FromMilliseconds(reclaim), patience.Token, http.RequestAborted);
        await http.AnswerAsync(outcome, static found => found is null ? null : Body(found.Item) with { Secret = SecretOf(found.Token) }, WireJson.Wire.WorkBody!);
    }

    private async Task Acknowledge(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await acknowledge.RunAsync(http.Caller(), Environment(http), Work(http), http.RequestAborted), Body, WireJson.Wire.WorkBody);
    }

    private async Task Heartbeat(HttpContext http)
    {
        var query = new QueryFields(http);
        var (expected, ttl) = (query.Text("expected_last_heartbeat"), query.Number("desired_ttl_seconds", 1, int.MaxValue, 0));
        if ((query.Refusal ?? await http.FlawInEmptyBodyAsync()) is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var outcome = await heartbeat.RunAsync(
            http.Caller(), Environment(http), Work(http), expected?.Replace(' ', '+'), ttl == 0 ? null : Math.Min(ttl, WorkItem.TtlSecondsAtMost), http.RequestAborted);
        await http.AnswerAsync(outcome, static item => new WorkHeartbeatBody(
            Timestamp.WriteOrNull(item.HeartbeatAt) ?? "", item.State != WorkState.Stopped, item.StateName, item.TtlSeconds), WireJson.Wire.WorkHeartbeatBody);
    }

    private async Task Stop(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync(optional: true);
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var force = body.Flag("force") ?? false;
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await stop.RunAsync(http.Caller(), Environment(http), Work(http), force, http.RequestAborted), Body, WireJson.Wire.WorkBody);
    }

    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var (limit, name) = (query.Limit(withContent: false), $"work {Environment(http)}");
        var after = tokens.From(query, name);
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await list.RunAsync(http.Caller(), Environment(http), after is null ? null : WorkId.FromStorage(after), limit, http.RequestAborted),
            page => new PageBody<WorkBody>([.. page.Items.Select(Body)], page.Last is { } last ? tokens.Write(name, last.Id.Value) : null), WireJson.Wire.PageBodyWorkBody);
    }

    private async Task Retrieve(HttpContext http) =>
        await http.AnswerAsync(await retrieve.RunAsync(http.Caller(), Environment(http), Work(http), http.RequestAborted), Body, WireJson.Wire.WorkBody);

    private async Task Update(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var metadata = body.Pairs("metadata", nullable: true);
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await update.RunAsync(http.Caller(), Environment(http), Work(http), metadata ?? new Dictionary<string, string?>(), http.RequestAborted), Body, WireJson.Wire.WorkBody);
    }

    private async Task Stats(HttpContext http) => await http.AnswerAsync(
        await measure.RunAsync(http.Caller(), Environment(http), http.RequestAborted),
        static stats => new WorkStatsBody(stats.Depth, stats.Pending, Timestamp.WriteOrNull(stats.OldestAt), stats.Workers), WireJson.Wire.WorkStatsBody);

    private static EnvironmentId Environment(HttpContext http) => EnvironmentId.FromStorage(Routes.Value(http, "environmentId"));

    private static WorkId Work(HttpContext http) => WorkId.FromStorage(Routes.Value(http, "workId"));

    private static string SecretOf(string token) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"sessions_token":"{{token}}"}"""));

    private static WorkBody Body(WorkItem item) => new()
    {
        Id = item.Id.Value, EnvironmentId = item.Environment.Value, State = item.StateName, Data = new WorkDataBody(item.Session.Value), Metadata = item.Metadata,
        CreatedAt = Timestamp.Write(item.CreatedAt), AcknowledgedAt = Timestamp.WriteOrNull(item.AcknowledgedAt), StartedAt = Timestamp.WriteOrNull(item.StartedAt),
        LatestHeartbeatAt = Timestamp.WriteOrNull(item.HeartbeatAt), StopRequestedAt = Timestamp.WriteOrNull(item.StopRequestedAt), StoppedAt = Timestamp.WriteOrNull(item.StoppedAt),
    };
}
