using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>An API key as administrators see it. The key itself is there only in the answer that made it.</summary>
public sealed record KeyBody
{
    public required string Id { get; init; }
    public string Type { get; } = "api_key";
    public required string WorkspaceId { get; init; }
    public required string Name { get; init; }
    public required string Role { get; init; }
    public required IReadOnlyList<string>? Stores { get; init; }
    public required string? PathPrefix { get; init; }
    public required string CreatedAt { get; init; }
    public required string? ExpiresAt { get; init; }
    public required string? RevokedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }
}

public sealed record WorkspaceBody(string Id, string Name)
{
    public string Type { get; } = "workspace";
}

/// <summary>Something an administrator did: which key did it, and to what.</summary>
public sealed record AdministrationBody(string At, string ApiKeyId, string Action, string Subject)
{
    public string Type { get; } = "administration_entry";
}
