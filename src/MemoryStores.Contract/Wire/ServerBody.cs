namespace MemoryStores.Contract.Wire;

/// <summary>The answer of GET /ext/v1: what this server is and offers, and who asks. Clients test features, never versions.</summary>
public sealed record ServerBody(string Version, IReadOnlyList<string> Features, LimitsBody Limits, LinksBody Links)
{
    public string Type { get; } = "server";

    /// <summary>Who the presented key writes as. Null from a server that does not say.</summary>
    public ActorBody? Actor { get; init; }

    public bool Offers(string feature) => Features.Contains(feature);
}

/// <summary>The limits in force, which an operator may have changed. Rates are null where there is none.</summary>
public sealed record LimitsBody
{
    public required int MemoryBytes { get; init; }
    public required int MemoriesPerStore { get; init; }
    public required long StoreBytes { get; init; }
    public required int StoresPerWorkspace { get; init; }
    public required int PathBytes { get; init; }
    public required int RequestBodyBytes { get; init; }
    public required int ChangesPerCommit { get; init; }

    /// <summary>Null from a server without the feature "changes".</summary>
    public int? FeedsPerKey { get; init; }
    public int? FeedsPerWorkspace { get; init; }
    public required int? ChangesPerMinute { get; init; }
    public required int? ReadsPerMinute { get; init; }
}

/// <summary>Where to read on, as paths of this server.</summary>
public sealed record LinksBody(string MemoryStores, string Openapi, string Health, string Readiness, string Metrics);
