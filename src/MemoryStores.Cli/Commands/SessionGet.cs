namespace MemoryStores.Cli.Commands;

internal static class SessionGet
{
    public static readonly Command Command = new()
    {
        Name = "session get",
        Summary = "Show a session: its agent, status and stores",
        Arguments = [Arguments.Session],
        About = "'memstores session show' shows what was said in it.",
        Examples = ["memstores session get sesn_123", "memstores session get 'Mending the roof' --json"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var session = await call.Client.Sessions.GetAsync(await WorkspaceNames.SessionAsync(call.Client, call.Argument(0)));
        return Shown.Print(call, session, session.Value.Id, Facts.Print);
    }
}
