using System.Diagnostics;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;
using MemoryStores.Server.Metrics;

namespace MemoryStores.Server.Feeds;

/// <summary>
/// One stream of a session's events, from now on to its end. Over and over: 1. take the watch; 2. read what came; 3. write it; 4. wait
/// for more, a beat, or the end. Nothing is queued for a reader: what it has not taken is read from the transcript when it has room.
/// Between events it holds a connection, and neither a thread nor a timer.
/// </summary>
internal sealed class EventStream(
    HttpContext http, PacedOutput output, IStorageEngine storage, FollowEvents follow, OpenFeeds feeds, SharedBeat beats, Admission admission, CancellationToken stopping)
{
    public async Task RunAsync(SessionId session, long seq)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gone = http.RequestAborted.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), ended);
        using var stop = stopping.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), ended);
        using var watch = storage.Watch(session);
        using var turn = feeds.Pace.Wake();
        // The headers leave before anything happens: clients wait for them, and list only then.
        output.Write(Alive);
        if (!await output.FlushAsync()) return;
        var (beat, caller) = (beats.Next, http.Caller());
        while (true)
        {
            var (change, began) = (watch.Next, Stopwatch.GetTimestamp()); // 1.
            if (!(await follow.RunAsync(caller, session, seq, http.RequestAborted)).IsDone(out var page, out var why)) // 2.
            {
                if (why is not Refusal.SessionUnknown) return;
                Write(Deleted());
                await output.FlushAsync();
                return;
            }
            // A key that was revoked, or has ended, gets nothing more.
            if (page.Events.Count > 0 && await admission.AdmitAgainAsync(http) is null) return;
            foreach (var one in page.Events) // 3.
            {
                Write(one);
                seq = one.Seq;
                if (output.IsFull && !await output.FlushAsync()) return;
            }
            if (page.Events.Count > 0 && !await output.FlushAsync()) return;
            if (output.IsSlow)
            {
                FeedMetrics.TooSlow();
                return;
            }
            if (page.HasMore) continue;
            await turn.RestAsync(Task.WhenAny(change, beat, ended.Task)); // 4.
            if (ended.Task.IsCompleted) return;
            if (beat.IsCompleted)
            {
                beat = beats.Next;
                if (await admission.AdmitAgainAsync(http) is not { } still) return;
                caller = still;
                output.Write(Alive);
                if (!await output.FlushAsync()) return;
            }
            else await turn.PauseAsync(began, http.RequestAborted);
        }
    }

    private static ReadOnlySpan<byte> Alive => ":\n\n"u8;

    /// <summary>The last frame: no row of it is left anywhere.</summary>
    private static SessionEvent Deleted()
    {
        var now = Timestamp.Microseconds(TimeProvider.System.GetUtcNow());
        return new SessionEvent(0, IdMint.Next(SessionEvent.Tag, now), EventTypes.SessionDeleted, StoredJson.FromStorage("{}"), now, now, null);
    }

    private void Write(SessionEvent one)
    {
        output.Write(Encoding.UTF8.GetBytes($"event: {one.Type}\ndata: "));
        output.Write(one.ToWire(), WireJson.Wire.StoredJson);
        output.Write("\n\n"u8);
    }
}
