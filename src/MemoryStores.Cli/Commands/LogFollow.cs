using System.Text;
using System.Text.Json;
using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

/// <summary>
/// A log that goes on, as <c>tail -f</c> does: 1. take the place where the history ends; 2. show the newest entries up to there;
/// 3. wait for the feed to say that there are more, and read them from the history. What was shown is told by its seq alone, so
/// each entry comes once, however often the connection breaks.
/// </summary>
internal sealed class LogFollow(Invocation call, string store, HistoryListQuery filter)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private string cursor = "";
    private long shown;
    private bool isLost;

    public async Task RunAsync(int newest)
    {
        await BeginAtEndAsync(); // 1.
        if (newest > 0) // 2.
        {
            var page = await call.Client.History.ListAsync(store, filter with { Before = shown + 1, Limit = newest });
            foreach (var (entry, json) in EntriesOf(page).AsEnumerable().Reverse()) Show(entry, json);
        }
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause) // 3.
        {
            try
            {
                await foreach (var message in call.Client.Changes.FollowAsync(store, cursor))
                {
                    if (isLost) call.Remark("the server is back");
                    (isLost, pause) = (false, FirstPause);
                    if (!await TakeAsync(message)) break;
                }
            }
            catch (Exception broken) when (broken is ServerUnreachableException or ApiException { Status: 429 or >= 500 })
            {
                if (!isLost) call.Remark($"{broken.Message.TrimEnd('.')}; waiting for it");
                isLost = true;
            }
            await Task.Delay(pause, call.Surroundings.Time);
        }
    }

    private async Task BeginAtEndAsync()
    {
        var end = (await call.Client.Changes.PollAsync(store, after: null, TimeSpan.Zero)).Value;
        (cursor, shown) = (end.Cursor, end.HeadSeq);
    }

    /// <summary>False when the stream is to be opened anew.</summary>
    private async Task<bool> TakeAsync(FeedMessage message)
    {
        switch (message)
        {
            case FeedMessage.Change change:
                await ShowUpToAsync(change.Event.Seq);
                break;
            case FeedMessage.Heartbeat alive:
                await ShowUpToAsync(alive.HeadSeq);
                break;
            // A narrow key cannot be told where a memory went; the history itself is the one it was.
            case FeedMessage.Reset { Reason: "redacted" }:
                await ShowRestAsync();
                break;
            case FeedMessage.Reset:
                call.Remark("The store's history is another one now: a backup was put back. Going on from its end.");
                await BeginAtEndAsync();
                return false;
            case FeedMessage.Deleted:
                throw new CommandException(ExitCode.NotFound, "the memory store was deleted");
        }
        cursor = message.Cursor;
        return true;
    }

    /// <summary>Everything that there is by now, if that seq was not reached yet.</summary>
    private async Task ShowUpToAsync(long seq)
    {
        if (seq <= shown) return;
        await ShowRestAsync();
        // Those between were looked at, and are none that is wanted.
        shown = Math.Max(shown, seq);
    }

    private async Task ShowRestAsync()
    {
        await foreach (var page in call.Client.History.ListPagesAsync(store, filter with { After = shown, OldestFirst = true, Limit = Limits.PageItems }))
        {
            foreach (var (entry, json) in EntriesOf(page))
            {
                Show(entry, json);
                shown = entry.Seq;
            }
        }
    }

    private void Show(HistoryEntryBody entry, string json)
    {
        if (call.IsJson) call.PrintJson(Encoding.UTF8.GetBytes(json));
        else if (call.IsQuiet) call.Print(LogLines.Seq(entry));
        else foreach (var line in LogLines.Alone(entry, call.Argument(0), call.Surroundings.OutHasColors)) call.Print(line);
    }

    /// <summary>Entries of a page, each with the text in which the server sent it.</summary>
    private static List<(HistoryEntryBody Entry, string Json)> EntriesOf(Answer<PageBody<HistoryEntryBody>> page)
    {
        using var document = JsonDocument.Parse(page.Json);
        return [.. page.Value.Data.Zip(document.RootElement.GetProperty("data"u8).EnumerateArray(), (entry, json) => (entry, json.GetRawText()))];
    }
}
