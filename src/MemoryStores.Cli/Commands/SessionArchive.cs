namespace MemoryStores.Cli.Commands;

internal static class SessionArchive
{
    public static readonly Command Command = new()
    {
        Name = "session archive",
        Summary = "End a session, for good",
        Arguments = [Arguments.Session],
        Options = [Options.Yes],
        About = "Its transcript stays; nothing can be sent to it any more. There is no way back. Asks first; away from a terminal it needs --yes. A running session is interrupted first: memstores session send SESSION --interrupt.",
        Examples = ["memstores session archive sesn_123 --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await WorkspaceNames.SessionAsync(call.Client, call.Argument(0));
        call.Confirm($"Archive the session {id}? It cannot be opened again.", Options.Yes);
        return Shown.Done(call, await call.Client.Sessions.ArchiveAsync(id), id, "archived", call.Argument(0));
    }
}
