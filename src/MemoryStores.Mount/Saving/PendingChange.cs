using MemoryStores.Fuse;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>A change made here that the server has not answered yet.</summary>
internal abstract class PendingChange(TrackedMemory memory)
{
    private List<Action<Errno>>? waiting;

    public TrackedMemory Memory { get; set; } = memory;

    public int Attempts { get; set; }

    /// <summary>By which number the journal knows it; 0 when it does not.</summary>
    public long JournalKey { get; set; }

    /// <summary>Nothing of it is to be sent any more.</summary>
    public bool IsDone { get; set; }

    /// <summary>Called once, under the gate, when the change is on the server or will never be.</summary>
    public void WhenDone(Action<Errno> told) => (waiting ??= []).Add(told);

    public void Done(Errno outcome)
    {
        if (waiting is null) return;
        foreach (var told in waiting) told(outcome);
        waiting = null;
    }
}

/// <summary>
/// A finished save: new content for a memory, or a new memory where the server has none. Content that was moved here without
/// ever being read is named by the version it is of.
/// </summary>
internal sealed class PendingSave(TrackedMemory memory, string path) : PendingChange(memory)
{
    public string Path { get; set; } = path;

    public byte[]? Content { get; set; }

    public string? ContentOf { get; init; }

    /// <summary>The file whose unsaved content it is.</summary>
    public MemoryNode? From { get; init; }

    /// <summary>It is of an earlier mount, and no file here has its content.</summary>
    public bool IsLeft { get; init; }

    /// <summary>What the content was before this save.</summary>
    public Basis Before { get; set; } = Basis.Unknown;

    /// <summary>How much of what the mount may hold back this save was counted as.</summary>
    public int CountedBytes { get; set; }

    /// <summary>What was sent for it the last time, where that was merged with the head.</summary>
    public byte[]? Merged { get; set; }

    /// <summary>From where on its content was sent, where only that was sent to be appended.</summary>
    public int? AppendedFrom { get; set; }

    /// <summary>The version that it contradicts and becomes the head on top of, or the last one of a memory deleted elsewhere.</summary>
    public string? Contradicts { get; set; }
}

internal sealed class PendingRename(TrackedMemory memory, string path) : PendingChange(memory)
{
    public string Path { get; } = path;
}

internal sealed class PendingDelete(TrackedMemory memory) : PendingChange(memory);
