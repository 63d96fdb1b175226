using System.Diagnostics;
using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>A memory version as the wire shows it. A redacted one keeps its place and loses path, content, hash and size.</summary>
public sealed record VersionBody
{
    public required string Id { get; init; }
    public string Type { get; } = "memory_version";
    public required string MemoryStoreId { get; init; }
    public required string MemoryId { get; init; }
    public required string Operation { get; init; }
    public required string? Path { get; init; }
    public required MemoryContent? Content { get; init; }
    public required string? ContentSha256 { get; init; }
    public required int? ContentSizeBytes { get; init; }
    public required string CreatedAt { get; init; }
    public required ActorBody? CreatedBy { get; init; }
    public required string? RedactedAt { get; init; }
    public required ActorBody? RedactedBy { get; init; }
}

/// <summary>Who wrote a version: one type, and the one id that belongs to it.</summary>
public sealed record ActorBody
{
    public required string Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApiKeyId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SessionId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ServiceAccountId { get; init; }

    public static ActorBody From(Actor actor) => actor.Kind switch
    {
        ActorKind.ApiKey => new() { Type = "api_actor", ApiKeyId = actor.Id },
        ActorKind.Session => new() { Type = "session_actor", SessionId = actor.Id },
        ActorKind.User => new() { Type = "user_actor", UserId = actor.Id },
        ActorKind.ServiceAccount => new() { Type = "service_account_actor", ServiceAccountId = actor.Id },
        _ => throw new UnreachableException(),
    };
}
