using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MemoryStores.Contract.Wire;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.OpenApi;

/// <summary>
/// The table of operations as an OpenAPI 3.1 document. It says what every server of this release says: nothing in it is of this
/// installation.
/// </summary>
internal static partial class OpenApiDocument
{
    private const string Json = "application/json";

    /// <summary>Every refusal's status: its name in the document, what it means, and one of its types.</summary>
    private static readonly Dictionary<int, (string Name, string Description, string Type)> Refusals = new()
    {
        [400] = ("BadRequest", "A field, parameter or header breaks a rule, or a limit is reached; message says which", "invalid_request_error"),
        [401] = ("Unauthorized", "The key is missing or not known", "authentication_error"),
        [403] = ("Forbidden", "The key may not do this", "permission_error"),
        [404] = ("NotFound", "There is no such thing, or not for this key", "not_found_error"),
        [405] = ("MethodNotAllowed", "The path takes other methods; Allow names them", "invalid_request_error"),
        [408] = ("RequestTimeout", "The request took too long to arrive", "invalid_request_error"),
        [409] = ("Conflict", "The path is taken, the precondition or the expected version does not hold, or the commit_id was used", "memory_path_conflict_error"),
        [412] = ("LeaseLost", "Another heartbeat than the expected one is there: another worker may have the work", "invalid_request_error"),
        [413] = ("TooLarge", "The body is over the limit", "request_too_large"),
        [415] = ("UnsupportedMediaType", "The body is not application/json", "invalid_request_error"),
        [421] = ("Misdirected", "On loopback: the Host header names another machine", "invalid_request_error"),
        [429] = ("RateLimited", "The workspace is too fast, or has too many streams open; retry-after says how long to wait", "rate_limit_error"),
        [500] = ("Broken", "The server failed; its log has the details under the request id", "api_error"),
        [503] = ("Unavailable", "Nothing can be written now, or an erasure still goes on; retry-after says how long to wait", "overloaded_error"),
    };

    /// <summary>Made when first asked for: most servers never are.</summary>
    public static readonly Lazy<byte[]> Bytes = new(Write);

    private static byte[] Write()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Build().WriteTo(json);
        return bytes.ToArray();
    }

    private static JsonObject Build()
    {
        var schemas = new WireSchemas();
        var paths = new JsonObject();
        foreach (var path in Operations.All.GroupBy(operation => operation.Path))
        {
            var item = new JsonObject();
            if (PathParameters(path.Key) is { Count: > 0 } parameters) item["parameters"] = parameters;
            foreach (var operation in path) item[operation.Method.ToLowerInvariant()] = Describe(operation, schemas);
            paths[path.Key] = item;
        }
        foreach (var body in Operations.All.Select(operation => operation.Body).OfType<RequestBody>().Distinct())
            schemas.Add(body.Name, RequestBodies.Object(body.Fields));
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "MemoryStores",
                ["version"] = "1",
                ["description"] = "Memory for agents: /v1 is the official contract of memory stores, agents, environments and sessions, /ext/v1 is this server's own. Within v1 there are only additions: clients ignore fields they do not know, and test the features of GET /ext/v1, never versions.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }, new JsonObject { ["bearer"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. Operations.Tags.Select(tag => new JsonObject { ["name"] = tag.Name, ["description"] = tag.Description })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-api-key" },
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
                ["headers"] = new JsonObject
                {
                    ["request-id"] = Header("Of this request; the same as request_id in an error", "string"),
                    ["retry-after"] = Header("Seconds to wait before a repeat", "integer"),
                    ["x-should-retry"] = Header("false: an SDK does not repeat this by itself", "string"),
                    ["Allow"] = Header("The methods that are possible", "string"),
                },
                ["parameters"] = HeaderParameters(),
                ["responses"] = ErrorResponses(schemas),
                ["schemas"] = schemas.ToJson(),
            },
        };
    }

    private static JsonObject Describe(Operation operation, WireSchemas schemas)
    {
        var described = new JsonObject { ["operationId"] = operation.Id, ["tags"] = new JsonArray(operation.Tag), ["summary"] = operation.Summary };
        if (operation.Description is { } more) described["description"] = more;
        if (operation.Surface == Surface.Open) described["security"] = new JsonArray();
        var parameters = new JsonArray();
        if (operation.Surface == Surface.Official || operation.Surface == Surface.Managed)
        {
            parameters.Add(Reference("parameters", "anthropic-version"));
            parameters.Add(Reference("parameters", operation.Surface == Surface.Official ? "anthropic-beta" : "anthropic-beta-managed"));
        }
        if (operation.Surface != Surface.Open) parameters.Add(Reference("parameters", "anthropic-workspace-id"));
        foreach (var parameter in operation.Query)
        {
            parameters.Add(new JsonObject
            {
                ["name"] = parameter.Name, ["in"] = "query", ["required"] = false, ["description"] = parameter.Description, ["schema"] = parameter.Schema.DeepClone(),
            });
        }
        if (parameters.Count > 0) described["parameters"] = parameters;
        if (operation.Body is { } body)
        {
            described["requestBody"] = new JsonObject
            {
                ["required"] = !body.IsOptional,
                ["content"] = new JsonObject { [Json] = new JsonObject { ["schema"] = Reference("schemas", body.Name), ["example"] = JsonNode.Parse(body.Example) } },
            };
        }
        described["responses"] = Responses(operation, schemas);
        return described;
    }

    private static JsonObject Responses(Operation operation, WireSchemas schemas)
    {
        var content = new JsonObject();
        if (operation.Answer is not null || operation.Stream is null) content[operation.Media] = Media(operation, schemas);
        if (operation.Stream is { } stream)
            content[stream.Media] = new JsonObject { ["schema"] = new JsonObject { ["oneOf"] = new JsonArray([.. stream.Pieces.Select(schemas.Reference)]) } };
        var done = new JsonObject
        {
            ["description"] = "Done",
            ["headers"] = new JsonObject { ["request-id"] = Reference("headers", "request-id") },
            ["content"] = content,
        };
        var responses = new JsonObject { ["200"] = done };
        foreach (var status in StatusesOf(operation)) responses[$"{status}"] = Reference("responses", Refusals[status].Name);
        if (operation.Id == "readiness") responses["503"] = done.DeepClone();
        return responses;
    }

    private static JsonObject Media(Operation operation, WireSchemas schemas) => new()
    {
        ["schema"] = operation.Answer is { } answer ? schemas.Reference(answer) : new JsonObject { ["type"] = operation.Media == Json ? "object" : "string" },
    };

    private static IEnumerable<int> StatusesOf(Operation operation)
    {
        int[] always = operation.Surface == Surface.Open ? [405, 421, 500] : [400, 401, 403, 405, 421, 429, 500, 503];
        return always.Concat(operation.Body is null ? [] : [408, 413, 415]).Concat(operation.Refusals).Distinct().Order();
    }

    private static JsonObject ErrorResponses(WireSchemas schemas)
    {
        var responses = new JsonObject();
        foreach (var (status, (name, description, type)) in Refusals.OrderBy(pair => pair.Key))
        {
            var headers = new JsonObject { ["request-id"] = Reference("headers", "request-id") };
            if (status is 429 or 503) headers["retry-after"] = Reference("headers", "retry-after");
            if (status == 409) headers["x-should-retry"] = Reference("headers", "x-should-retry");
            if (status == 405) headers["Allow"] = Reference("headers", "Allow");
            responses[name] = new JsonObject
            {
                ["description"] = description,
                ["headers"] = headers,
                ["content"] = new JsonObject
                {
                    [Json] = new JsonObject { ["schema"] = schemas.Reference(WireJson.Wire.ErrorBody), ["example"] = Examples.Error(type, description + ".") },
                },
            };
        }
        return responses;
    }

    private static JsonObject HeaderParameters() => new()
    {
        ["anthropic-version"] = HeaderParameter("anthropic-version", "Any date", required: true, new JsonObject { ["type"] = "string", ["format"] = "date", ["examples"] = new JsonArray("2023-06-01") }),
        ["anthropic-beta"] = HeaderParameter("anthropic-beta", "A list with commas that holds agent-memory-2026-07-22 or managed-agents-2026-04-01, not both", required: true,
            new JsonObject { ["type"] = "string", ["examples"] = new JsonArray("agent-memory-2026-07-22") }),
        ["anthropic-beta-managed"] = HeaderParameter("anthropic-beta", "A list with commas that holds managed-agents-2026-04-01", required: true,
            new JsonObject { ["type"] = "string", ["examples"] = new JsonArray("managed-agents-2026-04-01") }),
        ["anthropic-workspace-id"] = HeaderParameter("anthropic-workspace-id", "Where given, the workspace of the key", required: false, new JsonObject { ["type"] = "string" }),
    };

    private static JsonArray PathParameters(string path) => new([.. Placeholder().Matches(path).Select(match => new JsonObject
    {
        ["name"] = match.Groups[1].Value, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" },
    })]);

    private static JsonObject HeaderParameter(string name, string description, bool required, JsonObject schema) =>
        new() { ["name"] = name, ["in"] = "header", ["required"] = required, ["description"] = description, ["schema"] = schema };

    private static JsonObject Header(string description, string type) => new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = type } };

    private static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
