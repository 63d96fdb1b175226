namespace MemoryStores.Cli.Commands;

internal static class EnvironmentGet
{
    public static readonly Command Command = new()
    {
        Name = "environment get",
        Summary = "Show an environment",
        Arguments = [Arguments.Environment],
        Examples = ["memstores environment get workshop"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var environment = await call.Client.Environments.GetAsync(await WorkspaceNames.EnvironmentAsync(call.Client, call.Argument(0)));
        return Shown.Print(call, environment, environment.Value.Id, Facts.Print);
    }
}
