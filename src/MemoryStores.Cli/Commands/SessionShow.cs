using System.Text;
using MemoryStores.Cli.Showing;
using MemoryStores.Client;

namespace MemoryStores.Cli.Commands;

internal static class SessionShow
{
    private static readonly Option Full = new("--full", "all of what tools were given and gave back, thoughts and changes of status too");
    private static readonly Option Follow = new("--follow", "then go on with what happens, until Ctrl-C") { Short = "-f" };

    public static readonly Command Command = new()
    {
        Name = "session show",
        Summary = "Show what was said and done in a session, for reading",
        Arguments = [Arguments.Session],
        Options = [Full, Follow],
        About = """
            Who spoke, when, and what was said; a use of a tool is a line, its result another, errors are marked. Control characters in what was
            said are shown as '�'. --json prints the events themselves, with --follow one object to a line. --quiet leaves out the heading.
            """,
        Examples = ["memstores session show sesn_123", "memstores session show sesn_123 --full > transcript.txt", "memstores session show 'Mending the roof' --follow"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await WorkspaceNames.SessionAsync(call.Client, call.Argument(0));
        var session = (await call.Client.Sessions.GetAsync(id)).Value;
        var walk = new TranscriptWalk(call, id, new EventListQuery());
        if (call.IsJson && !call.Has(Follow))
        {
            await SessionEvents.PrintJsonAsync(call, walk);
            return ExitCode.Done;
        }
        if (call.IsJson)
        {
            await foreach (var one in walk.FollowAsync()) call.PrintJson(Encoding.UTF8.GetBytes(one.Text));
            return ExitCode.Done;
        }
        var (width, colors) = (call.Surroundings.Width ?? TranscriptPrinter.WidthInPipe, call.Surroundings.OutHasColors);
        if (!call.IsQuiet) Heading(call, session.Title ?? "(no title)", $"{session.Id}, {session.Status}, agent {session.Agent.Name}, {session.CreatedAt[..10]}", width, colors);
        var printer = new TranscriptPrinter(call.Print, Math.Max(width, 20), colors, call.Has(Full));
        await foreach (var one in call.Has(Follow) ? walk.FollowAsync() : walk.ListAsync()) printer.Print(one);
        return ExitCode.Done;
    }

    private static void Heading(Invocation call, string title, string facts, int width, bool colors)
    {
        title = TextWidth.Cut(PlainText.Of(title), width);
        call.Print(colors ? $"\e[1m{title}\e[0m" : title);
        call.Print(TextWidth.Cut(PlainText.Of(facts), width));
        call.Print("");
    }
}
