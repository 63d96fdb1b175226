using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Journaling;

/// <summary>Content that cannot be a memory and is not in its file: what a program had not finished when its mount was killed, for one.</summary>
internal sealed class AsideDraft(string path, byte[] content, DraftReason reason, long at)
{
    public long Key { get; set; }
    public string Path { get; } = path;
    public byte[] Content { get; } = content;
    public DraftReason Reason { get; } = reason;

    /// <summary>Nanoseconds since 1970.</summary>
    public long At { get; } = at;
}
