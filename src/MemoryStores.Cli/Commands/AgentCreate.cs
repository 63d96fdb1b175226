using MemoryStores.Client.Sending;

namespace MemoryStores.Cli.Commands;

internal static class AgentCreate
{
    public static readonly Command Command = new()
    {
        Name = "agent create",
        Summary = "Make an agent",
        Arguments = [new Argument("NAME", "its name, 1 to 256 characters")],
        Options = [AgentDefinition.Model, AgentDefinition.Description, AgentDefinition.System, AgentDefinition.Tools, AgentDefinition.McpServers, AgentDefinition.Skills, Options.Metadata],
        About = "An agent is what programs that run agents look up; nothing runs here. Prints the new agent; with --quiet its id alone.",
        Examples =
        [
            "memstores agent create gardener --model claude-sonnet-5 --system 'You look after the garden.'",
            "memstores agent create coder --model claude-sonnet-5 --tools @tools.json --quiet",
        ],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var agent = await call.Client.Agents.CreateAsync(new NewAgent
        {
            Name = call.Argument(0),
            Model = call.Text(AgentDefinition.Model) ?? throw call.BadUsage($"an agent needs {AgentDefinition.Model.Name} {AgentDefinition.Model.Value}"),
            Description = call.Text(AgentDefinition.Description),
            System = AgentDefinition.SystemOf(call),
            Tools = AgentDefinition.ToolsOf(call),
            McpServers = Options.Objects(call, AgentDefinition.McpServers),
            Skills = Options.Objects(call, AgentDefinition.Skills),
            Metadata = Options.Pairs(call, Options.Metadata),
        });
        return Shown.Print(call, agent, agent.Value.Id, Facts.Print);
    }
}
