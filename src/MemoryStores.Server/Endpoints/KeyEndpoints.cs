using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>Keys, workspaces and the log of what was done to them; for admin keys.</summary>
internal sealed class KeyEndpoints(
    CreateKey create, ListKeys list, RotateKey rotate, RevokeKey revoke, ListAdministration administration, IStorageEngine storage,
    PageTokens tokens)
{
    // A secret that was rotated away is good for a week at most.
    private const int LongestGraceSeconds = 7 * 24 * 3_600;

    public void Map(IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/ext/v1/keys", Surface.Administration);
        keys.MapPost("", Create);
        keys.MapGet("", List);
        keys.MapGet("/{keyId}", Retrieve);
        keys.MapPost("/{keyId}/rotate", Rotate);
        keys.MapPost("/{keyId}/revoke", Revoke);
        app.MapGroup("/ext/v1/workspaces", Surface.Administration).MapGet("", Workspaces);
        app.MapGroup("/ext/v1/administration", Surface.Administration).MapGet("", Administration);
    }

    private async Task Create(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var (name, role, stores) = (body.RequiredText("name"), body.RequiredText("role"), body.Texts("stores"));
        var (prefix, expires, workspace) = (body.Text("path_prefix"), body.Text("expires_at"), body.Text("workspace"));
        if (RoleNamed(role) is null) body.Refuse("role", $"'{role}' is not a role; there are admin, write and read");
        long? until = null;
        if (expires is not null)
        {
            if (Timestamp.TryParse(expires, roundUp: false, out var time, out var reason)) until = time;
            else body.Refuse("expires_at", $"'{expires}': {reason}");
        }
        if (body.Finish() is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var grant = new Grant(RoleNamed(role)!.Value, stores?.Select(StoreId.FromStorage).ToList(), prefix);
        await http.AnswerAsync(await create.RunAsync(http.Caller(), new KeyRequest(name, grant, until, workspace), http.RequestAborted), Body, WireJson.Wire.KeyBody);
    }

    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var (limit, name) = (query.Limit(withContent: false), $"keys {http.Caller().Workspace}");
        var after = tokens.From(query, name);
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var page = await list.RunAsync(http.Caller(), after is null ? null : ApiKeyId.FromStorage(after), limit, http.RequestAborted);
        await http.AnswerAsync(new PageBody<KeyBody>(
            [.. page.Items.Select(Body)], page.Next is { } next ? tokens.Write(name, next.Value) : null), WireJson.Wire.PageBodyKeyBody);
    }

    private async Task Retrieve(HttpContext http) =>
        await http.AnswerAsync(await list.FindAsync(http.Caller(), Key(http), http.RequestAborted), Body, WireJson.Wire.KeyBody);

    private async Task Rotate(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync(optional: true);
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var grace = body.Number("grace_seconds", 0, LongestGraceSeconds) ?? 0;
        if (body.Finish() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(
            await rotate.RunAsync(http.Caller(), Key(http), TimeSpan.FromSeconds(grace), http.RequestAborted), Body, WireJson.Wire.KeyBody);
    }

    private async Task Revoke(HttpContext http)
    {
        if (await http.FlawInEmptyBodyAsync() is { } flaw) await http.RefuseAsync(flaw);
        else await http.AnswerAsync(await revoke.RunAsync(http.Caller(), Key(http), http.RequestAborted), Body, WireJson.Wire.KeyBody);
    }

    /// <summary>All workspaces for administrators of the default one, else the caller's own.</summary>
    private async Task Workspaces(HttpContext http)
    {
        var all = await storage.ReadAsync(reader => reader.ListWorkspacesAsync(), http.RequestAborted);
        var isOperator = all.Any(one => one.Name == EnsureAdminKey.DefaultWorkspace && one.Id == http.Caller().Workspace);
        await http.AnswerAsync(new PageBody<WorkspaceBody>(
            [.. all.Where(one => isOperator || one.Id == http.Caller().Workspace).Select(one => new WorkspaceBody(one.Id.Value, one.Name))], null),
            WireJson.Wire.PageBodyWorkspaceBody);
    }

    private async Task Administration(HttpContext http)
    {
        var query = new QueryFields(http);
        var (limit, name) = (query.Limit(withContent: false), $"administration {http.Caller().Workspace}");
        var after = tokens.From(query, name);
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var below = after is null ? (long?)null : long.Parse(after, CultureInfo.InvariantCulture);
        var page = await administration.RunAsync(http.Caller(), below, limit, http.RequestAborted);
        await http.AnswerAsync(new PageBody<AdministrationBody>(
            [.. page.Items.Select(entry => new AdministrationBody(Timestamp.Write(entry.At), entry.Actor, entry.Action, entry.Subject))],
            page.Next is { } next ? tokens.Write(name, next.ToString(CultureInfo.InvariantCulture)) : null),
            WireJson.Wire.PageBodyAdministrationBody);
    }

    private static ApiKeyId Key(HttpContext http) => ApiKeyId.FromStorage(Routes.Value(http, "keyId"));

    private static KeyRole? RoleNamed(string name) => name switch
    {
        "admin" => KeyRole.Admin,
        "write" => KeyRole.Write,
        "read" => KeyRole.Read,
        _ => null,
    };

    private static KeyBody Body(NewKey made) => Body(made.Key) with { Key = made.Secret };

    private static KeyBody Body(ApiKey key) => new()
    {
        Id = key.Id.Value,
        WorkspaceId = key.Workspace.Value,
        Name = key.Name,
        Role = key.Grant.Role.ToString().ToLowerInvariant(),
        Stores = key.Grant.Stores?.Select(store => store.Value).ToList(),
        PathPrefix = key.Grant.PathPrefix,
        CreatedAt = Timestamp.Write(key.CreatedAt),
        ExpiresAt = Timestamp.WriteOrNull(key.ExpiresAt),
        RevokedAt = Timestamp.WriteOrNull(key.RevokedAt),
    };
}
