namespace MemoryStores.Cli.Commands;

internal static class AgentArchive
{
    public static readonly Command Command = new()
    {
        Name = "agent archive",
        Summary = "Close an agent to changes, for good",
        Arguments = [Arguments.Agent],
        Options = [Options.Yes],
        About = "Sessions that have it keep it. There is no way back, and no delete.",
        Examples = ["memstores agent archive gardener --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await WorkspaceNames.AgentAsync(call.Client, call.Argument(0));
        call.Confirm($"Archive the agent '{call.Argument(0)}'? It cannot be opened again.", Options.Yes);
        var agent = await call.Client.Agents.ArchiveAsync(id);
        return Shown.Done(call, agent, id, "archived", agent.Value.Name);
    }
}
