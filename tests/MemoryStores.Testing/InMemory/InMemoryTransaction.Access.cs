using MemoryStores.Contract;
using MemoryStores.Engine.Access;

namespace MemoryStores.Testing.InMemory;

internal sealed partial class InMemoryTransaction
{
    public ValueTask<ApiKey?> FindKeyAsync(ReadOnlyMemory<byte> hash) =>
        Found(Root.Keys.GetValueOrDefault(ContentDigest.FromStorage(hash.Span)));

    public ValueTask InsertKeyAsync(ApiKey key, ReadOnlyMemory<byte> hash)
    {
        Root = Root with { Keys = Root.Keys.Add(ContentDigest.FromStorage(hash.Span), key) };
        return ValueTask.CompletedTask;
    }

    public ValueTask<WorkspaceId> EnsureWorkspaceAsync(string name)
    {
        if (!Root.Workspaces.ContainsKey(name))
            Root = Root with { Workspaces = Root.Workspaces.Add(name, WorkspaceId.FromStorage(NewId(WorkspaceId.Tag))) };
        return Found(Root.Workspaces[name]);
    }

    public ValueTask<byte[]?> FindSettingAsync(string name) => Found(Root.Settings.GetValueOrDefault(name));

    public ValueTask PutSettingAsync(string name, ReadOnlyMemory<byte> value)
    {
        Root = Root with { Settings = Root.Settings.SetItem(name, value.ToArray()) };
        return ValueTask.CompletedTask;
    }
}
