using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>The outcome of a commit; the same one again when its commit_id is repeated.</summary>
public sealed record CommitBody
{
    public string Type { get; } = "commit";
    public required string MemoryStoreId { get; init; }
    public required string? CommitId { get; init; }

    /// <summary>True when this commit_id had landed before and nothing was done now.</summary>
    public required bool Repeated { get; init; }

    /// <summary>The store's last seq after the commit.</summary>
    public required long Seq { get; init; }
    public required IReadOnlyList<ChangeResultBody> Results { get; init; }
}

/// <summary>What became of one change: written, unchanged (its content was there already) or refused.</summary>
public sealed record ChangeResultBody(string Type)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MemoryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MemoryVersionId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seq { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentSha256 { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorDetailBody? Error { get; init; }
}
