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

    /// <summary>Bytes of UTF-8 in one memory.</summary>
    public int MemoryBytes { get; init; } = 102_400;

    /// <summary>Live memories in one store.</summary>
    public int MemoriesPerStore { get; init; } = 10_000;

    /// <summary>Bytes of all heads of one store.</summary>
    public long StoreBytes { get; init; } = 104_857_600;

    /// <summary>Stores in one workspace, archived ones included.</summary>
    public int StoresPerWorkspace { get; init; } = 1_000;

    /// <summary>The limits an operator may set, by the names of the command line.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["memory_bytes", "memories_per_store", "store_bytes", "stores_per_workspace"];

    /// <summary>These limits with one changed; null when the name is unknown or the value is not possible.</summary>
    public Limits? With(string name, long value) => (name, value) switch
    {
        (_, < 1) => null,
        // Content above this would not fit a request body in its worst JSON form.
        ("memory_bytes", <= RequestBodyBytes / 6 - 1_024) => this with { MemoryBytes = (int)value },
        ("memories_per_store", <= int.MaxValue) => this with { MemoriesPerStore = (int)value },
        ("store_bytes", _) => this with { StoreBytes = value },
        ("stores_per_workspace", <= int.MaxValue) => this with { StoresPerWorkspace = (int)value },
        _ => null,
    };
}
