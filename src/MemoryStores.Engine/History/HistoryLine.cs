using MemoryStores.Contract;

namespace MemoryStores.Engine.History;

/// <summary>
/// A history entry as it is read, with where it stands: <paramref name="Path"/> is its own, of a conflict that of the version
/// saved; null where it was erased or there is none.
/// </summary>
public sealed record HistoryLine(HistoryEntry Entry, MemoryPath? Path)
{
    /// <summary>Of a modification that moved the memory: where it was before, unless that was erased.</summary>
    public MemoryPath? PathBefore { get; init; }

    /// <summary>Of a conflict: where the contradicted version stands, unless that was erased.</summary>
    public MemoryPath? PathAbout { get; init; }
}
