namespace MemoryStores.Cli.Commands;

internal static class EnvironmentRemove
{
    public static readonly Command Command = new()
    {
        Name = "environment rm",
        Summary = "Delete an environment, for good",
        Arguments = [Arguments.Environment],
        Options = [Options.Yes],
        About = "Its sessions stay. Asks first; away from a terminal it needs --yes.",
        Examples = ["memstores environment rm workshop --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await WorkspaceNames.EnvironmentAsync(call.Client, call.Argument(0));
        call.Confirm($"Delete the environment '{call.Argument(0)}' ({id})? This cannot be undone.", Options.Yes);
        return Shown.Done(call, await call.Client.Environments.DeleteAsync(id), id, "deleted", call.Argument(0));
    }
}
