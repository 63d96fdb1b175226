using System.Text.Json.Nodes;
using MemoryStores.Contract;

namespace MemoryStores.Server.OpenApi;

/// <summary>The bodies of requests about agents and environments.</summary>
internal static class AgentBodies
{
    private const string Cleared = "; null clears it";

    public static readonly RequestBody CreateAgent = new("CreateAgentRequest", IsOptional: false,
        """
        {"name": "Support agent", "model": "claude-opus-4-8", "description": "Answers mail", "system": "Be brief.",
         "tools": [{"type": "agent_toolset_20260401"}], "mcp_servers": [{"type": "url", "name": "desk", "url": "https://desk.example/mcp"}],
         "skills": [{"type": "anthropic", "skill_id": "xlsx"}], "metadata": {"team": "support"}, "multiagent": {"type": "coordinator", "agents": []},
         "execution_identity": {"type": "service_account"}}
        """,
        [
            new("name", "Shown to people", RequestBodies.Text(Limits.AgentNameCharacters), IsRequired: true),
            new("model", "The id of a model, or an object with it", Model(), IsRequired: true),
            .. Agent(""),
            new("metadata", $"Up to {Limits.MetadataPairs} pairs", RequestBodies.Pairs(nullable: false)),
        ]);

    public static readonly RequestBody UpdateAgent = new("UpdateAgentRequest", IsOptional: false,
        """
        {"version": 1, "name": "Support agent", "model": {"id": "claude-opus-4-8", "effort": "high", "speed": "fast"}, "description": null,
         "system": "Be brief and kind.", "tools": [], "mcp_servers": [], "skills": [], "metadata": {"team": null}, "multiagent": null,
         "execution_identity": null}
        """,
        [
            new("version", "The version you read; refused when the agent has moved on. Absent: whatever it is", new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
            new("name", "A new name", RequestBodies.Text(Limits.AgentNameCharacters)),
            new("model", "A new model; an effort it does not name stays", Model()),
            .. Agent(Cleared),
            new("metadata", "Pairs to set; null removes one", RequestBodies.Pairs(nullable: true)),
        ]);

    public static readonly RequestBody CreateEnvironment = new("CreateEnvironmentRequest", IsOptional: false,
        """
        {"name": "Office", "description": "For the support agents", "metadata": {"team": "support"}, "scope": "organization",
         "config": {"type": "cloud", "networking": {"type": "limited", "allowed_hosts": ["desk.example"], "allow_package_managers": true},
                    "packages": {"pip": ["pandas==2.2.0"]}}}
        """,
        [
            new("name", "Shown to people", RequestBodies.Text(Limits.AgentNameCharacters), IsRequired: true),
            .. Environment("What it is for", "How it is set up; absent: a cloud container with every network"),
            new("metadata", $"Up to {Limits.MetadataPairs} pairs", RequestBodies.Pairs(nullable: false)),
        ]);

    public static readonly RequestBody UpdateEnvironment = new("UpdateEnvironmentRequest", IsOptional: false,
        """
        {"name": "Office", "description": null, "metadata": {"team": ""}, "scope": "organization",
         "config": {"type": "cloud", "networking": {"type": "unrestricted"}, "packages": {"npm": ["left-pad"]}}}
        """,
        [
            new("name", "A new name", RequestBodies.Text(Limits.AgentNameCharacters)),
            .. Environment("A new description; null clears it", "What to set of the configuration; its type stays"),
            new("metadata", "Pairs to set; null and the empty string remove one", RequestBodies.Pairs(nullable: true)),
        ]);

    private static BodyField[] Agent(string cleared) =>
    [
        new("description", "What the agent does" + cleared, RequestBodies.Text(Limits.AgentDescriptionCharacters)),
        new("system", "Its system prompt" + cleared, RequestBodies.Text(Limits.AgentSystemCharacters)),
        new("tools", "Kept as given" + cleared, Typed(Limits.AgentTools)),
        new("mcp_servers", "Kept as given" + cleared, Typed(Limits.AgentMcpServers)),
        new("skills", "Kept as given" + cleared, Typed(Limits.AgentSkills)),
        new("multiagent", "Kept as given" + cleared, OfType()),
        new("execution_identity", "As whom it runs; null is the default, the service account", new JsonObject { ["type"] = "object", ["required"] = new JsonArray("type") }),
    ];

    private static BodyField[] Environment(string description, string config) =>
    [
        new("description", description, RequestBodies.Text(Limits.AgentDescriptionCharacters)),
        new("config", config, RequestBodies.Object(
            new("type", "Where it is", RequestBodies.OneOf(EnvironmentConfig.Cloud, EnvironmentConfig.SelfHosted), IsRequired: true),
            new("networking", "Of a cloud environment: what it can reach", RequestBodies.Object(
                new("type", "How much", RequestBodies.OneOf(EnvironmentNetworking.Unrestricted, EnvironmentNetworking.Limited), IsRequired: true),
                new("allowed_hosts", "Of a limited network", Names()),
                new("allow_mcp_servers", "Of a limited network", new JsonObject { ["type"] = "boolean" }),
                new("allow_package_managers", "Of a limited network", new JsonObject { ["type"] = "boolean" }))),
            new("packages", "Of a cloud environment: what is installed, by package manager", RequestBodies.Object(
                new("type", "Need not be said", RequestBodies.OneOf("packages")),
                new("apt", "Of Debian", Names()), new("cargo", "Of Rust", Names()), new("gem", "Of Ruby", Names()),
                new("go", "Of Go", Names()), new("npm", "Of Node.js", Names()), new("pip", "Of Python", Names()))))),
        new("scope", "The one there is", RequestBodies.OneOf("organization")),
    ];

    private static JsonObject Model() => new()
    {
        ["oneOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Limits.ModelIdCharacters },
            RequestBodies.Object(
                new("id", "The model", RequestBodies.Text(Limits.ModelIdCharacters), IsRequired: true),
                new("effort", "How hard it works, as a word or an object with it as type", new JsonObject
                {
                    ["oneOf"] = new JsonArray(
                        RequestBodies.OneOf([.. ModelEffort.Levels]),
                        RequestBodies.Object(new BodyField("type", "The word", RequestBodies.OneOf([.. ModelEffort.Levels]), IsRequired: true))),
                }),
                new("speed", "standard when absent", RequestBodies.OneOf([.. AgentModel.Speeds])),
                new("inference_geo", "Where it runs", new JsonObject { ["type"] = "string" }))),
    };

    private static JsonObject Typed(int most) => new() { ["type"] = "array", ["maxItems"] = most, ["items"] = OfType() };

    private static JsonObject OfType() => new()
    {
        ["type"] = "object", ["required"] = new JsonArray("type"), ["additionalProperties"] = true,
    };

    private static JsonObject Names() => new()
    {
        ["type"] = "array", ["maxItems"] = Limits.EnvironmentListItems,
        ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = Limits.EnvironmentItemCharacters },
    };
}
