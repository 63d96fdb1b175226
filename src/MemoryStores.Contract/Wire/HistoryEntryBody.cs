namespace MemoryStores.Contract.Wire;

/// <summary>
/// One entry of a store's history; docs/reference/history.md is the page for users. What the kind does not have, and what was
/// erased, is null.
/// </summary>
public sealed record HistoryEntryBody
{
    public string Type { get; } = "history_entry";
    public required long Seq { get; init; }
    public required string CreatedAt { get; init; }

    /// <summary>Such as memory.created; more kinds may be added.</summary>
    public required string Kind { get; init; }
    public required ActorBody? Actor { get; init; }
    public required string? CommitId { get; init; }
    public required string? MemoryId { get; init; }

    /// <summary>The version that this entry is; of a conflict the one that was saved.</summary>
    public required string? MemoryVersionId { get; init; }

    /// <summary>The version that a redaction emptied, or that a save contradicted.</summary>
    public required string? About { get; init; }
    public required string? Path { get; init; }

    /// <summary>Where the memory was before, when this entry moved it.</summary>
    public required string? PreviousPath { get; init; }
    public required string? ContentSha256 { get; init; }
    public required int? ContentSizeBytes { get; init; }

    /// <summary>The hash of the entry, and the link that follows the one before, as hex.</summary>
    public required string Entry { get; init; }
    public required string Link { get; init; }
}
