namespace MemoryStores.Mount.Sessions;

/// <summary>A session's stores, and the token by which they are mounted.</summary>
public sealed record SessionAccess
{
    public required string Server { get; init; }
    public required string Session { get; init; }
    public required string Token { get; init; }

    /// <summary>By which it can be revoked; null for a token that was given, which is not ours to end.</summary>
    public string? TokenId { get; init; }

    public required IReadOnlyList<AttachedStore> Stores { get; init; }
}

/// <summary>A store as the session has it.</summary>
public sealed record AttachedStore(string Id, string Name, string MountPath, bool ReadOnly)
{
    /// <summary>The directory's name, as the session was told it.</summary>
    public string Slug => MountPath[(MountPath.LastIndexOf('/') + 1)..];
}
