using MemoryStores.Fuse;

namespace MemoryStores.Mount.Saving;

/// <summary>A change made here that the server has not answered yet.</summary>
internal abstract class PendingChange(TrackedMemory memory)
{
    private List<Action<Errno>>? waiting;

    public TrackedMemory Memory { get; set; } = memory;

    public int Attempts { get; set; }

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

    /// <summary>What the content was before this save; null where nobody here knows.</summary>
    public byte[]? Before { get; set; }

    /// <summary>How much of what the mount may hold back this save was counted as.</summary>
    public int CountedBytes { get; set; }

    /// <summary>What was sent for it the last time, where that was merged with the head.</summary>
    public byte[]? Merged { get; set; }

    public bool WasAppended { get; set; }

    /// <summary>It contradicts the head it was sent on top of, which stays a version.</summary>
    public bool Overwrites { get; set; }
}

internal sealed class PendingRename(TrackedMemory memory, string path) : PendingChange(memory)
{
    public string Path { get; } = path;
}

internal sealed class PendingDelete(TrackedMemory memory) : PendingChange(memory);
