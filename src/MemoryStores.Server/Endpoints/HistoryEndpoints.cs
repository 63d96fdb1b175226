using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>The history of a store, entry by entry; docs/reference/history.md is the page for users.</summary>
internal sealed class HistoryEndpoints(ListHistory list, PageTokens tokens)
{
    public void Map(IEndpointRouteBuilder app) =>
        app.MapGroup("/ext/v1/memory_stores/{storeId}/history", Surface.Extension).MapGet("", List);

    private async Task List(HttpContext http)
    {
        var query = new QueryFields(http);
        var (limit, order) = (query.Limit(withContent: false), query.Text("order") ?? "desc");
        var (after, before) = (query.Seq("after"), query.Seq("before"));
        var (kind, memory) = (KindIn(query), query.Text("memory_id"));
        var (path, prefix) = (query.Path("path"), query.Directory("path_prefix"));
        if (order is not ("asc" or "desc")) query.Refuse("order", $"'{order}' is not an order; there are desc (newest first) and asc");
        var name = string.Create(CultureInfo.InvariantCulture, $"history {http.Store()} {order} {after} {before} {kind} {memory} {path} {prefix}");
        var reached = tokens.From(query, name) is { } token ? long.Parse(token, CultureInfo.InvariantCulture) : (long?)null;
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var wanted = new HistoryQuery(http.Store(), limit)
        {
            OldestFirst = order == "asc",
            // The token is of this list, so it stands within its bounds.
            AfterSeq = order == "asc" ? reached ?? after : after,
            BeforeSeq = order == "desc" ? reached ?? before : before,
            Kind = kind,
            Memory = memory is null ? null : MemoryId.FromStorage(memory),
            Path = path,
            PathPrefix = prefix,
        };
        await http.AnswerAsync(await list.RunAsync(http.Caller(), wanted, http.RequestAborted), page => new PageBody<HistoryEntryBody>(
            [.. page.Lines.Select(Shapes.Body)],
            page.Next is { } seq ? tokens.Write(name, seq.ToString(CultureInfo.InvariantCulture)) : null),
            WireJson.Wire.PageBodyHistoryEntryBody);
    }

    private static HistoryKind? KindIn(QueryFields query)
    {
        if (query.Text("kind") is not { } name) return null;
        foreach (var kind in Enum.GetValues<HistoryKind>())
        {
            if (HistoryHash.NameOf(kind) == name) return kind;
        }
        query.Refuse("kind", $"'{name}' is not a kind; there are {string.Join(", ", Enum.GetValues<HistoryKind>().Select(HistoryHash.NameOf))}");
        return null;
    }
}
