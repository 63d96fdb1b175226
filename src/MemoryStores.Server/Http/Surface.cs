namespace MemoryStores.Server.Http;

/// <summary>Which rules a route's requests pass before they reach it; stands in the route's metadata.</summary>
internal sealed class Surface
{
    /// <summary>/v1: the official contract, with its version and beta headers.</summary>
    public static readonly Surface Official = new();

    /// <summary>/v1 around agents and their sessions: the official contract, with its version header and the beta header of managed agents.</summary>
    public static readonly Surface Managed = new();

    /// <summary>/ext/v1: our own, with a key and nothing else.</summary>
    public static readonly Surface Extension = new();

    /// <summary>/ext/v1, for admin keys alone.</summary>
    public static readonly Surface Administration = new();

    /// <summary>Health: for anyone.</summary>
    public static readonly Surface Open = new();

    private Surface() { }
}
