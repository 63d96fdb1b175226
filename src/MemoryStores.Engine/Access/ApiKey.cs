using MemoryStores.Contract;

namespace MemoryStores.Engine.Access;

/// <summary>What a key may do. The key itself is kept nowhere, only its SHA-256.</summary>
public sealed record ApiKey(ApiKeyId Id, WorkspaceId Workspace, string Name, KeyRole Role, long CreatedAt);

/// <summary>The numbers are stored: append, never renumber.</summary>
public enum KeyRole
{
    Admin = 1,
}

/// <summary>Who asks: a caller whose credential was found good, and the workspace it works in.</summary>
public sealed record Caller(WorkspaceId Workspace, Actor Actor);
