using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Tree;

/// <summary>
/// A file that is, or will be, a memory: the bytes programs see, and how they stand to the memory on the server. Content that
/// came from the server or went into a save is shared and copied before it is written to.
/// </summary>
internal sealed class MemoryNode(ulong id, long now, MountTree tree) : FileNode(id, 0x1A4 /* 0644 */, now)
{
    private byte[]? bytes;
    private int length;
    private bool shared;

    /// <summary>The memory this file shows; null while nothing of the file was saved.</summary>
    public TrackedMemory? Memory { get; set; }

    /// <summary>The content is here; else it is the version <see cref="AbsentVersion"/>'s, and only its size is known.</summary>
    public bool IsLoaded => bytes is not null;

    public string? AbsentVersion { get; private set; }

    /// <summary>Written to since it was last saved.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Some descriptor was closed after the last write: if content is thrown away now, it was somebody's finished save.</summary>
    public bool ClosedSinceWrite { get; set; }

    /// <summary>When something was last written, and whether an end of that is being watched for.</summary>
    public long WrittenAt { get; set; }

    public bool IsWatched { get; set; }

    /// <summary>
    /// It went elsewhere while nobody here wrote it. The kernel may not have heard and open it by its name: who then wrote
    /// would write to what has no name any more.
    /// </summary>
    public bool IsGone { get; set; }

    /// <summary>The kernel is being told to forget the old content; who wants to write waits for that.</summary>
    public int Invalidations { get; set; }

    /// <summary>Why this content cannot be a memory; null where it can.</summary>
    public DraftReason? Draft { get; set; }

    /// <summary>Only what was changed since is worth another try.</summary>
    public bool IsChangedSinceDraft { get; set; }

    /// <summary>Why a write failed since the content was last begun anew: a part of it is missing.</summary>
    public Errno Torn { get; set; }

    /// <summary>By which number the journal knows its unsaved content; 0 when there is none.</summary>
    public long JournalKey { get; set; }

    /// <summary>What the journal was told of that content: how it last changed, closes since then, and whether the last writer is gone.</summary>
    public LastChange LastChange { get; set; }

    public int Marks { get; set; }

    public bool IsMarkedClosed { get; set; }

    /// <summary>Content that was a save, coalesced with the next one, of which only the beginning is here.</summary>
    public byte[]? Finished { get; set; }

    /// <summary>Who waits for the content to come, or for the kernel to have forgotten the old one.</summary>
    public List<Action<Errno>> Waiting { get; } = [];

    public bool IsLoading { get; set; }

    public override long Size => length;

    public ReadOnlySpan<byte> Content => bytes.AsSpan(0, length);

    /// <summary>Whether new content may be put under whoever has the file open: nobody then writes by what was there before.</summary>
    public bool MayBeReplaced => !IsDirty && Writers == 0;

    public void SetAbsent(string version, int size)
    {
        Grows(size - length);
        (bytes, length, AbsentVersion) = (null, size, version);
    }

    /// <summary>Content that nobody changes from now on.</summary>
    public void SetContent(byte[] content)
    {
        Grows(content.Length - length);
        tree.CachedBytes += content.Length - (bytes?.Length ?? 0);
        (bytes, length, shared, AbsentVersion) = (content, content.Length, true, null);
    }

    /// <summary>Lets the bytes go; they can be had again as the version's.</summary>
    public void Unload(string version)
    {
        tree.CachedBytes -= bytes?.Length ?? 0;
        (bytes, AbsentVersion) = (null, version);
    }

    /// <summary>The content as it is now, for good.</summary>
    public byte[] Snapshot()
    {
        if (bytes is null) return [];
        if (bytes.Length != length)
        {
            tree.CachedBytes += length - bytes.Length;
            bytes = bytes[..length];
        }
        shared = true;
        return bytes;
    }

    public override Errno Read(ulong offset, uint size, out ReadOnlySpan<byte> data)
    {
        data = offset >= (ulong)length ? default : bytes.AsSpan((int)offset, (int)Math.Min(size, (uint)length - (uint)offset));
        return Errno.None;
    }

    public override Errno Write(in WriteRequest part, ReadOnlySpan<byte> data, out ulong at)
    {
        // The kernel's offset for O_APPEND may be from before a change elsewhere. Pages of a mapping know their place.
        var appends = (part.Flags & OpenFlags.Append) != 0 && (part.WriteFlags & WriteRequest.FromCache) == 0;
        at = appends ? (ulong)length : part.Offset;
        var end = at + (ulong)data.Length;
        if (end < at || end > (ulong)tree.Bounds.MemoryBytes) return Errno.EFBIG;
        if (end > (ulong)length && tree.HasNoRoom((int)end - length)) return Errno.ENOSPC;
        Reserve((int)Math.Max(end, (ulong)length));
        data.CopyTo(bytes.AsSpan((int)at));
        Touched();
        return Errno.None;
    }

    public override Errno Resize(ulong size)
    {
        if (size > (ulong)tree.Bounds.MemoryBytes) return Errno.EFBIG;
        if (size > (ulong)length && tree.HasNoRoom((int)size - length)) return Errno.ENOSPC;
        if (size > (ulong)length) Reserve((int)size);
        else Shrink((int)size);
        Torn = Errno.None;
        Touched();
        return Errno.None;
    }

    /// <summary>To nothing even where the content is not here: what nobody has seen need not be fetched to be thrown away.</summary>
    private void Shrink(int size)
    {
        Grows(size - length);
        length = size;
        if (!shared && bytes is not null) return;
        var kept = size == 0 ? [] : bytes![..size];
        tree.CachedBytes += kept.Length - (bytes?.Length ?? 0);
        (bytes, shared, AbsentVersion) = (kept, size == 0, null);
    }

    /// <summary>Makes the bytes ours, and at least this many of them content; what is new is zero.</summary>
    private void Reserve(int size)
    {
        if (shared || bytes!.Length < size)
        {
            // As much as is needed for a file written once; room to grow for one that grew before.
            var room = new byte[shared ? size : Math.Min(Math.Max(size, length * 2), tree.Bounds.MemoryBytes)];
            Content.CopyTo(room);
            tree.CachedBytes += room.Length - bytes!.Length;
            (bytes, shared) = (room, false);
        }
        if (size <= length) return;
        // Beyond the length may stand what was cut off before.
        bytes.AsSpan(length, size - length).Clear();
        Grows(size - length);
        length = size;
    }

    /// <summary>A file without a name counts for nothing in the store.</summary>
    private void Grows(int by)
    {
        if (IsAttached) tree.Bytes += by;
    }

    private void Touched()
    {
        (IsDirty, ClosedSinceWrite, IsChangedSinceDraft) = (true, false, true);
        WrittenAt = Modified = Changed = tree.Now;
    }
}
