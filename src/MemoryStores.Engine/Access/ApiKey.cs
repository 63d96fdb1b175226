using MemoryStores.Contract;

namespace MemoryStores.Engine.Access;

/// <summary>What a key may do, and until when. The key itself is kept nowhere, only its SHA-256.</summary>
public sealed record ApiKey(ApiKeyId Id, WorkspaceId Workspace, string Name, Grant Grant, long CreatedAt, long? ExpiresAt = null, long? RevokedAt = null)
{
    public bool IsGood(long now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);
}

/// <summary>A key found by the hash of one of its secrets; a rotated secret is good only until <paramref name="SecretUntil"/>.</summary>
public sealed record FoundKey(ApiKey Key, long? SecretUntil);

/// <summary>A workspace, by the name its administrators know it by.</summary>
public sealed record Workspace(WorkspaceId Id, string Name);

/// <summary>Something an administrator did.</summary>
public sealed record AdministrationEntry(long No, long At, string Actor, string Action, string Subject);
