using MemoryStores.Contract;
using MemoryStores.Engine.Access;

namespace MemoryStores.Engine.Storage;

/// <summary>Looks up who may do what: workspaces, keys, and the settings of the installation itself.</summary>
public interface IAccessReader
{
    /// <summary>The key one of whose secrets, current or rotated away, has this SHA-256.</summary>
    ValueTask<FoundKey?> FindKeyAsync(ReadOnlyMemory<byte> hash);

    /// <summary>A key of this workspace, revoked ones included; or a token, of the session or environment that it is bound to.</summary>
    ValueTask<ApiKey?> FindKeyAsync(WorkspaceId workspace, Id? boundTo, ApiKeyId key);

    /// <summary>
    /// Keys of a workspace, or tokens of a session or environment, newest first, revoked ones included, after the one of the cursor.
    /// </summary>
    ValueTask<IReadOnlyList<ApiKey>> ListKeysAsync(WorkspaceId workspace, Id? boundTo, ApiKeyId? after, int take);

    /// <summary>All workspaces, by name.</summary>
    ValueTask<IReadOnlyList<Workspace>> ListWorkspacesAsync();

    /// <summary>What administrators of a workspace did, newest first, below the number of the cursor.</summary>
    ValueTask<IReadOnlyList<AdministrationEntry>> ListAdministrationAsync(WorkspaceId workspace, long? below, int take);

    /// <summary>A small value of the installation itself, such as the secret that signs page tokens.</summary>
    ValueTask<byte[]?> FindSettingAsync(string name);
}

/// <summary>Changes who may do what.</summary>
public interface IAccessTransaction
{
    /// <summary>A new key, found by its secret's hash from now on.</summary>
    ValueTask InsertKeyAsync(ApiKey key, ReadOnlyMemory<byte> hash);

    /// <summary>Gives a key a new secret; the one before is good until the given time.</summary>
    ValueTask RotateKeyAsync(ApiKeyId key, ReadOnlyMemory<byte> hash, long until);

    /// <summary>Ends a key for good.</summary>
    ValueTask RevokeKeyAsync(ApiKeyId key, long at);

    /// <summary>Notes on every token of a session or environment that this has come to its end; those that know it already keep their time.</summary>
    ValueTask EndTokensAsync(Id boundTo, long at);

    /// <summary>The workspace of this name, made when it is not there.</summary>
    ValueTask<WorkspaceId> EnsureWorkspaceAsync(string name);

    /// <summary>Adds to the log of what administrators did.</summary>
    ValueTask InsertAdministrationAsync(WorkspaceId workspace, long at, string actor, string action, string subject);

    /// <summary>Sets a small value of the installation.</summary>
    ValueTask PutSettingAsync(string name, ReadOnlyMemory<byte> value);
}
