namespace MemoryStores.Cli.Commands;

internal static class AgentGet
{
    private static readonly Option AtVersion = new("--at-version", "as it was at this version") { Value = "N" };

    public static readonly Command Command = new()
    {
        Name = "agent get",
        Summary = "Show an agent",
        Arguments = [Arguments.Agent],
        Options = [AtVersion],
        Examples = ["memstores agent get gardener", "memstores agent get gardener --at-version 1 --json"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var agent = await call.Client.Agents.GetAsync(await WorkspaceNames.AgentAsync(call.Client, call.Argument(0)), call.Number(AtVersion, 1, int.MaxValue));
        return Shown.Print(call, agent, agent.Value.Id, Facts.Print);
    }
}
