using System.Text.Json.Nodes;
using MemoryStores.Contract;

namespace MemoryStores.Server.OpenApi;

/// <summary>The bodies of requests, field by field.</summary>
internal static class RequestBodies
{
    private const string Expected = "What the head must be: a version id, \"change:N\" for what change N of this commit left, or \"anything\"";

    public static readonly RequestBody CreateStore = new("CreateStoreRequest", IsOptional: false,
        """{"name": "User Preferences", "description": "What the user likes", "metadata": {"team": "support"}}""",
        new("name", "Shown to people", Text(Limits.StoreNameCharacters), IsRequired: true),
        new("description", "What the store is for", Text(Limits.StoreDescriptionCharacters)),
        new("metadata", $"Up to {Limits.MetadataPairs} pairs", Pairs(nullable: false)));

    public static readonly RequestBody UpdateStore = new("UpdateStoreRequest", IsOptional: false,
        """{"description": "What the user likes and dislikes", "metadata": {"team": null}}""",
        new("name", "A new name", Text(Limits.StoreNameCharacters)),
        new("description", "A new description", Text(Limits.StoreDescriptionCharacters)),
        new("metadata", "Pairs to set; null removes one", Pairs(nullable: true)));

    public static readonly RequestBody CreateMemory = new("CreateMemoryRequest", IsOptional: false,
        """{"path": "/preferences/formatting.md", "content": "Tables, not prose.\n"}""",
        new("path", "Where the memory will be; nothing may be at, above or below it", PathSchema(), IsRequired: true),
        new("content", "Its text; \"\" for an empty memory", new JsonObject { ["type"] = "string" }, IsRequired: true));

    public static readonly RequestBody UpdateMemory = new("UpdateMemoryRequest", IsOptional: false,
        """{"content": "Tables, and short ones.\n", "precondition": {"type": "content_sha256", "content_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}""",
        new("content", "The new text; this or path is required", new JsonObject { ["type"] = "string" }),
        new("path", "The new path; this or content is required", PathSchema()),
        new("precondition", "Refuse unless the stored content has this hash", Object(
            new("type", "The one kind there is", new JsonObject { ["const"] = "content_sha256" }, IsRequired: true),
            new("content_sha256", "SHA-256 of the content you read", Digest(), IsRequired: true))));

    public static readonly RequestBody Commit = new("CommitRequest", IsOptional: false,
        """
        {"commit_id": "0d6f3c1e-6a53-4a0e-9a0c-2f9d8f3d1b11", "atomic": true, "changes": [
          {"type": "create", "path": "/drafts/a.md", "content": "one\n"},
          {"type": "append", "memory_id": "change:0", "content": "two\n"},
          {"type": "update", "memory_id": "change:0", "content": "three\n", "expected_version_id": "change:1"},
          {"type": "rename", "memory_id": "change:0", "path": "/notes/a.md", "expected_version_id": "change:2"},
          {"type": "delete", "at": "/notes/a.md", "expected_version_id": "anything"}]}
        """,
        new("commit_id", "Your name for this commit: repeating it returns the first outcome and does nothing",
            new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Za-z0-9_-]+$", ["maxLength"] = Limits.CommitIdCharacters }),
        new("atomic", "All or nothing (the default); false lets each change stand for itself", new JsonObject { ["type"] = "boolean", ["default"] = true }),
        new("changes", "In order", new JsonObject
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["maxItems"] = Limits.ChangesPerCommit,
            ["items"] = new JsonObject { ["oneOf"] = new JsonArray([.. Changes()]) },
        }, IsRequired: true));

    public static readonly RequestBody CreateKey = new("CreateKeyRequest", IsOptional: false,
        """{"name": "Support agent", "role": "write", "path_prefix": "/support/", "expires_at": "2126-01-01T00:00:00Z"}""",
        new("name", "Shown to administrators", Text(255), IsRequired: true),
        new("role", "What it may do", OneOf("admin", "write", "read"), IsRequired: true),
        new("stores", "Ids of the stores it reaches; absent: all", new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" }, ["minItems"] = 1, ["maxItems"] = 100 }),
        new("path_prefix", "The directory it is confined to, with its final '/'; absent: none", new JsonObject { ["type"] = "string", ["pattern"] = "^/.+/$" }),
        new("expires_at", "When it ends; absent: never", new JsonObject { ["type"] = "string", ["format"] = "date-time" }),
        new("workspace", "The workspace it opens, made when new; only for administrators of the default one", Text(255)));

    public static readonly RequestBody RotateKey = new("RotateKeyRequest", IsOptional: true,
        """{"grace_seconds": 3600}""",
        new BodyField("grace_seconds", "How long the old secret stays good; 0 when absent", new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 604_800 }));

    /// <summary>For calls that take nothing: absent or {}.</summary>
    public static readonly RequestBody Nothing = new("EmptyRequest", IsOptional: true, "{}");

    /// <summary>An object of these fields and no others.</summary>
    public static JsonObject Object(params IEnumerable<BodyField> fields)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            var schema = field.IsRequired ? field.Schema.DeepClone().AsObject() : Nullable(field.Schema);
            schema["description"] = field.Description;
            properties.Add(field.Name, schema);
        }
        var whole = new JsonObject { ["type"] = "object", ["properties"] = properties };
        var required = fields.Where(field => field.IsRequired).Select(field => (JsonNode)field.Name).ToArray();
        if (required.Length > 0) whole["required"] = new JsonArray(required);
        whole["additionalProperties"] = false;
        return whole;
    }

    public static JsonObject Digest() => new() { ["type"] = "string", ["pattern"] = "^[0-9a-f]{64}$" };

    public static JsonObject OneOf(params string[] values) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };

    private static IEnumerable<JsonNode> Changes()
    {
        var target = new BodyField[]
        {
            new("memory_id", "Which memory: its id, or \"change:N\"; this or at is required", new JsonObject { ["type"] = "string" }),
            new("at", "Which memory: the one at this path; this or memory_id is required", PathSchema()),
        };
        var content = new BodyField("content", "Its text", new JsonObject { ["type"] = "string" }, IsRequired: true);
        var path = new BodyField("path", "Its path from now on", PathSchema(), IsRequired: true);
        var expects = new BodyField("expected_version_id", Expected, new JsonObject { ["type"] = "string" }, IsRequired: true);
        var against = new BodyField("conflict_with", "The id of the version that this content contradicts; kept in the history as a conflict", new JsonObject { ["type"] = "string" });
        yield return Change("create", path, content, against, new("expected_version_id", "Nothing is there: \"none\", or absent", new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("none") }));
        yield return Change("update", [.. target, content with { IsRequired = false }, path with { IsRequired = false }, expects, against]);
        yield return Change("append", [.. target, content, expects with { IsRequired = false }]);
        yield return Change("rename", [.. target, path, expects]);
        yield return Change("delete", [.. target, expects]);
    }

    private static JsonObject Change(string type, params BodyField[] fields)
    {
        var change = Object([new("type", "What happens", new JsonObject { ["const"] = type }, IsRequired: true), .. fields]);
        change["title"] = type;
        return change;
    }

    private static JsonObject Nullable(JsonObject schema)
    {
        var nullable = schema.DeepClone().AsObject();
        if (nullable["type"] is JsonValue type) nullable["type"] = new JsonArray(type.GetValue<string>(), "null");
        if (nullable["enum"] is JsonArray values) values.Add(null);
        return nullable;
    }

    public static JsonObject Text(int characters) => new() { ["type"] = "string", ["maxLength"] = characters };

    private static JsonObject PathSchema() => new() { ["type"] = "string", ["pattern"] = "^/", ["maxLength"] = Limits.PathBytes };

    public static JsonObject Pairs(bool nullable) => new()
    {
        ["type"] = "object",
        ["maxProperties"] = Limits.MetadataPairs,
        ["additionalProperties"] = new JsonObject { ["type"] = nullable ? new JsonArray("string", "null") : "string", ["maxLength"] = Limits.MetadataValueCharacters },
    };
}
