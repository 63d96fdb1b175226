using MemoryStores.Client.Sending;

namespace MemoryStores.Cli.Commands;

internal static class SessionUpdate
{
    private static readonly Option Title = new("--title", "a new title") { Value = "TEXT" };

    public static readonly Command Command = new()
    {
        Name = "session update",
        Summary = "Change a session's title or metadata",
        Arguments = [Arguments.Session],
        Options = [Title, Options.Metadata, Options.RemoveMetadata],
        About = "What is not named stays as it is.",
        Examples = ["memstores session update sesn_123 --title 'Mending the roof'", "memstores session update sesn_123 --metadata user_id=anna --remove-metadata draft"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (!Command.Options.Any(call.Has)) throw call.BadUsage("nothing to change is named");
        var id = await WorkspaceNames.SessionAsync(call.Client, call.Argument(0));
        var session = await call.Client.Sessions.UpdateAsync(id, new SessionChange { Title = call.Text(Title), Metadata = Options.MetadataChange(call) });
        return Shown.Print(call, session, session.Value.Id, Facts.Print);
    }
}
