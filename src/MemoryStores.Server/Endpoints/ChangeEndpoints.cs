using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Feeds;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>
/// The feed of a store: a page, a long poll, or for who accepts text/event-stream a stream; docs/reference/changes.md is the page for users.
/// </summary>
internal sealed class ChangeEndpoints(
    IStorageEngine storage, ReadChanges read, AwaitChanges poll, OpenFeeds feeds, Admission admission, CancellationToken stopping)
{
    public void Map(IEndpointRouteBuilder app) =>
        app.MapGroup("/ext/v1/memory_stores/{storeId}/changes", Surface.Extension).WithMetadata(TokenRoutes.Stores).MapGet("", Changes);

    private async Task Changes(HttpContext http)
    {
        var query = new QueryFields(http);
        var (wait, limit) = (query.Number("wait", 0, Limits.PollSeconds, 0), query.Number("limit", 1, Limits.ChangesPerPage, Limits.ChangesPerPageDefault));
        var isStream = http.Request.Headers.Accept.Any(accepted => accepted?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) ?? false);
        var after = CursorIn(http, query, isStream);
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var (place, full) = isStream || wait > 0 ? feeds.Take(http.Caller()) : (null, null);
        using (place)
        {
            if (full is not null) await http.RefuseAsync(full);
            else if (isStream) await StreamAsync(http, after, limit);
            else await PollAsync(http, after, limit, wait);
        }
    }

    private async Task PollAsync(HttpContext http, ChangeCursor? after, int limit, int wait)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(TimeSpan.FromSeconds(wait));
        await http.AnswerAsync(await poll.RunAsync(http.Caller(), http.Store(), after, limit, patience.Token, http.RequestAborted), page => new ChangesBody
        {
            MemoryStoreId = http.Store().Value,
            Data = [.. page.Events.Select(Shapes.Body)],
            Cursor = page.Cursor.ToString(),
            HeadSeq = page.HeadSeq,
            HasMore = page.HasMore && page.Reset is null,
            Reset = page.Reset?.Body(),
        }, WireJson.Wire.ChangesBody);
    }

    private async Task StreamAsync(HttpContext http, ChangeCursor? after, int limit)
    {
        // A look before the stream begins: an unknown store is a refusal like any other, and "from now" is a cursor.
        if (await read.RunAsync(http.Caller(), http.Store(), after, 1, http.RequestAborted) is not Outcome<ChangePage>.Done(var page))
            await http.RefuseAsync(new Refusal.StoreUnknown(http.Store().Value));
        else
        {
            using var output = new PacedOutput(http, "text/event-stream", TimeProvider.System);
            await new ChangeStream(http, output, storage, read, feeds, admission, stopping).RunAsync(http.Store(), after ?? page.Cursor, limit);
        }
    }

    /// <summary>Browsers repeat a stream's URL as it was and tell how far they came in a header, so that one wins.</summary>
    private static ChangeCursor? CursorIn(HttpContext http, QueryFields query, bool isStream)
    {
        var (name, text) = ("after", query.Text("after"));
        if (isStream && http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last) (name, text) = ("Last-Event-ID", last);
        if (text is null) return null;
        if (!ChangeCursor.TryParse(text, out var cursor)) query.Refuse(name, "is not a cursor of this API; send back what an answer gave you, or leave it out to begin from now");
        return cursor;
    }
}
