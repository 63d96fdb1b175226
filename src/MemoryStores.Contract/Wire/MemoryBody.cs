using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>What a list of memories holds: memories, and with depth=1 the directories between them.</summary>
[JsonConverter(typeof(MemoryListItemConverter))]
public abstract record MemoryListItemBody;

/// <summary>A memory as the wire shows it. <see cref="Content"/> is null, and still present, outside view=full.</summary>
public sealed record MemoryBody : MemoryListItemBody
{
    public required string Id { get; init; }
    public string Type { get; } = "memory";
    public required string MemoryStoreId { get; init; }
    public required string MemoryVersionId { get; init; }
    public required string Path { get; init; }
    public required MemoryContent? Content { get; init; }
    public required string ContentSha256 { get; init; }
    public required int ContentSizeBytes { get; init; }
    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
}

/// <summary>A directory in a list with depth=1: exactly these two fields, the path ending with '/'.</summary>
public sealed record MemoryPrefixBody(string Path) : MemoryListItemBody
{
    public string Type { get; } = "memory_prefix";
}
