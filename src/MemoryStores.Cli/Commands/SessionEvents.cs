using System.Text;
using System.Text.Json;
using MemoryStores.Cli.Showing;
using MemoryStores.Cli.Transcripts;
using MemoryStores.Client;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class SessionEvents
{
    private const int TypeWidth = 29;

    private static readonly Option Type = new("--type", "only events of this type, such as agent.message") { Value = "TYPE", MayRepeat = true, Choices = [.. WireTypes.All] };
    private static readonly Option Since = new("--since", "only what happened since: a time, or a span before now such as 2h") { Value = "WHEN" };
    private static readonly Option NewestFirst = new("--newest-first", "the newest first");
    private static readonly Option Limit = new("--limit", $"one page of at most N, 1 to {Limits.EventsPerPage}") { Value = "N" };
    private static readonly Option Follow = new("--follow", "then go on with what happens, until Ctrl-C") { Short = "-f" };

    public static readonly Command Command = new()
    {
        Name = "session events",
        Summary = "List the events of a session, the oldest first, a line to each",
        Arguments = [Arguments.Session],
        Options = [Type, Since, NewestFirst, Limit, Options.Page, Follow],
        About = "What --json prints, 'memstores session import' takes; with --follow it is one object to a line. 'memstores session show' is for reading.",
        Examples =
        [
            "memstores session events sesn_123 --type agent.tool_use --type agent.tool_result",
            "memstores session events sesn_123 --follow --json",
            "memstores session events sesn_123 --newest-first --limit 20",
        ],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (call.Has(Follow) && (call.Has(NewestFirst) || call.Has(Limit) || call.Has(Options.Page))) throw call.BadUsage($"{Follow.Name} has none of {NewestFirst.Name}, {Limit.Name} and {Options.Page.Name}");
        var query = new EventListQuery
        {
            Types = [.. call.Given.All(Type)],
            From = call.Text(Since) is { } since ? Span.TimeBefore(call, Since, since) : null,
            NewestFirst = call.Has(NewestFirst),
            Limit = call.Number(Limit, 1, Limits.EventsPerPage),
            Page = call.Text(Options.Page),
        };
        var session = await WorkspaceNames.SessionAsync(call.Client, call.Argument(0));
        if (query.Limit is not null || query.Page is not null)
        {
            var page = await call.Client.Events.ListAsync(session, query);
            if (call.IsJson) call.PrintJson(page.Json);
            else foreach (var one in page.Value.Data) Print(call, one);
            if (!call.IsJson && page.Value.NextPage is { } next) call.Remark($"There are more: --page {next}");
            return ExitCode.Done;
        }
        var walk = new TranscriptWalk(call, session, query);
        if (call.Has(Follow))
        {
            await foreach (var one in walk.FollowAsync())
            {
                if (call.IsJson) call.PrintJson(Encoding.UTF8.GetBytes(one.Text));
                else Print(call, one);
            }
        }
        else if (call.IsJson) await PrintJsonAsync(call, walk);
        else await foreach (var one in walk.ListAsync()) Print(call, one);
        return ExitCode.Done;
    }

    /// <summary>All pages as one document, written as they come.</summary>
    internal static async Task PrintJsonAsync(Invocation call, TranscriptWalk walk)
    {
        var before = "{\"data\":[";
        await foreach (var one in walk.ListAsync())
        {
            call.Surroundings.Out.Write(Encoding.UTF8.GetBytes(before + one.Text));
            before = ",";
        }
        call.Surroundings.Out.Write(Encoding.UTF8.GetBytes((before == "," ? "" : before) + "],\"next_page\":null}\n"));
    }

    private static void Print(Invocation call, StoredJson one)
    {
        using var parsed = JsonDocument.Parse(one.Text);
        var root = parsed.RootElement;
        var id = PlainText.Of(CleanJson.Text(root, "id"u8) ?? "");
        if (call.IsQuiet)
        {
            call.Print(id);
            return;
        }
        var time = CleanJson.Text(root, "processed_at"u8) is { Length: >= 19 } at ? at[..19] + "Z" : "queued              ";
        var said = string.Join(' ', EventText.Of(root)) is { Length: > 0 } words ? words
            : CleanJson.Text(root, "name"u8) ?? (CleanJson.Inner(root, "error"u8) is { } error ? CleanJson.Text(error, "message"u8) : null) ?? "";
        var line = PlainText.Of($"{time}  {(CleanJson.Text(root, "type"u8) ?? "").PadRight(TypeWidth)}  {id}  {CleanJson.Cut(said, 400)}").TrimEnd();
        call.Print(call.Surroundings.Width is { } width ? TextWidth.Cut(line, width) : line);
    }
}
