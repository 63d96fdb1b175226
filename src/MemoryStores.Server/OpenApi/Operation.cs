using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.OpenApi;

/// <summary>One row of the API's table: a method on a path, what it takes, and what it answers.</summary>
internal sealed record Operation(string Method, string Path, string Id, string Tag, Surface Surface, string Summary)
{
    public IReadOnlyList<Parameter> Query { get; init; } = [];

    public RequestBody? Body { get; init; }

    /// <summary>The wire record of a success; null where <see cref="Media"/> is no JSON of ours.</summary>
    public JsonTypeInfo? Answer { get; init; }

    public string Media { get; init; } = "application/json";

    /// <summary>An answer that comes in pieces: its media type, and the records it is made of.</summary>
    public (string Media, IReadOnlyList<JsonTypeInfo> Pieces)? Stream { get; init; }

    /// <summary>Statuses of refusals that this operation has beside those of its surface.</summary>
    public IReadOnlyList<int> Refusals { get; init; } = [];

    public string? Description { get; init; }
}

/// <summary>A parameter of the query; absent and empty are the same.</summary>
internal sealed record Parameter(string Name, string Description, JsonObject Schema);

/// <summary>What a POST takes: the fields of a JSON object, and one example of it that works.</summary>
internal sealed record RequestBody(string Name, bool IsOptional, string Example, params IReadOnlyList<BodyField> Fields);

/// <summary>A field of a request. Null is the same as leaving it out, unless it is required or its description says more.</summary>
internal sealed record BodyField(string Name, string Description, JsonObject Schema, bool IsRequired = false);
