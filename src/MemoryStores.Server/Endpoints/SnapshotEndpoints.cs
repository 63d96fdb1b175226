using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Memories;
using MemoryStores.Server.Feeds;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>A whole store as lines of JSON: what it is, each memory, the end; docs/reference/changes.md is the page for users.</summary>
internal sealed class SnapshotEndpoints(TakeSnapshot take, OpenFeeds feeds)
{
    public void Map(IEndpointRouteBuilder app) =>
        app.MapGroup("/ext/v1/memory_stores/{storeId}/snapshot", Surface.Extension).WithMetadata(TokenRoutes.Stores).MapGet("", Snapshot);

    private async Task Snapshot(HttpContext http)
    {
        var query = new QueryFields(http);
        var full = query.WithContent(unlessGiven: false);
        if (query.Refusal is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        using var turn = await feeds.TakeTurnAsync(http.Caller(), http.RequestAborted);
        switch (await take.RunAsync(http.Caller(), http.Store(), http.RequestAborted))
        {
            case Outcome<StoreListing>.Refused refused: await http.RefuseAsync(refused.Why); break;
            case Outcome<StoreListing>.Done done: await WriteAsync(http, done.Value, full); break;
        }
    }

    private async Task WriteAsync(HttpContext http, StoreListing snapshot, bool full)
    {
        using var output = new PacedOutput(http, "application/x-ndjson", TimeProvider.System);
        output.Write(new SnapshotBody
        {
            MemoryStoreId = snapshot.Store.Id.Value,
            Seq = snapshot.Cursor.Seq,
            Cursor = snapshot.Cursor.ToString(),
            Memories = snapshot.Memories.Count,
            ArchivedAt = Timestamp.WriteOrNull(snapshot.Store.ArchivedAt),
        }, WireJson.Wire.SnapshotBody);
        output.Write("\n"u8);
        var sent = 0;
        foreach (var page in Pages(snapshot.Memories, full))
        {
            var memories = full ? await take.ReadContentsAsync(http.Caller(), snapshot.Store.Id, page, http.RequestAborted) : page;
            if (memories is null)
            {
                http.Abort(); // The store is gone: a listing without its end says so.
                return;
            }
            foreach (var memory in memories)
            {
                output.Write(memory.Body(full), WireJson.Wire.MemoryBody);
                output.Write("\n"u8);
                sent++;
                if (output.IsFull && !await output.FlushAsync()) return;
            }
        }
        output.Write(new SnapshotEndBody { Memories = sent }, WireJson.Wire.SnapshotEndBody);
        output.Write("\n"u8);
        await output.FlushAsync();
    }

    /// <summary>What is read at a time: with content as much as one short read gives, else all, for it is here already.</summary>
    private static IEnumerable<IReadOnlyList<Memory>> Pages(IReadOnlyList<Memory> memories, bool full)
    {
        if (!full)
        {
            yield return memories;
            yield break;
        }
        var (page, bytes) = (new List<Memory>(), 0L);
        foreach (var memory in memories)
        {
            page.Add(memory);
            bytes += memory.Size;
            if (page.Count < Limits.SnapshotPageItems && bytes < Limits.SnapshotPageBytes) continue;
            yield return page;
            (page, bytes) = ([], 0);
        }
        yield return page;
    }
}
