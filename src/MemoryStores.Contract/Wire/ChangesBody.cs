using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>
/// What changed in a store after a cursor, in order; docs/reference/changes.md is the page for users. <see cref="Cursor"/> goes
/// back as the next <c>after</c>, also where <see cref="Data"/> is empty.
/// </summary>
public sealed record ChangesBody
{
    public string Type { get; } = "changes";
    public required string MemoryStoreId { get; init; }
    public required IReadOnlyList<ChangeEventBody> Data { get; init; }
    public required string Cursor { get; init; }

    /// <summary>The store's last seq when this was read.</summary>
    public required long HeadSeq { get; init; }
    public required bool HasMore { get; init; }

    /// <summary>Set when the cursor asked for is none of this history: take a snapshot, compare, go on from <see cref="Cursor"/>.</summary>
    public required ResetBody? Reset { get; init; }
}

/// <summary>
/// A hint that something happened: to a memory (memory_changed) or to the store itself (store_changed). It never holds a path or
/// content; who wants them reads the memory.
/// </summary>
public sealed record ChangeEventBody
{
    public required string Type { get; init; }
    public required long Seq { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MemoryId { get; init; }

    /// <summary>The version the change made; the emptied one of a redaction.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MemoryVersionId { get; init; }
    public required string Operation { get; init; }

    /// <summary>The commit_id the change was sent under, by which a client knows its own.</summary>
    public required string? CommitId { get; init; }
}

public sealed record ResetBody(string Reason, string Message);

/// <summary>What a stream of changes says beside its changes: heartbeat, reset, resume or deleted.</summary>
public sealed record FeedNoteBody(string Type, string Cursor)
{
    /// <summary>With a heartbeat or reset: the store's last seq.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? HeadSeq { get; init; }

    /// <summary>With a reset or resume: why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }
}
