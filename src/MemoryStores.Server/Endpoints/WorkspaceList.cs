using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>
/// What a request asks of a list of a workspace's things, newest first: a page of it, with or without archived ones, and where the
/// list has them bounds of time. Its tokens are good for the same list with the same filters.
/// </summary>
internal sealed class WorkspaceList
{
    private readonly PageTokens tokens;
    private readonly string name;

    public WorkspaceQuery Query { get; }

    public Refusal? Refusal { get; }

    public WorkspaceList(HttpContext http, PageTokens tokens, string kind, bool hasTimes)
    {
        var (query, workspace) = (new QueryFields(http), http.Caller().Workspace);
        var (limit, archived) = (query.Limit(withContent: false), query.Flag("include_archived"));
        var from = hasTimes ? query.Time("created_at[gte]", isLower: true) : null;
        var until = hasTimes ? query.Time("created_at[lte]", isLower: false) : null;
        (this.tokens, name) = (tokens, string.Create(CultureInfo.InvariantCulture, $"{kind} {workspace} {archived} {from} {until}"));
        Query = new WorkspaceQuery(workspace, archived, from, until, CursorOf(tokens.From(query, name)), limit);
        Refusal = query.Refusal;
    }

    /// <summary>The token of the page behind an item.</summary>
    public string Next(long createdAt, Id last) => tokens.Write(name, string.Create(CultureInfo.InvariantCulture, $"{createdAt} {last}"));

    private static (long, string)? CursorOf(string? cursor) =>
        cursor?.Split(' ') is [var at, var id] ? (long.Parse(at, CultureInfo.InvariantCulture), id) : null;
}
