using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;

namespace MemoryStores.Engine.Memories;

/// <summary>Deletes a memory: its path is free at once, its versions stay.</summary>
public sealed class DeleteMemory(CommitChanges commit)
{
    public async ValueTask<Outcome<MemoryId>> RunAsync(
        Caller caller, StoreId store, MemoryId memory, Precondition precondition, CancellationToken stop)
    {
        var change = new Change.Delete(new Target.ById(memory), new Expectation.That(precondition));
        return await commit.RunOfficialAsync(caller, store, change, withContent: false, stop) switch
        {
            Outcome<ChangeResult>.Done => memory,
            Outcome<ChangeResult>.Refused refused => refused.Why,
            _ => throw new UnreachableException(),
        };
    }
}
