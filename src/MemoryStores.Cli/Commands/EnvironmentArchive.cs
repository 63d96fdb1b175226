namespace MemoryStores.Cli.Commands;

internal static class EnvironmentArchive
{
    public static readonly Command Command = new()
    {
        Name = "environment archive",
        Summary = "Close an environment to changes and new sessions, for good",
        Arguments = [Arguments.Environment],
        Options = [Options.Yes],
        About = "Sessions that have it go on. There is no way back. Asks first; away from a terminal it needs --yes.",
        Examples = ["memstores environment archive workshop --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await WorkspaceNames.EnvironmentAsync(call.Client, call.Argument(0));
        call.Confirm($"Archive the environment '{call.Argument(0)}'? It cannot be opened again.", Options.Yes);
        return Shown.Done(call, await call.Client.Environments.ArchiveAsync(id), id, "archived", call.Argument(0));
    }
}
