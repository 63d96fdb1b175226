using MemoryStores.Fuse;
using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Journaling;

/// <summary>A memory as the journal last heard of it.</summary>
internal sealed class MemoryEntry(long key)
{
    public long Key { get; } = key;
    public string? Id { get; set; }
    public string? Version { get; set; }
}

/// <summary>What a save starts from: a version's content, bytes, or the content of an earlier save.</summary>
internal sealed record BasisEntry(string? Version, byte[]? Content, ChangeEntry? Change)
{
    public static readonly BasisEntry Unknown = new(null, null, null);
}

/// <summary>A file with unsaved content, or a draft aside.</summary>
internal sealed class FileEntry(long key)
{
    private byte[] bytes = [];

    public long Key { get; } = key;
    public string Path { get; set; } = "";
    public MemoryEntry? Memory { get; set; }
    public BasisEntry Before { get; set; } = BasisEntry.Unknown;

    /// <summary>The content was never read here, and is that of this version.</summary>
    public string? ContentOf { get; set; }

    public LastChange Last { get; set; }

    /// <summary>Closes since the content last changed.</summary>
    public int Marks { get; set; }

    public bool IsClosed { get; set; }
    public Errno Torn { get; set; }

    /// <summary>Why it is a draft aside; null for a file.</summary>
    public DraftReason? Aside { get; set; }

    /// <summary>Why it was found to be a draft, and has not changed since.</summary>
    public DraftReason? Draft { get; set; }

    /// <summary>What was saved by closing the file, and then thrown away by who began to write it anew.</summary>
    public byte[]? Finished { get; set; }

    /// <summary>When it was begun, in nanoseconds since 1970.</summary>
    public long At { get; set; }

    public int Length { get; private set; }

    public byte[] Content => bytes.Length == Length ? bytes : bytes = bytes[..Length];

    public void Replace(byte[] content) => (bytes, Length, ContentOf) = (content, content.Length, null);

    public void Write(long at, ReadOnlySpan<byte> data)
    {
        if (at < 0 || at > JournalState.LargestContent || data.Length > JournalState.LargestContent) throw new InvalidDataException("a write beyond any file's end");
        if (at + data.Length > Length) Resize(at + data.Length);
        data.CopyTo(bytes.AsSpan((int)at));
    }

    public void Resize(long size)
    {
        if (size is < 0 or > JournalState.LargestContent) throw new InvalidDataException("a size no file has");
        if (size > bytes.Length) Array.Resize(ref bytes, (int)Math.Max(size, Math.Min(bytes.Length * 2L, JournalState.LargestContent)));
        if (size > Length) bytes.AsSpan(Length, (int)size - Length).Clear();
        Length = (int)size;
        // Somebody may keep the bytes that were there: what is written next goes into others.
        if (size == 0) (bytes, ContentOf) = ([], null);
    }
}

internal enum ChangeKind : byte
{
    Save = 1,
    Rename = 2,
    Delete = 3,
}

/// <summary>A change that waits for the server. After it is done it is kept for what builds on its content.</summary>
internal sealed class ChangeEntry(long key)
{
    public long Key { get; } = key;
    public ChangeKind Kind { get; set; }
    public MemoryEntry? Memory { get; set; }
    public string? Path { get; set; }
    public BasisEntry Before { get; set; } = BasisEntry.Unknown;
    public byte[]? Content { get; set; }
    public string? ContentOf { get; set; }

    /// <summary>Those of one number are one commit, or none.</summary>
    public long Unit { get; set; }

    /// <summary>The version that has its content, once there is one.</summary>
    public string? MadeVersion { get; set; }
}

/// <summary>A change as the server was sent it.</summary>
internal sealed record SentChange(long Change, string Type, string? MemoryId, string? Path, string? Expected, SentContent Content, int From, byte[]? Merged, string? Contradicts);

/// <summary>Which content went with a change.</summary>
internal enum SentContent : byte
{
    None = 0,

    /// <summary>That of the save.</summary>
    Whole = 1,

    /// <summary>What the save put behind what it started from.</summary>
    Growth = 2,

    /// <summary>That of the save joined with the head's.</summary>
    Merged = 3,
}

internal sealed record SentEntry(string CommitId, bool IsAtomic, IReadOnlyList<SentChange> Changes);

/// <summary>Whose journal it is, and since when.</summary>
internal sealed record JournalHeader(string Server, string Store, string Author, long At);
