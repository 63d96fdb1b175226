using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>A token of a session, or a key of an environment. The secret itself is there only in the answer that made it.</summary>
public sealed record TokenBody
{
    public required string Id { get; init; }
    public required string Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SessionId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EnvironmentId { get; init; }

    public required string Name { get; init; }
    public required string CreatedAt { get; init; }
    public required string? ExpiresAt { get; init; }

    /// <summary>When its session or environment ended.</summary>
    public required string? EndedAt { get; init; }
    public required string? RevokedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }
}
