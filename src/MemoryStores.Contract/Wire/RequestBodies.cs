using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>
/// What clients send. A property that is null is left out: on the wire that says "as it is". The OpenAPI document describes
/// these bodies with the operations that take them.
/// </summary>
public interface IRequestBody;

public sealed record CreateStoreBody : IRequestBody
{
    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A patch. In <see cref="Metadata"/> a string sets a key, null removes it, other keys stay.</summary>
public sealed record UpdateStoreBody : IRequestBody
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
}

public sealed record CreateMemoryBody(string Path, MemoryContent Content) : IRequestBody;

public sealed record UpdateMemoryBody : IRequestBody
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemoryContent? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContentPreconditionBody? Precondition { get; init; }
}

/// <summary>The one kind of precondition the official endpoints know.</summary>
public sealed record ContentPreconditionBody(string ContentSha256) : IRequestBody
{
    public string Type { get; } = "content_sha256";
}

/// <summary>Ordered changes of one store; docs/reference/commits.md is the page for users.</summary>
public sealed record CommitRequestBody : IRequestBody
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CommitId { get; init; }

    public bool Atomic { get; init; } = true;
    public required IReadOnlyList<ChangeBody> Changes { get; init; }
}

/// <summary>One change of a commit: create, update, append, rename or delete, and the fields that kind takes.</summary>
public sealed record ChangeBody(string Type) : IRequestBody
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MemoryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemoryContent? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpectedVersionId { get; init; }

    /// <summary>Of a create or update: the version that the content contradicts. For servers with the feature "conflicts".</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConflictWith { get; init; }
}

public sealed record CreateKeyBody : IRequestBody
{
    public required string Name { get; init; }
    public required string Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Stores { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PathPrefix { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpiresAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Workspace { get; init; }
}

public sealed record RotateKeyBody(long GraceSeconds) : IRequestBody;

public sealed record CreateTokenBody(string Name) : IRequestBody
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpiresAt { get; init; }
}
