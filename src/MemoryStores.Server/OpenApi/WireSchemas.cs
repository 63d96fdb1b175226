using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Work;
using MemoryStores.Server.Endpoints;

namespace MemoryStores.Server.OpenApi;

/// <summary>Schemas of answers, read off the metadata by which they are written, so that no field can be missing or too many.</summary>
internal sealed class WireSchemas
{
    /// <summary>What metadata does not know: the values a string may have, by record and field.</summary>
    private static readonly Dictionary<(Type, string), string[]> Values = new()
    {
        [(typeof(KeyBody), "role")] = ["admin", "write", "read"],
        [(typeof(VersionBody), "operation")] = ["created", "modified", "deleted"],
        [(typeof(ActorBody), "type")] = ["api_actor", "session_actor", "user_actor", "service_account_actor"],
        [(typeof(ChangeResultBody), "type")] = ["written", "unchanged", "refused"],
        [(typeof(DeletedBody), "type")] = ["memory_store_deleted", "memory_deleted", "environment_deleted", "session_deleted", "session_resource_deleted"],
        [(typeof(AgentModel), "speed")] = [.. AgentModel.Speeds],
        [(typeof(ModelEffort), "type")] = [.. ModelEffort.Levels],
        [(typeof(ExecutionIdentity), "type")] = [ExecutionIdentity.ServiceAccount.Type, ExecutionIdentity.AwsRole],
        [(typeof(EnvironmentConfig), "type")] = [EnvironmentConfig.Cloud, EnvironmentConfig.SelfHosted],
        [(typeof(EnvironmentNetworking), "type")] = [EnvironmentNetworking.Unrestricted, EnvironmentNetworking.Limited],
        [(typeof(TokenBody), "type")] = ["session_token", "environment_key"],
        [(typeof(SessionBody), "status")] = SessionStatuses,
        [(typeof(SessionThreadBody), "status")] = SessionStatuses,
        [(typeof(StoreResource), "access")] = [StoreResource.ReadWrite, StoreResource.ReadOnly],
        [(typeof(WorkBody), "state")] = WorkStates,
        [(typeof(WorkHeartbeatBody), "state")] = WorkStates,
        [(typeof(LeaseState), "state")] = WorkStates,
        [(typeof(HealthBody), "status")] = ["ok", "ready", "not ready"],
        [(typeof(ChangeEventBody), "type")] = ["memory_changed", "store_changed"],
        [(typeof(ChangeEventBody), "operation")] = ["created", "modified", "deleted", "redacted", "conflict", "updated", "archived"],
        [(typeof(HistoryEntryBody), "kind")] = HistoryKinds,
        [(typeof(FeedNoteBody), "type")] = ["heartbeat", "reset", "resume", "deleted"],
        [(typeof(ErrorDetailBody), "type")] = ErrorTypes,
    };

    private static string[] SessionStatuses => [.. Enum.GetValues<SessionStatus>().Select(SessionShapes.NameOf)];

    private static string[] WorkStates => [.. Enum.GetValues<WorkState>().Select(WorkItem.NameOf)];

    public static string[] ErrorTypes =>
    [
        "invalid_request_error", "authentication_error", "permission_error", "not_found_error", "memory_path_conflict_error",
        "memory_precondition_failed_error", "conflict_error", "request_too_large", "rate_limit_error", "api_error", "overloaded_error",
    ];

    public static string[] HistoryKinds => [.. Enum.GetValues<HistoryKind>().Select(HistoryHash.NameOf)];

    private readonly SortedDictionary<string, JsonNode> schemas = new(StringComparer.Ordinal);

    public JsonObject ToJson() => new(schemas.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    public void Add(string name, JsonObject schema) => schemas.Add(name, schema);

    /// <summary>A reference to the schema of a record, which is added if it is new.</summary>
    public JsonObject Reference(JsonTypeInfo type)
    {
        if (type.Type == typeof(StoredJson)) return Schema(type);
        var name = NameOf(type.Type);
        if (!schemas.ContainsKey(name))
        {
            schemas.Add(name, new JsonObject()); // So that a record inside itself ends here.
            schemas[name] = type.Type.IsAbstract ? Union(type.Type) : Record(type);
        }
        return new JsonObject { ["$ref"] = "#/components/schemas/" + name };
    }

    /// <summary>StoreBody is Store; a page of them is StorePage.</summary>
    public static string NameOf(Type type)
    {
        var name = type.IsGenericType ? NameOf(type.GetGenericArguments()[0]) + "Page" : type.Name;
        return name.EndsWith("Body", StringComparison.Ordinal) ? name[..^4] : name;
    }

    /// <summary>A record that is only ever one of those derived from it, each with a "type" of its own.</summary>
    private JsonObject Union(Type type) =>
        new() { ["oneOf"] = new JsonArray([.. type.Assembly.GetTypes().Where(one => one.BaseType == type).Select(one => Reference(Metadata(one)))]) };

    private JsonObject Record(JsonTypeInfo type)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var property in type.Properties)
        {
            var mayBeAbsent = property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: false) ?? false;
            properties.Add(property.Name, Schema(type, property, mayBeNull: property.IsGetNullable && !mayBeAbsent));
            if (!mayBeAbsent) required.Add((JsonNode)property.Name);
        }
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
        if (Examples.Of(type.Type) is { } example) schema["examples"] = new JsonArray(example);
        return schema;
    }

    private JsonObject Schema(JsonTypeInfo record, JsonPropertyInfo property, bool mayBeNull)
    {
        var schema = Schema(Metadata(property.PropertyType));
        if (schema.ContainsKey("$ref")) return mayBeNull ? new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) } : schema;
        if (property.Name == "type" && property.Set is null && property.AssociatedParameter is null && Examples.Of(record.Type) is { } example)
            return new JsonObject { ["const"] = example["type"]!.DeepClone() };
        if (Values.TryGetValue((record.Type, property.Name), out var values)) schema = RequestBodies.OneOf(values);
        else if (property.Name is "at" || property.Name.EndsWith("_at", StringComparison.Ordinal)) schema["format"] = "date-time";
        else if (property.Name == "content_sha256") schema = RequestBodies.Digest();
        if (mayBeNull) schema["type"] = new JsonArray(schema["type"]!.GetValue<string>(), "null");
        return schema;
    }

    private JsonObject Schema(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => Reference(type),
        JsonTypeInfoKind.Enumerable => new JsonObject { ["type"] = "array", ["items"] = Schema(Metadata(type.ElementType!)) },
        JsonTypeInfoKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = Schema(Metadata(type.ElementType!)) },
        _ when type.Type.IsAbstract => Reference(type),
        _ => new JsonObject { ["type"] = Primitive(Nullable.GetUnderlyingType(type.Type) ?? type.Type) },
    };

    private static string Primitive(Type type) =>
        type == typeof(string) || type == typeof(MemoryContent) ? "string"
        : type == typeof(StoredJson) ? "object"
        : type == typeof(int) || type == typeof(long) ? "integer"
        : type == typeof(bool) ? "boolean"
        : throw new NotSupportedException($"The wire has no {type}.");

    private static JsonTypeInfo Metadata(Type type) => WireJson.Wire.GetTypeInfo(type) ?? throw new NotSupportedException($"{type} is not in WireJson.");
}
