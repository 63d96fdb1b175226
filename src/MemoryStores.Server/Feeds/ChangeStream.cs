using System.Diagnostics;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Endpoints;
using MemoryStores.Server.Http;
using MemoryStores.Server.Metrics;

namespace MemoryStores.Server.Feeds;

/// <summary>
/// One stream of changes as server-sent events, from its cursor to its end. Over and over: 1. take the watch; 2. read a page
/// behind the cursor; 3. write its events; 4. when a heartbeat is due, see that the key is still good, and send it; 5. wait for
/// a change, the next heartbeat, or the end. Nothing is queued for a reader: what it has not taken is read from the history when
/// it has room, so a slow one costs a connection and nothing else.
/// </summary>
internal sealed class ChangeStream(
    HttpContext http, PacedOutput output, IStorageEngine storage, ReadChanges read, OpenFeeds feeds, Admission admission, CancellationToken stopping)
{
    private const string KeyEnded = "key_ended";
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(Limits.HeartbeatSeconds);

    private Caller caller = http.Caller();
    private long? beaten;

    public async Task RunAsync(StoreId store, ChangeCursor cursor, int take)
    {
        using var watch = storage.Watch(store);
        using var turn = feeds.Pace.Wake();
        while (true)
        {
            var (change, began) = (watch.Next, Stopwatch.GetTimestamp()); // 1.
            if (await read.RunAsync(caller, store, cursor, take, http.RequestAborted) is not Outcome<ChangePage>.Done(var page)) // 2.
            {
                await EndAsync(new FeedNoteBody("deleted", cursor.ToString()));
                return;
            }
            // A key that was revoked, or has ended, gets nothing more.
            if (page.Events.Count > 0 && await admission.AdmitAgainAsync(http) is null)
            {
                await EndAsync(new FeedNoteBody("resume", cursor.ToString()) { Reason = KeyEnded });
                return;
            }
            if (!await WriteAsync(page)) return; // 3.
            cursor = page.Cursor;
            if (await EndOfAsync(page) is { } why) // 4.
            {
                await EndAsync(new FeedNoteBody("resume", cursor.ToString()) { Reason = why });
                return;
            }
            if (!await output.FlushAsync()) return;
            if (!page.HasMore) await WaitAsync(turn, change, began); // 5.
        }
    }

    private async ValueTask<bool> WriteAsync(ChangePage page)
    {
        if (page.Reset is { } reset)
        {
            var body = reset.Body();
            Say(new FeedNoteBody("reset", page.Cursor.ToString()) { Reason = body.Reason, Message = body.Message, HeadSeq = page.HeadSeq });
        }
        foreach (var change in page.Events)
        {
            Write("change", change.At.ToString(), change.Body(), WireJson.Wire.ChangeEventBody);
            if (output.IsFull && !await output.FlushAsync()) return false;
        }
        return true;
    }

    /// <summary>Why the stream ends here, in a word for the client; null after a heartbeat, or when none is due.</summary>
    private async ValueTask<string?> EndOfAsync(ChangePage page)
    {
        if (stopping.IsCancellationRequested) return "server_stopping";
        if (output.IsSlow)
        {
            FeedMetrics.TooSlow();
            return "slow_reader";
        }
        // The first beat comes behind the backlog, however long that takes, so that it says: you are up to date, and live.
        var isDue = beaten is { } last && Stopwatch.GetElapsedTime(last) >= Beat;
        if (!isDue && (beaten is not null || page.HasMore)) return null;
        if (await admission.AdmitAgainAsync(http) is not { } still) return KeyEnded;
        caller = still;
        beaten = Stopwatch.GetTimestamp();
        if (page.HasMore) output.Write(":\n\n"u8); // Alive, and not yet up to date.
        else Say(new FeedNoteBody("heartbeat", page.Cursor.ToString()) { HeadSeq = page.HeadSeq });
        return null;
    }

    private async ValueTask WaitAsync(FeedPace.Turn turn, Task change, long began)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var rest = Beat - Stopwatch.GetElapsedTime(beaten!.Value);
        if (rest > TimeSpan.Zero) await turn.RestAsync(change.WaitAsync(rest, end.Token));
        await turn.PauseAsync(began, end.Token);
        http.RequestAborted.ThrowIfCancellationRequested();
    }

    private async ValueTask EndAsync(FeedNoteBody note)
    {
        Say(note);
        await output.FlushAsync();
    }

    private void Say(FeedNoteBody note) => Write(note.Type, note.Cursor, note, WireJson.Wire.FeedNoteBody);

    private void Write<T>(string name, string cursor, T body, JsonTypeInfo<T> type)
    {
        output.Write(Encoding.ASCII.GetBytes($"event: {name}\nid: {cursor}\ndata: "));
        output.Write(body, type);
        output.Write("\n\n"u8);
    }
}
