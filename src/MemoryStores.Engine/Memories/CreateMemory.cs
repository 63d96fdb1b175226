using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;

namespace MemoryStores.Engine.Memories;

/// <summary>Creates a memory where nothing is, above or below. Never overwrites.</summary>
public sealed class CreateMemory(CommitChanges commit)
{
    public ValueTask<Outcome<Memory>> RunAsync(Caller caller, StoreId store, MemoryPath path, MemoryContent content, CancellationToken stop) =>
        commit.RunForMemoryAsync(caller, store, new Change.Create(path, content), withContent: false, stop);
}
