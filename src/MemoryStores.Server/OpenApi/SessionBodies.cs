using System.Text.Json.Nodes;
using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Server.OpenApi;

/// <summary>The bodies of requests about sessions.</summary>
internal static class SessionBodies
{
    public static readonly RequestBody CreateSession = new("CreateSessionRequest", IsOptional: false,
        """
        {"agent": "agentId", "environment_id": "environmentId", "title": "Mail of November", "metadata": {"user_id": "u1"},
         "resources": [
          {"type": "memory_store", "memory_store_id": "storeId", "access": "read_only", "instructions": "Read this first."},
          {"type": "file", "file_id": "file_01abc", "mount_path": "/mnt/session/uploads/list.csv"},
          {"type": "github_repository", "url": "https://github.com/example/desk", "mount_path": "/workspace/desk",
           "checkout": {"type": "branch", "name": "main"}, "authorization_token": "kept nowhere"}],
         "vault_ids": ["vlt_01abc"], "budget": {"type": "limit", "max_list_cost": {"amount": "5.00", "currency": "USD"}},
         "initial_events": [{"type": "user.message", "content": [{"type": "text", "text": "Good morning."}]},
                            {"type": "user.define_outcome", "description": "A list of all mail", "rubric": {"type": "text", "content": "Nothing is missing."}}]}
        """,
        new("agent", "The id of an agent, or an object with it", Agent(), IsRequired: true),
        new("environment_id", "Where it runs", RequestBodies.Text(Limits.EnvironmentIdCharacters), IsRequired: true),
        new("title", "Shown to people", RequestBodies.Text(Limits.SessionTitleCharacters)),
        new("metadata", $"Up to {Limits.MetadataPairs} pairs", RequestBodies.Pairs(nullable: false)),
        new("resources", $"What it has in its sandbox, among that up to {Limits.SessionStores} memory stores", new JsonObject
        {
            ["type"] = "array", ["maxItems"] = Limits.SessionResources,
            ["items"] = new JsonObject
            {
                ["oneOf"] = new JsonArray(
                    OfType(StoreResource.Word,
                        new("memory_store_id", "The store", Text(), IsRequired: true),
                        new("access", "read_write when absent", RequestBodies.OneOf(StoreResource.ReadWrite, StoreResource.ReadOnly)),
                        new("instructions", "What the agent is told of it", RequestBodies.Text(Limits.InstructionsCharacters))),
                    OfType(FileResource.Word, new("file_id", "The file", Text(), IsRequired: true), new("mount_path", "Where it is", Text())),
                    OfType(RepositoryResource.Word,
                        new("url", "The repository", Text(), IsRequired: true), new("mount_path", "Where it is", Text()),
                        new("checkout", "A branch or a commit", Open()), new("authorization_token", "Kept nowhere", Text()))),
            },
        }),
        new("vault_ids", "Kept as given", new JsonObject { ["type"] = "array", ["maxItems"] = Limits.SessionVaults, ["items"] = Text() }),
        new("budget", "Kept as given", Budget()),
        new("initial_events", "What it begins with", Events(EventTypes.Initial, Limits.InitialEvents)));

    public static readonly RequestBody UpdateSession = new("UpdateSessionRequest", IsOptional: false,
        """{"title": null, "metadata": {"user_id": null}, "agent": {"tools": [], "mcp_servers": []}, "budget": null}""",
        new("title", "A new title; null clears it", RequestBodies.Text(Limits.SessionTitleCharacters)),
        new("metadata", "Pairs to set; null removes one", RequestBodies.Pairs(nullable: true)),
        new("agent", "What of its agent may change", RequestBodies.Object(
            new("tools", "A new list", new JsonObject { ["type"] = "array", ["items"] = Open() }),
            new("mcp_servers", "A new list", new JsonObject { ["type"] = "array", ["items"] = Open() }))),
        new("budget", "Another one, where it has one; null removes it", Budget()),
        new("vault_ids", "Refused: they are given when the session is made", new JsonObject { ["type"] = "array", ["items"] = Text() }));

    public static readonly RequestBody AddResource = new("AddSessionResourceRequest", IsOptional: false,
        """{"type": "file", "file_id": "file_01abc", "mount_path": "/mnt/session/uploads/list.csv"}""",
        new("type", "The one kind that can be added", new JsonObject { ["const"] = FileResource.Word }, IsRequired: true),
        new("file_id", "The file", Text(), IsRequired: true), new("mount_path", "Where it is", Text()));

    public static readonly RequestBody RenewResource = new("UpdateSessionResourceRequest", IsOptional: false,
        """{"authorization_token": "kept nowhere"}""", new BodyField("authorization_token", "Kept nowhere", Text(), IsRequired: true));

    public static readonly RequestBody SendEvents = new("SendEventsRequest", IsOptional: false,
        """
        {"events": [
          {"type": "user.interrupt", "session_thread_id": "sthr_01abc"},
          {"type": "user.tool_confirmation", "tool_use_id": "sevt_01abc", "result": "deny", "deny_message": "Not today."},
          {"type": "user.custom_tool_result", "custom_tool_use_id": "sevt_01abc", "content": [{"type": "text", "text": "4417"}], "is_error": false},
          {"type": "user.tool_result", "tool_use_id": "sevt_01abc", "content": [{"type": "text", "text": "4417"}], "is_error": false},
          {"type": "user.define_outcome", "description": "A list of all mail", "rubric": {"type": "text", "content": "Nothing is missing."}, "max_iterations": 3},
          {"type": "user.message", "content": [{"type": "text", "text": "Good morning."}]},
          {"type": "system.message", "content": [{"type": "text", "text": "It is Monday."}]}]}
        """,
        new BodyField("events", "In their order; a system.message is the last", Events(EventTypes.Sendable, Limits.EventsPerBatch), IsRequired: true));

    public static readonly RequestBody RecordEvents = new("RecordEventsRequest", IsOptional: false,
        """
        {"events": [
          {"id": "toolu_01abc", "type": "agent.tool_use", "name": "read", "input": {"path": "/notes"}, "processed_at": "2026-11-02T08:15:30Z"},
          {"type": "agent.message", "content": [{"type": "text", "text": "It is 4417."}]}]}
        """,
        new BodyField("events", "In their order, each with its type; id and processed_at where you have them, the other fields as they are", new JsonObject
        {
            ["type"] = "array", ["minItems"] = 1, ["maxItems"] = Limits.EventsPerBatch,
            ["items"] = new JsonObject { ["type"] = "object", ["required"] = new JsonArray("type"), ["additionalProperties"] = true },
        }, IsRequired: true));

    public static readonly RequestBody CreateToken = new("CreateTokenRequest", IsOptional: true,
        """{"name": "Worker", "expires_at": "2126-01-01T00:00:00Z"}""",
        new("name", "Shown to those who list them", RequestBodies.Text(255)),
        new("expires_at", "When it ends; absent: with the session or environment", new JsonObject { ["type"] = "string", ["format"] = "date-time" }));

    private static JsonObject Agent() => new()
    {
        ["oneOf"] = new JsonArray(
            Text(),
            OfType("agent", new("id", "The agent", Text(), IsRequired: true), Version()),
            OfType("agent_with_overrides", new("id", "The agent", Text(), IsRequired: true), Version(),
                new("model", "Instead of the agent's", new JsonObject()), new("system", "Instead of the agent's", RequestBodies.Text(Limits.AgentSystemCharacters)),
                new("tools", "Instead of the agent's", List()), new("mcp_servers", "Instead of the agent's", List()), new("skills", "Instead of the agent's", List()))),
    };

    private static JsonObject Events(IReadOnlyList<string> types, int most) => new()
    {
        ["type"] = "array", ["maxItems"] = most, ["items"] = new JsonObject { ["oneOf"] = new JsonArray([.. types.Select(Event)]) },
    };

    private static JsonNode Event(string type) => type switch
    {
        EventTypes.UserInterrupt => OfType(type, new BodyField("session_thread_id", "The thread; absent: all", Text())),
        EventTypes.UserToolConfirmation => OfType(type, Use("tool_use_id"), new("result", "The answer", RequestBodies.OneOf("allow", "deny"), IsRequired: true),
            new("deny_message", "Why not", Text())),
        EventTypes.UserToolResult => OfType(type, [Use("tool_use_id"), .. Result()]),
        EventTypes.UserCustomToolResult => OfType(type, [Use("custom_tool_use_id"), .. Result()]),
        EventTypes.UserDefineOutcome => OfType(type,
            new("description", "What is wanted", Text(), IsRequired: true), new("rubric", "How it is judged: a text or a file", Open(), IsRequired: true),
            new("max_iterations", "3 when absent", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = Limits.OutcomeIterations })),
        _ => OfType(type, new BodyField("content", "Blocks", List(), IsRequired: true)),
    };

    private static BodyField Use(string name) => new(name, "The id of the event that asked for it", RequestBodies.Text(Limits.EventIdCharacters), IsRequired: true);

    private static BodyField[] Result() => [new("content", "Blocks", List()), new("is_error", "Whether the tool failed", new JsonObject { ["type"] = "boolean" })];

    private static BodyField Version() => new("version", "At this version; absent: as it is now", new JsonObject { ["type"] = "integer", ["minimum"] = 1 });

    private static JsonObject Budget() => RequestBodies.Object(
        new("type", "The one kind there is", new JsonObject { ["const"] = "limit" }, IsRequired: true), new("max_list_cost", "An amount of money", Open(), IsRequired: true));

    private static JsonObject OfType(string type, params BodyField[] fields)
    {
        var one = RequestBodies.Object([new("type", "Which kind", new JsonObject { ["const"] = type }, IsRequired: true), .. fields]);
        one["title"] = type;
        return one;
    }

    private static JsonObject List() => new() { ["type"] = "array", ["items"] = Open() };

    private static JsonObject Open() => new() { ["type"] = "object", ["additionalProperties"] = true };

    private static JsonObject Text() => new() { ["type"] = "string" };
}
