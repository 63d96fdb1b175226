namespace MemoryStores.Contract.Wire;

/// <summary>
/// The first line of a snapshot: the store at <see cref="Seq"/>. As many lines as <see cref="Memories"/> says follow, a
/// <see cref="MemoryBody"/> each, and a <see cref="SnapshotEndBody"/>. Changes after <see cref="Cursor"/> are not in it.
/// </summary>
public sealed record SnapshotBody
{
    public string Type { get; } = "snapshot";
    public required string MemoryStoreId { get; init; }
    public required long Seq { get; init; }
    public required string Cursor { get; init; }
    public required long Memories { get; init; }
    public required string? ArchivedAt { get; init; }
}

/// <summary>The last line: how many memories were sent. Without it the snapshot was cut.</summary>
public sealed record SnapshotEndBody
{
    public string Type { get; } = "end";
    public required long Memories { get; init; }
}
