using MemoryStores.Contract;
using MemoryStores.Engine.Access;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<FoundKey?> FindKeyAsync(ReadOnlyMemory<byte> hash) =>
        Found(Root.Secrets.TryGetValue(ContentDigest.FromStorage(hash.Span), out var secret) ? new FoundKey(Root.Keys[secret.Key], secret.Until) : null);

    public ValueTask<ApiKey?> FindKeyAsync(WorkspaceId workspace, Id? boundTo, ApiKeyId key) =>
        Found(Root.Keys.GetValueOrDefault(key.Value) is { } found && found.Workspace == workspace && found.Grant.BoundTo == boundTo ? found : null);

    public ValueTask<IReadOnlyList<ApiKey>> ListKeysAsync(WorkspaceId workspace, Id? boundTo, ApiKeyId? after, int take) => Found<IReadOnlyList<ApiKey>>(
    [
        .. Root.Keys.Values.Reverse()
            .Where(key => key.Workspace == workspace && key.Grant.BoundTo == boundTo)
            .Where(key => after is null || string.CompareOrdinal(key.Id.Value, after.Value) < 0)
            .Take(take),
    ]);

    public ValueTask InsertKeyAsync(ApiKey key, ReadOnlyMemory<byte> hash)
    {
        Root = Root with { Keys = Root.Keys.Add(key.Id.Value, key) };
        return AddSecret(key.Id, hash);
    }

    public ValueTask RotateKeyAsync(ApiKeyId key, ReadOnlyMemory<byte> hash, long until)
    {
        var ended = Root.Secrets.Where(secret => secret.Value.Key == key.Value)
            .Select(secret => KeyValuePair.Create(secret.Key, (key.Value, (long?)Math.Min(secret.Value.Until ?? until, until))));
        Root = Root with { Secrets = Root.Secrets.SetItems(ended) };
        return AddSecret(key, hash);
    }

    public ValueTask RevokeKeyAsync(ApiKeyId key, long at)
    {
        Root = Root with { Keys = Root.Keys.SetItem(key.Value, Root.Keys[key.Value] with { RevokedAt = at }) };
        return ValueTask.CompletedTask;
    }

    public ValueTask EndTokensAsync(Id boundTo, long at)
    {
        var ended = Root.Keys.Values.Where(key => key.Grant.BoundTo == boundTo && key.EndedAt is null).Select(key => KeyValuePair.Create(key.Id.Value, key with { EndedAt = at }));
        Root = Root with { Keys = Root.Keys.SetItems(ended) };
        return ValueTask.CompletedTask;
    }

    public ValueTask<WorkspaceId> EnsureWorkspaceAsync(string name)
    {
        if (!Root.Workspaces.ContainsKey(name))
            Root = Root with { Workspaces = Root.Workspaces.Add(name, WorkspaceId.FromStorage(NewId(WorkspaceId.Tag))) };
        return Found(Root.Workspaces[name]);
    }

    public ValueTask<IReadOnlyList<Workspace>> ListWorkspacesAsync() => Found<IReadOnlyList<Workspace>>(
        [.. Root.Workspaces.Select(pair => new Workspace(pair.Value, pair.Key)).OrderBy(workspace => workspace.Name, StringComparer.Ordinal)]);

    public ValueTask InsertAdministrationAsync(WorkspaceId workspace, long at, string actor, string action, string subject)
    {
        var entry = new AdministrationEntry(Root.Administration.Count + 1, at, actor, action, subject);
        Root = Root with { Administration = Root.Administration.Add((workspace, entry)) };
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<AdministrationEntry>> ListAdministrationAsync(WorkspaceId workspace, long? below, int take) =>
        Found<IReadOnlyList<AdministrationEntry>>(
        [
            .. Root.Administration.Reverse().Where(row => row.Workspace == workspace).Select(row => row.Entry)
                .Where(entry => below is null || entry.No < below).Take(take),
        ]);

    public ValueTask<byte[]?> FindSettingAsync(string name) => Found(Root.Settings.GetValueOrDefault(name));

    public ValueTask PutSettingAsync(string name, ReadOnlyMemory<byte> value)
    {
        Root = Root with { Settings = Root.Settings.SetItem(name, value.ToArray()) };
        return ValueTask.CompletedTask;
    }

    private ValueTask AddSecret(ApiKeyId key, ReadOnlyMemory<byte> hash)
    {
        Root = Root with { Secrets = Root.Secrets.Add(ContentDigest.FromStorage(hash.Span), (key.Value, null)) };
        return ValueTask.CompletedTask;
    }
}
