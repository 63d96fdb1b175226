using MemoryStores.Contract;

namespace MemoryStores.Engine.Access;

/// <summary>The numbers are stored: append, never renumber.</summary>
public enum KeyRole
{
    /// <summary>Everything, keys included.</summary>
    Admin = 1,

    /// <summary>Stores, memories and versions, but no keys.</summary>
    Write = 2,

    /// <summary>Looks, and changes nothing.</summary>
    Read = 3,

    /// <summary>A token of one session: what the session's mounts may, and results of tools.</summary>
    Session = 4,

    /// <summary>A key of one environment: its work.</summary>
    Environment = 5,
}

/// <summary>
/// How far a caller reaches: its role, and where it is narrow the stores and the directory it is confined to. What lies
/// outside does not exist for it: it is answered like what never was.
/// </summary>
public sealed record Grant(KeyRole Role, IReadOnlyList<StoreId>? Stores = null, string? PathPrefix = null)
{
    public static readonly Grant Everything = new(KeyRole.Admin);

    /// <summary>The session or environment whose token it is; null for a key.</summary>
    public Id? BoundTo { get; init; }

    /// <summary>Those of a token's stores that may only be read.</summary>
    public IReadOnlyList<StoreId>? ReadOnlyStores { get; init; }

    /// <summary>Whether the session is over: what was written until then may still reach its stores, and nothing else is left.</summary>
    public bool HasEnded { get; init; }

    public bool MayWrite => Role != KeyRole.Read;

    public bool MayWriteTo(StoreId store) => MayWrite && ReadOnlyStores?.Contains(store) != true;

    /// <summary>What is left of a session's token when the session is over.</summary>
    public Grant AfterTheEnd() => this with { Stores = [.. (Stores ?? []).Except(ReadOnlyStores ?? [])], ReadOnlyStores = null, HasEnded = true };

    public bool MayAdminister => Role == KeyRole.Admin;

    /// <summary>Whether the caller has whole stores, so that it may make, rename, archive and delete them.</summary>
    public bool HasWholeStores => PathPrefix is null;

    public bool HasAllStores => Stores is null && PathPrefix is null;

    public bool Sees(StoreId store) => Stores is null || Stores.Contains(store);

    public bool Sees(MemoryPath path) => PathPrefix is null || path.Value.StartsWith(PathPrefix, StringComparison.Ordinal);

    /// <summary>A redacted version has no path any more; a caller confined to a directory cannot be told of it.</summary>
    public bool SeesVersionAt(MemoryPath? path) => path is null ? PathPrefix is null : Sees(path);
}

/// <summary>Who asks: a caller whose credential was found good, the workspace it works in, and how far it reaches there.</summary>
public sealed record Caller(WorkspaceId Workspace, Actor Actor, Grant Grant)
{
    public Caller(WorkspaceId workspace, Actor actor) : this(workspace, actor, Grant.Everything) { }
}
