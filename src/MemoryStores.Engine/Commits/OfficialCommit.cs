using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Memories;

namespace MemoryStores.Engine.Commits;

/// <summary>The official endpoints' commits: one change, no name, and done where its state is there already.</summary>
internal static class OfficialCommit
{
    public static async ValueTask<Outcome<ChangeResult>> RunOfficialAsync(
        this CommitChanges commit, Caller caller, StoreId store, Change change, bool withContent, CancellationToken stop)
    {
        var request = new CommitRequest(caller, store, [change]) { AlreadyMatchesIsDone = true, WithContent = withContent };
        return await commit.RunAsync(request, stop) switch
        {
            Outcome<CommitOutcome>.Done done => done.Value.Results[0],
            Outcome<CommitOutcome>.Refused refused => refused.Why,
            _ => throw new UnreachableException(),
        };
    }

    public static async ValueTask<Outcome<Memory>> RunForMemoryAsync(
        this CommitChanges commit, Caller caller, StoreId store, Change change, bool withContent, CancellationToken stop) =>
        await commit.RunOfficialAsync(caller, store, change, withContent, stop) switch
        {
            Outcome<ChangeResult>.Done { Value: ChangeResult.Written { Memory: { } memory } } => memory,
            Outcome<ChangeResult>.Done { Value: ChangeResult.Unchanged { Memory: { } memory } } => memory,
            Outcome<ChangeResult>.Refused refused => refused.Why,
            _ => throw new UnreachableException(),
        };
}
