using MemoryStores.Client.Sending;

namespace MemoryStores.Cli.Commands;

internal static class AgentUpdate
{
    private static readonly Option Name = new("--name", "a new name") { Value = "NAME" };
    private static readonly Option IfVersion = new("--if-version", "only if the agent is at this version, else exit 4") { Value = "N" };

    public static readonly Command Command = new()
    {
        Name = "agent update",
        Summary = "Make an agent's next version",
        Arguments = [Arguments.Agent],
        Options =
        [
            Name, AgentDefinition.Model, AgentDefinition.Description, AgentDefinition.System, AgentDefinition.Tools, AgentDefinition.McpServers, AgentDefinition.Skills,
            Options.Metadata, Options.RemoveMetadata, IfVersion,
        ],
        About = "What is not named stays as it is; a list replaces the whole list. What changes nothing makes no version.",
        Examples = ["memstores agent update gardener --system @prompt.md", "memstores agent update gardener --model claude-opus-5 --if-version 3"],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (!Command.Options.Any(option => option != IfVersion && call.Has(option))) throw call.BadUsage("nothing to change is named");
        var change = new AgentChange
        {
            Version = call.Number(IfVersion, 1, int.MaxValue),
            Name = call.Text(Name),
            Model = call.Text(AgentDefinition.Model),
            Description = call.Text(AgentDefinition.Description),
            System = AgentDefinition.SystemOf(call),
            Tools = AgentDefinition.ToolsOf(call),
            McpServers = Options.Objects(call, AgentDefinition.McpServers),
            Skills = Options.Objects(call, AgentDefinition.Skills),
            Metadata = Options.MetadataChange(call),
        };
        var agent = await call.Client.Agents.UpdateAsync(await WorkspaceNames.AgentAsync(call.Client, call.Argument(0)), change);
        return Shown.Print(call, agent, agent.Value.Id, Facts.Print);
    }
}
