namespace MemoryStores.Contract;

/// <summary>
/// Every bound of the product that is not a matter of one algorithm alone. The hosted service's values where it has one.
/// Those an operator may change are instance properties (<c>serve --limit NAME=VALUE</c>); the contract's own are constants.
/// </summary>
public sealed record Limits
{
    // The contract's path rules, section 4.
    public const int PathBytes = 1_024;
    public const int PathSegments = 20;

    // Store fields, in code points.
    public const int StoreNameCharacters = 255;
    public const int StoreDescriptionCharacters = 1_024;
    public const int MetadataPairs = 16;
    public const int MetadataKeyCharacters = 64;
    public const int MetadataValueCharacters = 512;

    // Agents and environments, in code points and items. The contract names none of these but the model's and the metadata's, which
    // are those above; the others hold more than the hosted service is known to take.
    public const int AgentNameCharacters = 256;
    public const int AgentDescriptionCharacters = 2_048;
    public const int AgentSystemCharacters = 100_000;
    public const int AgentTools = 256;
    public const int AgentMcpServers = 20;
    public const int AgentSkills = 64;
    public const int ModelIdCharacters = 256;
    public const int RoleArnCharacters = 2_048;
    public const int EnvironmentListItems = 1_000;
    public const int EnvironmentItemCharacters = 1_024;

    // All of an agent's or an environment's definition as JSON: a page of 100 stays at 50 MB in the worst case.
    public const int DefinitionBytes = 512 * 1024;

    // Sessions. The contract's, but for how many resources and vaults there are in all.
    public const int SessionTitleCharacters = 500;
    public const int SessionStores = 8;
    public const int SessionResources = 100;
    public const int SessionVaults = 100;
    public const int InstructionsCharacters = 4_096;
    public const int EnvironmentIdCharacters = 128;
    public const int InitialEvents = 50;
    public const int OutcomeIterations = 20;
    public const int RubricCharacters = 262_144;

    // All of a session as JSON: that of its agent, and the rest of it.
    public const int SessionBytes = DefinitionBytes + 256 * 1024;

    // Events. A batch is one unit on the writer, some 10 ms; a page is also bounded by its text, for an event may be as large as a body.
    public const int EventsPerBatch = 1_000;
    public const int EventsPerPage = 1_000;
    public const int EventPageCharacters = 4 * 1024 * 1024;
    public const int EventIdCharacters = 128;
    public const int EventDeltas = 100;

    // Events of a deleted session that one unit removes.
    public const int RemovedEventsPerUnit = 2_000;

    // A session's stream says this often that it lives; all of them beat together, at one timer.
    public const int StreamBeatSeconds = 10;

    // What was written when a session ended may reach its stores this much later (24 hours).
    public const long JournalReplayMicroseconds = 24L * 3_600 * 1_000_000;

    // Pages. A page with content is shorter, so that one answer stays near 2 MB.
    public const int PageItemsDefault = 20;
    public const int PageItems = 100;
    public const int PageItemsWithContent = 20;

    // 102,400 bytes of content may arrive as six-byte JSON escapes (614,400 bytes); a commit carries several.
    public const int RequestBodyBytes = 4 * 1024 * 1024;

    // A client that sent too much is read to its end up to here, so that it sees the 413 instead of a reset connection.
    public const int RefusedBodyBytes = 64 * 1024 * 1024;

    // One commit is one unit on the single writer; 1,000 creates were measured to hold it for 45 to 62 ms (tools/bench engine).
    public const int ChangesPerCommit = 1_000;
    public const int CommitIdCharacters = 128;

    // The feed. A page is one short read; an event is about 230 bytes, so a page is a quarter of a megabyte at most.
    public const int ChangesPerPage = 1_000;
    public const int ChangesPerPageDefault = 100;

    // Pages of changes outside of a narrow key's directory that one long poll passes over before it answers how far it came.
    public const int HiddenPagesPerPoll = 20;

    // The longest that a long poll waits: below the 60 s after which proxies usually give a silent request up.
    public const int PollSeconds = 30;

    // A stream says at least this often that it lives; a reader takes three missed beats for a broken connection.
    public const int HeartbeatSeconds = 5;
    public const int FeedSilenceSeconds = 15;

    // While changes come without end a stream looks for them at most this often, and all streams together look this often in a
    // second: a hundred readers of a busy store must leave its writer the processor. After a pause the first look is at once.
    public const int FeedPauseMilliseconds = 5;
    public const int FeedLooksPerSecond = 4_000;

    // A reader that kept the server waiting this long for room is told to resume; one that takes nothing at all is cut.
    public const int SlowReaderSeconds = 10;
    public const int StuckReaderSeconds = 30;

    // Snapshots of one workspace being sent at once, others wait in line: each holds the listing of a store, 6 MB for 10,000 memories.
    public const int SnapshotsAtOnce = 16;

    // Content read at a time for a snapshot with content, by bytes and by memories: some milliseconds of one reader.
    public const int SnapshotPageBytes = 1024 * 1024;
    public const int SnapshotPageItems = 200;

    /// <summary>Bytes of UTF-8 in one memory.</summary>
    public int MemoryBytes { get; init; } = 102_400;

    /// <summary>Live memories in one store.</summary>
    public int MemoriesPerStore { get; init; } = 10_000;

    /// <summary>Bytes of all heads of one store.</summary>
    public long StoreBytes { get; init; } = 104_857_600;

    /// <summary>Stores in one workspace, archived ones included.</summary>
    public int StoresPerWorkspace { get; init; } = 1_000;

    /// <summary>Streams and long polls of changes that one key may have open; a mount needs one for each store.</summary>
    public int FeedsPerKey { get; init; } = 256;

    /// <summary>The same over all keys of a workspace.</summary>
    public int FeedsPerWorkspace { get; init; } = 1_024;

    /// <summary>The limits an operator may set, by the names of the command line.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["memory_bytes", "memories_per_store", "store_bytes", "stores_per_workspace", "feeds_per_key", "feeds_per_workspace"];

    /// <summary>These limits with one changed; null when the name is unknown or the value is not possible.</summary>
    public Limits? With(string name, long value) => (name, value) switch
    {
        (_, < 1) => null,
        // Content above this would not fit a request body in its worst JSON form.
        ("memory_bytes", <= RequestBodyBytes / 6 - 1_024) => this with { MemoryBytes = (int)value },
        ("memories_per_store", <= int.MaxValue) => this with { MemoriesPerStore = (int)value },
        ("store_bytes", _) => this with { StoreBytes = value },
        ("stores_per_workspace", <= int.MaxValue) => this with { StoresPerWorkspace = (int)value },
        ("feeds_per_key", <= int.MaxValue) => this with { FeedsPerKey = (int)value },
        ("feeds_per_workspace", <= int.MaxValue) => this with { FeedsPerWorkspace = (int)value },
        _ => null,
    };
}
