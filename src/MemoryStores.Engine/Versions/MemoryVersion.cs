using MemoryStores.Contract;

namespace MemoryStores.Engine.Versions;

/// <summary>The numbers are stored: append, never renumber.</summary>
public enum VersionOperation
{
    Created = 1,
    Modified = 2,
    Deleted = 3,
}

/// <summary>What happened to a memory once. Only redaction changes it later: path, content, digest and size become null.</summary>
public sealed record MemoryVersion
{
    public required VersionId Id { get; init; }
    public required StoreId Store { get; init; }
    public required MemoryId Memory { get; init; }
    public required long Seq { get; init; }
    public required VersionOperation Operation { get; init; }
    public required MemoryPath? Path { get; init; }
    public required ContentDigest? Digest { get; init; }
    public required int? Size { get; init; }
    public MemoryContent? Content { get; init; }
    public required long CreatedAt { get; init; }
    public required Actor? CreatedBy { get; init; }
    public string? CommitId { get; init; }
    public Redaction? Redacted { get; init; }
}

public sealed record Redaction(long At, Actor? By);
