namespace MemoryStores.Cli.Commands;

internal static class SessionRemove
{
    public static readonly Command Command = new()
    {
        Name = "session rm",
        Summary = "Delete a session with its transcript, for good",
        Arguments = [Arguments.Session],
        Options = [Options.Yes],
        About = "Its stores stay as they are. Asks first; away from a terminal it needs --yes. A running session is interrupted first: memstores session send SESSION --interrupt.",
        Examples = ["memstores session rm sesn_123 --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await WorkspaceNames.SessionAsync(call.Client, call.Argument(0));
        call.Confirm($"Delete the session {id} with its transcript? This cannot be undone.", Options.Yes);
        return Shown.Done(call, await call.Client.Sessions.DeleteAsync(id), id, "deleted", call.Argument(0));
    }
}
