using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MemoryStores.Client;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Showing;

/// <summary>
/// The events of a session, page by page, and what happens next: 1. open the stream; 2. list what there is; 3. go on with what the stream
/// says, without what the list had already. A connection that breaks is begun anew at 1. Of what was told only eight bytes an event are kept.
/// </summary>
internal sealed class TranscriptWalk(Invocation call, string session, EventListQuery query)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly HashSet<ulong> told = [];

    /// <summary>What there is.</summary>
    public async IAsyncEnumerable<StoredJson> ListAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var page in call.Client.Events.ListPagesAsync(session, query with { Limit = query.Limit ?? Limits.EventsPerPage }, stop))
            foreach (var one in page.Value.Data) yield return one;
    }

    /// <summary>What there is, and what comes, until the session is deleted.</summary>
    public async IAsyncEnumerable<StoredJson> FollowAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        var (pause, isLost) = (FirstPause, false);
        while (true)
        {
            await using var events = OnceAsync(stop).GetAsyncEnumerator(stop);
            while (true)
            {
                try
                {
                    if (!await events.MoveNextAsync()) break;
                }
                catch (Exception broken) when (broken is ServerUnreachableException or ApiException { Status: 429 or >= 500 })
                {
                    if (!isLost) call.Remark($"{broken.Message.TrimEnd('.')}; waiting for it");
                    isLost = true;
                    break;
                }
                if (isLost) call.Remark("the server is back");
                (isLost, pause) = (false, FirstPause);
                yield return events.Current;
                if (TypeOf(events.Current) == "session.deleted") yield break;
            }
            await Task.Delay(pause, call.Surroundings.Time, stop);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async IAsyncEnumerable<StoredJson> OnceAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await using var feed = await call.Client.Events.OpenStreamAsync(session, stop); // 1.
        await foreach (var one in ListAsync(stop)) // 2.
            if (IsNew(one)) yield return one;
        await foreach (var one in feed.EventsAsync(stop)) // 3.
            if (IsNew(one) && (query.Types.Count == 0 || TypeOf(one) is var type && (type == "session.deleted" || query.Types.Contains(type)))) yield return one;
    }

    private bool IsNew(StoredJson one)
    {
        using var parsed = JsonDocument.Parse(one.Text);
        var id = parsed.RootElement.TryGetProperty("id"u8, out var given) ? given.GetString() ?? "" : "";
        return told.Add(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id))));
    }

    private static string? TypeOf(StoredJson one)
    {
        using var parsed = JsonDocument.Parse(one.Text);
        return parsed.RootElement.TryGetProperty("type"u8, out var type) ? type.GetString() : null;
    }
}
