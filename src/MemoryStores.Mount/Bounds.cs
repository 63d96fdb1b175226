using MemoryStores.Contract.Wire;

namespace MemoryStores.Mount;

/// <summary>Every bound of a mount: what the server allows, and what the mount allows itself.</summary>
internal sealed record Bounds
{
    public const int NameBytes = 255;

    /// <summary>A long-open file is saved when nothing was written for this long.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    /// <summary>An empty file just made or truncated waits this long for its content, which a shell writes with its next call.</summary>
    public static readonly TimeSpan EmptyWaits = TimeSpan.FromMilliseconds(100);

    /// <summary>A file of a scratch name becomes a memory when it was closed and left alone for this long.</summary>
    public static readonly TimeSpan ScratchWaits = TimeSpan.FromSeconds(10);

    /// <summary>A memory renamed to a scratch name keeps its place this long for an editor that writes it anew.</summary>
    public static readonly TimeSpan PlaceIsKept = TimeSpan.FromSeconds(2);

    /// <summary>More saves of one memory within a second than this become one a second.</summary>
    public const int SavesPerSecond = 20;

    /// <summary>How long fsync, and a read of what is not here yet, wait for a server that does not answer.</summary>
    public static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(5);

    /// <summary>A commit carries at most so many changes and bytes, so that an answer comes soon and a body always fits.</summary>
    public const int ChangesPerCommit = 500;
    public const int BytesPerCommit = 512 * 1024;

    /// <summary>
    /// A first save goes at once; in a burst of them commits follow each other no faster than this, unless somebody waits for
    /// one. Many small commits would take the processor from the program that writes.
    /// </summary>
    public static readonly TimeSpan BetweenCommits = TimeSpan.FromMilliseconds(25);

    /// <summary>What the server has acknowledged is on this machine's disk no longer than this, unless much else has to be kept.</summary>
    public static readonly TimeSpan JournalKeeps = TimeSpan.FromMilliseconds(400);

    /// <summary>How often one change is merged with a head that keeps moving before it becomes a draft.</summary>
    public const int MergeTries = 10;

    /// <summary>Content kept in the daemon; the kernel keeps its own copy of what is read, so less is no harm.</summary>
    public const long CachedBytes = 64L * 1024 * 1024;

    /// <summary>What .git, swap files and their like may hold beside the memories.</summary>
    public const long LocalBytes = 1024L * 1024 * 1024;

    /// <summary>How many changed memories are fetched at once.</summary>
    public const int ParallelFetches = 8;

    public int MemoryBytes { get; init; } = 102_400;
    public int MemoriesPerStore { get; init; } = 10_000;
    public long StoreBytes { get; init; } = 104_857_600;
    public int DirectoryRenames { get; init; }

    /// <summary>What saves may hold while the server is away, and the journal with them. Beyond it writing says ENOSPC.</summary>
    public long PendingBytes { get; init; } = 256L * 1024 * 1024;

    public static Bounds Of(LimitsBody limits) => new()
    {
        MemoryBytes = limits.MemoryBytes,
        MemoriesPerStore = limits.MemoriesPerStore,
        StoreBytes = limits.StoreBytes,
        DirectoryRenames = limits.ChangesPerCommit,
    };
}
