using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Testing.InMemory;

/// <summary>
/// The rows as one unit or one read sees them: a root of its own, replaced by each write. Stores are in .Stores.cs, memories in
/// .Memories.cs, history, versions and commits in .History.cs, keys and settings in .Access.cs,
/// agents and environments in .Agents.cs, sessions and events in .Sessions.cs, work in .Work.cs, as in the real engines.
/// </summary>
internal sealed partial class InMemoryTransaction(Root root, Mint mint) : IStorageTransaction
{
    public Root Root { get; private set; } = root;

    public long Now { get; init; }

    /// <summary>Whose watches are to be told of this unit, beside those of its subject.</summary>
    public HashSet<Id> Told { get; } = [];

    public void Tell(Id subject) => Told.Add(subject);

    public string NewId(string tag) => mint.NewId(tag);

    private StoreRows? Find(StoreId store) => Root.Stores.GetValueOrDefault(store);

    private StoreRows? Find(WorkspaceId workspace, StoreId store) => Find(store) is { } rows && rows.Store.Workspace == workspace ? rows : null;

    private StoreRows Get(StoreId store) => Root.Stores[store];

    private ValueTask Put(StoreRows rows)
    {
        Root = Root with { Stores = Root.Stores.SetItem(rows.Store.Id, rows) };
        return ValueTask.CompletedTask;
    }

    private static ValueTask<T> Found<T>(T value) => ValueTask.FromResult(value);
}
