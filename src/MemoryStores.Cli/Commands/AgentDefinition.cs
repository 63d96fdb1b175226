using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

/// <summary>The options that say what an agent is.</summary>
internal static class AgentDefinition
{
    public static readonly Option Model = new("--model", "the id of its model") { Value = "MODEL" };
    public static readonly Option Description = new("--description", "what the agent is for") { Value = "TEXT" };
    public static readonly Option System = new("--system", "its system prompt, or @FILE with it") { Value = "TEXT" };
    public static readonly Option Tools = new("--tools", "its tools as a JSON list of objects, or @FILE with it") { Value = "JSON" };
    public static readonly Option McpServers = new("--mcp-servers", "its MCP servers as a JSON list of objects, or @FILE with it") { Value = "JSON" };
    public static readonly Option Skills = new("--skills", "its skills as a JSON list of objects, or @FILE with it") { Value = "JSON" };

    public static string? SystemOf(Invocation call) => call.Text(System) is ['@', .. var file] ? File.ReadAllText(file) : call.Text(System);

    public static IReadOnlyList<StoredJson>? ToolsOf(Invocation call) => Options.Objects(call, Tools);
}
