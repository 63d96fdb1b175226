using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;

namespace MemoryStores.Engine.Memories;

/// <summary>Changes content, path or both, in one version; where that state is there already, nothing.</summary>
public sealed class UpdateMemory(CommitChanges commit)
{
    public ValueTask<Outcome<Memory>> RunAsync(
        Caller caller, StoreId store, MemoryId memory, MemoryContent? content, MemoryPath? path, Precondition precondition,
        bool withContent, CancellationToken stop) =>
        commit.RunForMemoryAsync(caller, store,
            new Change.Update(new Target.ById(memory), content, path, new Expectation.That(precondition)), withContent, stop);
}
