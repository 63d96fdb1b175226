using System.Text;
using MemoryStores.Cli.Transcripts;
using MemoryStores.Client;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Importing;

/// <summary>
/// Events on their way to their sessions, gathered to requests that the server takes, each session's in order. What waits is bounded, over
/// all sessions of a file.
/// </summary>
internal sealed class EventBatches(MemoryStoresClient client)
{
    // Well below the server's own bounds: a unit of this many holds its writer for some milliseconds.
    private const int MostEvents = 500;
    private const int MostBytes = Limits.RequestBodyBytes - (512 * 1024);
    private const int MostBytesWaiting = 2 * Limits.RequestBodyBytes;

    private readonly Dictionary<string, (List<StoredJson> Events, int Bytes)> waiting = new(StringComparer.Ordinal);
    private int bytesWaiting;

    /// <summary>How many of the events sent so far the sessions did not have.</summary>
    public long Recorded { get; private set; }

    public async Task AddAsync(string session, ParsedEvent one, CancellationToken stop)
    {
        var json = Wire(one);
        var size = Encoding.UTF8.GetByteCount(json.Text) + 1;
        if (waiting.TryGetValue(session, out var batch) && (batch.Events.Count == MostEvents || batch.Bytes + size > MostBytes)) await SendAsync(session, stop);
        else if (bytesWaiting + size > MostBytesWaiting) await SendAllAsync(stop);
        if (!waiting.TryGetValue(session, out batch)) batch = ([], 0);
        batch.Events.Add(json);
        waiting[session] = (batch.Events, batch.Bytes + size);
        bytesWaiting += size;
    }

    public async Task SendAllAsync(CancellationToken stop)
    {
        foreach (var session in waiting.Keys.ToList()) await SendAsync(session, stop);
    }

    private async Task SendAsync(string session, CancellationToken stop)
    {
        var (events, bytes) = waiting[session];
        Recorded += (await client.Events.RecordAsync(session, events, haveIds: true, stop)).Value.Recorded;
        waiting.Remove(session);
        bytesWaiting -= bytes;
    }

    private static StoredJson Wire(ParsedEvent one)
    {
        var fields = one.Fields.Text.Length > 2 ? one.Fields.Text[1..^1] + "," : "";
        return StoredJson.FromStorage($$"""{"id":"{{one.Id}}","type":"{{one.Type}}",{{fields}}"processed_at":"{{Timestamp.Write(one.At ?? 0)}}"}""");
    }
}
