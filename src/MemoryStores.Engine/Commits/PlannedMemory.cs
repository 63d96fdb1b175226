using MemoryStores.Contract;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Engine.Commits;

/// <summary>
/// A version that a plan would write. <paramref name="Content"/> is what the change brought; <paramref name="Text"/> is the
/// content to show for it, where that was read.
/// </summary>
internal sealed record PlannedVersion(
    VersionId Id, VersionOperation Operation, MemoryPath Path, ContentDigest? Digest, int? Size, MemoryContent? Content, MemoryContent? Text);

/// <summary>A memory as a plan has it so far, beside what it was before the commit.</summary>
internal sealed class PlannedMemory
{
    public required MemoryId Id { get; init; }

    /// <summary>Null for a memory that the plan creates.</summary>
    public Memory? Before { get; init; }

    public VersionId? Head { get; private set; }
    public MemoryPath? Path { get; private set; }
    public ContentDigest? Digest { get; private set; }
    public int Size { get; private set; }
    public MemoryContent? Content { get; set; }
    public long CreatedAt { get; set; }

    /// <summary>The newest planned version; null while nothing is planned for this memory.</summary>
    public PlannedVersion? Last { get; private set; }

    public bool IsLive => Path is not null;
    public bool WasLive => Before is not null;
    public MemoryPath? PathBefore => Before?.Path;
    public long SizeBefore => Before?.Size ?? 0;

    public static PlannedMemory New(MemoryId id) => new() { Id = id };

    public static PlannedMemory Of(Memory memory) => new()
    {
        Id = memory.Id,
        Before = memory,
        Head = memory.Head,
        Path = memory.Path,
        Digest = memory.Digest,
        Size = memory.Size,
        Content = memory.Content,
        CreatedAt = memory.CreatedAt,
    };

    public void Take(PlannedVersion version)
    {
        Last = version;
        Head = version.Id;
        Digest = version.Digest;
        Size = version.Size ?? 0;
        Content = version.Text;
        Path = version.Operation == VersionOperation.Deleted ? null : version.Path;
    }
}
