using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MemoryStores.Contract.Wire;
using MemoryStores.Server.Http;
using MemoryStores.Server.OpenApi;
using Microsoft.AspNetCore.Routing;

namespace MemoryStores.Tests.Server;

/// <summary>/openapi/v1.json tells the truth: about routes, queries, bodies and answers, in both directions.</summary>
public sealed class OpenApiFacts : IAsyncLifetime
{
    private ServerUnderTest server = null!;
    private JsonElement document;

    public async Task InitializeAsync()
    {
        server = await ServerUnderTest.StartAsync();
        document = await server.JsonAsync("GET", "/openapi/v1.json");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void Every_route_is_described_and_every_description_is_a_route() =>
        Assert.Equal(
            server.Routes.SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}")).Order(),
            Described().Select(one => $"{one.Method} {one.Path}").Order());

    [Fact]
    public void Each_operation_has_the_headers_of_its_routes_surface()
    {
        foreach (var route in server.Routes)
        {
            var method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            var operation = Operations.All.Single(one => one.Method == method && one.Path == route.RoutePattern.RawText!.TrimEnd('/'));
            Assert.Same(route.Metadata.GetMetadata<Surface>(), operation.Surface);
        }
    }

    [Fact]
    public async Task Each_operation_asks_its_query_for_just_the_parameters_described()
    {
        foreach (var (method, path, operation) in Described())
        {
            server.Asked.Clear();
            await server.SendAsync(method, Filled(path), ExampleOf(operation)?.GetRawText());

            var described = operation.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(one => one.TryGetProperty("in", out var where) && where.GetString() == "query").Select(one => one.GetProperty("name").GetString()!)
                : [];
            Assert.True(described.Order().SequenceEqual(server.Asked.Order()), $"{method} {path} asks for {string.Join(", ", server.Asked)}");
        }
    }

    [Fact]
    public async Task Each_body_has_just_the_fields_its_operation_takes()
    {
        foreach (var (method, path, operation) in Described())
        {
            if (ExampleOf(operation) is not { } example)
            {
                Assert.NotEqual("POST", method);
                continue;
            }
            var schema = Resolved(operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"));
            await CompareFieldsAsync(method, path, JsonNode.Parse(example.GetRawText())!.AsObject(), [], schema);
        }
    }

    [Fact]
    public async Task A_required_field_is_missed_and_another_is_not()
    {
        foreach (var (method, path, operation) in Described())
        {
            if (ExampleOf(operation) is not { } example || operation.GetProperty("operationId").GetString() is "updateMemory") continue;
            var schema = Resolved(operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"));
            var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
            foreach (var field in example.EnumerateObject())
            {
                var without = JsonNode.Parse(example.GetRawText())!.AsObject();
                without.Remove(field.Name);
                var (status, text) = await server.SendAsync(method, Filled(path), without.ToJsonString());
                Assert.True(required.Contains(field.Name) == (status == 400 && text.Contains($"\"{field.Name}: is required", StringComparison.Ordinal)), $"{method} {path} without {field.Name}: {text}");
            }
        }
    }

    [Fact]
    public void Every_record_of_the_wire_is_described_field_by_field()
    {
        var described = document.GetProperty("components").GetProperty("schemas").EnumerateObject().ToDictionary(schema => schema.Name, schema => schema.Value);
        var records = typeof(WireJson).GetCustomAttributesData().Where(data => data.AttributeType == typeof(JsonSerializableAttribute))
            .Select(data => (Type)data.ConstructorArguments[0].Value!).ToList();
        foreach (var record in typeof(WireJson).Assembly.GetTypes().Where(type => type.Namespace == typeof(WireJson).Namespace && type.Name.EndsWith("Body", StringComparison.Ordinal) && !type.IsAbstract))
        {
            if (!records.Contains(record)) records.Add(record);
        }
        foreach (var record in records.Where(record => !record.IsAssignableTo(typeof(IRequestBody))))
        {
            Assert.True(described.TryGetValue(WireSchemas.NameOf(record), out var schema), $"{record} is not described.");
            var metadata = WireJson.Wire.GetTypeInfo(record)!;
            Assert.Equal(metadata.Properties.Select(property => property.Name), schema.GetProperty("properties").EnumerateObject().Select(field => field.Name));
            foreach (var property in metadata.Properties) AssertAllowsNull(schema, property, record);
            Assert.NotEmpty(schema.GetProperty("examples").EnumerateArray());
        }
    }

    private static readonly string[] Unsent = ["Agent", "Environment", "Session", "SessionResource", "Events", "Work"];

    [Fact]
    public void What_our_client_sends_has_just_the_fields_described()
    {
        var described = document.GetProperty("components").GetProperty("schemas").EnumerateObject().ToDictionary(schema => schema.Name, schema => schema.Value);
        var sent = 0;
        foreach (var record in typeof(WireJson).Assembly.GetTypes().Where(type => type.Namespace == typeof(WireJson).Namespace && type.Name.EndsWith("Body", StringComparison.Ordinal)))
        {
            if (FieldsSent(described, record) is not { } fields) continue;
            Assert.Equal(fields.Order(), WireJson.Wire.GetTypeInfo(record)!.Properties.Select(property => property.Name).Order());
            sent++;
        }
        // Nothing has no record, and two are inside of others; what our client sends about agents, environments and sessions are records of its own.
        var unsent = described.Keys.Count(name => name is "EmptyRequest" || Unsent.Any(kind => name.EndsWith(kind + "Request", StringComparison.Ordinal)));
        Assert.Equal(described.Keys.Count(name => name.EndsWith("Request", StringComparison.Ordinal)) - unsent + 2, sent);
    }

    [Fact]
    public async Task Answers_have_the_fields_their_description_requires_and_no_others()
    {
        // In the order of the table, so that what is asked for was made before; keys are made twice, one to be revoked.
        var ids = new Dictionary<string, string>();
        foreach (var (method, path, operation) in Described().OrderBy(one => one.Method == "DELETE" ? 1 : 0).ThenBy(one => one.Path.EndsWith("/archive", StringComparison.Ordinal) ? 1 : 0))
        {
            if (operation.GetProperty("operationId").GetString() is "redactMemoryVersion" or "deleteMemory" or "deleteMemoryStore" or "openapi" or "metrics" or "takeSnapshot"
                or "deleteSessionResource" or "streamEvents" or "streamThreadEvents") continue;
            // There is none in the environment that was made here; WorkApiFacts holds its fields.
            if (operation.GetProperty("operationId").GetString() is "pollWork" or "retrieveWork" or "updateWork" or "acknowledgeWork" or "heartbeatWork" or "stopWork") continue;
            var body = ids.Aggregate(ExampleOf(operation)?.GetRawText(), (left, id) => left?.Replace($"\"{id.Key}\"", $"\"{id.Value}\"", StringComparison.Ordinal));
            if (operation.GetProperty("operationId").GetString() == "updateMemory") body = """{"content": "other"}""";
            var answer = await server.JsonAsync(method, ids.Aggregate(path, (left, id) => left.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal)), body);
            if (answer.TryGetProperty("type", out var type) && type.GetString() == "memory_store") ids["storeId"] = answer.GetProperty("id").GetString()!;
            if (type.ValueKind == JsonValueKind.String && type.GetString() is "agent" or "environment" or "session") ids[type.GetString() + "Id"] = answer.GetProperty("id").GetString()!;
            if (answer.TryGetProperty("resources", out var resources)) ids["resourceId"] = resources.EnumerateArray().Last().GetProperty("id").GetString()!;
            if (operation.GetProperty("operationId").GetString() == "listSessionThreads") ids["threadId"] = answer.GetProperty("data")[0].GetProperty("id").GetString()!;
            if (answer.TryGetProperty("memory_version_id", out var head)) (ids["memoryId"], ids["versionId"]) = (answer.GetProperty("id").GetString()!, head.GetString()!);
            if (answer.TryGetProperty("token", out _)) ids["tokenId"] = answer.GetProperty("id").GetString()!;
            if (answer.TryGetProperty("key", out _)) ids["keyId"] = answer.GetProperty("id").GetString()!;
            AssertMatches(answer, operation.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema"), $"{method} {path}");
        }
    }

    [Fact]
    public void Every_status_and_type_of_a_refusal_is_described()
    {
        var refusals = RefusalCases.All;
        Assert.Equal(refusals.Select(refusal => refusal.Type).Distinct().Order(), WireSchemas.ErrorTypes.Order());
        var statuses = document.GetProperty("components").GetProperty("responses").EnumerateObject().Select(response => response.Name).ToHashSet();
        var used = Described().SelectMany(one => one.Operation.GetProperty("responses").EnumerateObject().Select(response => response.Name)).ToHashSet();
        foreach (var status in refusals.Select(refusal => refusal.Status).Distinct()) Assert.Contains($"{status}", used);
        Assert.Equal(used.Count, statuses.Count + 1);
    }

    /// <summary>The fields of a record that clients send, as its request describes them; null for a record of an answer.</summary>
    private static IEnumerable<string>? FieldsSent(Dictionary<string, JsonElement> described, Type record)
    {
        var name = record.Name[..^"Body".Length];
        if (name == "ContentPrecondition") return Names(described["UpdateMemoryRequest"].GetProperty("properties").GetProperty("precondition"));
        if (name == "Change")
            return described["CommitRequest"].GetProperty("properties").GetProperty("changes").GetProperty("items").GetProperty("oneOf").EnumerateArray().SelectMany(Names).Distinct();
        return described.TryGetValue(name, out var schema) && name.EndsWith("Request", StringComparison.Ordinal) || described.TryGetValue(name + "Request", out schema) && name != "Commit"
            ? Names(schema)
            : null;

        static IEnumerable<string> Names(JsonElement schema) => schema.GetProperty("properties").EnumerateObject().Select(field => field.Name);
    }

    private static void AssertAllowsNull(JsonElement schema, JsonPropertyInfo property, Type record)
    {
        var required = schema.GetProperty("required").EnumerateArray().Any(name => name.GetString() == property.Name);
        var omitted = property.AttributeProvider!.IsDefined(typeof(JsonIgnoreAttribute), false);
        Assert.True(required != omitted, $"{record}.{property.Name}");
        var text = schema.GetProperty("properties").GetProperty(property.Name).GetRawText();
        Assert.True((property.IsGetNullable && !omitted) == text.Contains("\"null\"", StringComparison.Ordinal), $"{record}.{property.Name}: {text}");
    }

    /// <summary>Posts the example with a field that nobody knows in one of its objects: the refusal names the fields there are.</summary>
    private async Task CompareFieldsAsync(string method, string path, JsonObject whole, object[] within, JsonElement schema)
    {
        var spoilt = whole.DeepClone().AsObject();
        var inner = within.Aggregate((JsonNode)spoilt, (node, step) => step is int index ? node[index]! : node[(string)step]!).AsObject();
        inner.Add("zzz", 1);
        var (status, text) = await server.SendAsync(method, Filled(path), spoilt.ToJsonString());
        Assert.True(status == 400 && text.Contains("zzz: is not a field here", StringComparison.Ordinal), $"{method} {path}: {status} {text}");
        var message = JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("message").GetString()!;
        var there = message[(message.IndexOf("there are", StringComparison.Ordinal) + "there are".Length)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var properties = schema.TryGetProperty("properties", out var described) ? described.EnumerateObject().ToList() : [];
        Assert.Equal(there.Order(), properties.Select(field => field.Name).Order());

        inner.Remove("zzz");
        foreach (var property in properties)
        {
            if (property.Value.TryGetProperty("properties", out _) && inner[property.Name] is JsonObject)
                await CompareFieldsAsync(method, path, whole, [.. within, property.Name], property.Value);
            if (!property.Value.TryGetProperty("items", out var items) || !items.TryGetProperty("oneOf", out var kinds)) continue;
            foreach (var kind in kinds.EnumerateArray())
            {
                var name = kind.GetProperty("properties").GetProperty("type").GetProperty("const").GetString();
                var at = inner[property.Name]!.AsArray().Select((item, index) => (item, index)).Single(pair => (string)pair.item!["type"]! == name).index;
                await CompareFieldsAsync(method, path, whole, [.. within, property.Name, at], kind);
            }
        }
    }

    private void AssertMatches(JsonElement value, JsonElement schema, string where)
    {
        schema = Resolved(schema);
        if (schema.TryGetProperty("oneOf", out var either) || schema.TryGetProperty("anyOf", out either))
        {
            if (value.ValueKind == JsonValueKind.Null) return;
            schema = either.EnumerateArray().Select(Resolved).First(one => value.TryGetProperty("type", out var type)
                && (!one.GetProperty("properties").GetProperty("type").TryGetProperty("const", out var expected) || expected.GetString() == type.GetString()));
        }
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray()) AssertMatches(item, schema.GetProperty("items"), where);
        }
        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties)) return;
        foreach (var name in schema.GetProperty("required").EnumerateArray()) Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{where}: {name} is missing in {value}");
        foreach (var field in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(field.Name, out var inner), $"{where}: {field.Name} is not described");
            AssertMatches(field.Value, inner, where);
        }
    }

    private JsonElement Resolved(JsonElement schema) => schema.TryGetProperty("$ref", out var reference)
        ? reference.GetString()!.Split('/')[1..].Aggregate(document, (node, step) => node.GetProperty(step))
        : schema;

    private IEnumerable<(string Method, string Path, JsonElement Operation)> Described() =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(item => item.Name != "parameters").Select(item => (item.Name.ToUpperInvariant(), path.Name, item.Value)));

    private static JsonElement? ExampleOf(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").GetProperty("application/json").GetProperty("example") : null;

    private static string Filled(string path) => path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
}
