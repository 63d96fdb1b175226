using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Agents;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

internal sealed class AgentEndpoints(
    CreateAgent create, RetrieveAgent retrieve, ListAgents list, ListAgentVersions versions, UpdateAgent update, ArchiveAgent archive,
    PageTokens tokens)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var agents = app.MapGroup("/v1/agents", Surface.Managed);
        agents.MapPost("", Create);
        agents.MapGet("", List);
        agents.MapGet("/{agentId}", Retrieve);
        agents.MapPost("/{agentId}", Update);
        agents.MapPost("/{agentId}/archive", Archive);
        agents.MapGet("/{agentId}/versions", Versions);
    }

    private async Task Create(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var fields = AgentFields.Of(body, isNew: true);
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await create.RunAsync(http.Caller(), fields, http.RequestAborted), Shapes.Body, WireJson.Wire.AgentBody);
    }

    private async Task List(HttpContext http)
    {
        var query = new WorkspaceList(http, tokens, "agents", hasTimes: true);
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await list.RunAsync(http.Caller(), query.Query, http.RequestAborted),
            page => new PageBody<AgentBody>([.. page.Items.Select(Shapes.Body)], page.Last is { } last ? query.Next(last.CreatedAt, last.Id) : null),
            WireJson.Wire.PageBodyAgentBody);
    }

    private async Task Retrieve(HttpContext http)
    {
        var query = new QueryFields(http);
        var version = query.Version("version");
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await retrieve.RunAsync(http.Caller(), Agent(http), version, http.RequestAborted), Shapes.Body, WireJson.Wire.AgentBody);
    }

    private async Task Update(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var (expected, patch) = (body.Number("version", 1, long.MaxValue), AgentFields.Of(body, isNew: false));
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await update.RunAsync(http.Caller(), Agent(http), patch, expected, http.RequestAborted), Shapes.Body, WireJson.Wire.AgentBody);
    }

    private async Task Archive(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await archive.RunAsync(http.Caller(), Agent(http), http.RequestAborted), Shapes.Body, WireJson.Wire.AgentBody);
    }

    private async Task Versions(HttpContext http)
    {
        var query = new QueryFields(http);
        var (limit, name) = (query.Limit(withContent: false), $"agent versions {Agent(http)}");
        var below = tokens.From(query, name);
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var page = await versions.RunAsync(
            http.Caller(), Agent(http), below is null ? null : long.Parse(below, CultureInfo.InvariantCulture), limit, http.RequestAborted);
        await http.AnswerAsync(
            page,
            found => new PageBody<AgentBody>(
                [.. found.Items.Select(Shapes.Body)],
                found.Last is { } last ? tokens.Write(name, last.Version.ToString(CultureInfo.InvariantCulture)) : null),
            WireJson.Wire.PageBodyAgentBody);
    }

    private static AgentId Agent(HttpContext http) => AgentId.FromStorage(Routes.Value(http, "agentId"));
}
