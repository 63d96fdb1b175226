using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Environments;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

internal sealed class EnvironmentEndpoints(
    CreateEnvironment create, RetrieveEnvironment retrieve, ListEnvironments list, UpdateEnvironment update, ArchiveEnvironment archive,
    DeleteEnvironment delete, PageTokens tokens)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var environments = app.MapGroup("/v1/environments", Surface.Managed);
        environments.MapPost("", Create);
        environments.MapGet("", List);
        environments.MapGet("/{environmentId}", Retrieve);
        environments.MapPost("/{environmentId}", Update);
        environments.MapDelete("/{environmentId}", Delete);
        environments.MapPost("/{environmentId}/archive", Archive);
    }

    private async Task Create(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var fields = EnvironmentFields.Of(body, isNew: true);
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await create.RunAsync(http.Caller(), fields, http.RequestAborted), Shapes.Body, WireJson.Wire.EnvironmentBody);
    }

    private async Task List(HttpContext http)
    {
        var query = new WorkspaceList(http, tokens, "environments", hasTimes: false);
        if (query.Refusal is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await list.RunAsync(http.Caller(), query.Query, http.RequestAborted),
            page => new PageBody<EnvironmentBody>([.. page.Items.Select(Shapes.Body)], page.Last is { } last ? query.Next(last.CreatedAt, last.Id) : null),
            WireJson.Wire.PageBodyEnvironmentBody);
    }

    private async Task Retrieve(HttpContext http) => await http.AnswerAsync(
        await retrieve.RunAsync(http.Caller(), Environment(http), http.RequestAborted), Shapes.Body, WireJson.Wire.EnvironmentBody);

    private async Task Update(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var patch = EnvironmentFields.Of(body, isNew: false);
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await update.RunAsync(http.Caller(), Environment(http), patch, http.RequestAborted), Shapes.Body, WireJson.Wire.EnvironmentBody);
    }

    private async Task Delete(HttpContext http) => await http.AnswerAsync(
        await delete.RunAsync(http.Caller(), Environment(http), http.RequestAborted),
        static id => new DeletedBody(id.Value, "environment_deleted"), WireJson.Wire.DeletedBody);

    private async Task Archive(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await archive.RunAsync(http.Caller(), Environment(http), http.RequestAborted), Shapes.Body, WireJson.Wire.EnvironmentBody);
    }

    private static EnvironmentId Environment(HttpContext http) => EnvironmentId.FromStorage(Routes.Value(http, "environmentId"));
}
