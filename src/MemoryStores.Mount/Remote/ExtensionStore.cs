using System.Runtime.CompilerServices;
using MemoryStores.Client;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Mount.Remote;

/// <summary>A store of a server with commits, a feed and snapshots.</summary>
internal sealed class ExtensionStore(MemoryStoresClient client, string store) : IRemoteStore
{
    public bool HasCommits => true;

    public async Task<Listing> ListAsync(bool withContent, Action<MemoryBody> each, CancellationToken stop)
    {
        await using var snapshot = await client.Stores.OpenSnapshotAsync(store, withContent, stop);
        await foreach (var memory in snapshot.MemoriesAsync(stop)) each(memory);
        return new Listing(snapshot.Cursor, snapshot.Seq, snapshot.ArchivedAt is not null);
    }

    public Task<MemoryBody?> FindAsync(string memory, CancellationToken stop) => OfficialStore.FindAsync(client, store, memory, stop);

    public Task<byte[]?> ContentAsync(string version, CancellationToken stop) => OfficialStore.ContentAsync(client, store, version, stop);

    public async Task<CommitBody> CommitAsync(CommitRequestBody commit, CancellationToken stop) =>
        (await client.Commits.CommitAsync(store, commit, stop)).Value;

    public async IAsyncEnumerable<Hint> FollowAsync(string? cursor, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var message in client.Changes.FollowAsync(store, cursor, stop))
        {
            switch (message)
            {
                case FeedMessage.Change { Event: { Operation: "conflict" } recorded }: // Of a change that was told before it.
                    yield return new Hint.Alive(message.Cursor, recorded.Seq);
                    break;
                case FeedMessage.Change { Event: { MemoryId: { } memory } change }:
                    yield return new Hint.MemoryChanged(message.Cursor, memory, change.Seq, change.CommitId);
                    break;
                case FeedMessage.Change { Event: { Operation: "archived" } }:
                    yield return new Hint.StoreArchived(message.Cursor);
                    break;
                case FeedMessage.Change other:
                    yield return new Hint.Alive(message.Cursor, other.Event.Seq);
                    break;
                case FeedMessage.Heartbeat alive:
                    yield return new Hint.Alive(message.Cursor, alive.HeadSeq);
                    break;
                case FeedMessage.Reset reset:
                    yield return new Hint.Lost(reset.Reason);
                    yield break; // The listing that follows has its own cursor.
                case FeedMessage.Deleted:
                    yield return new Hint.StoreDeleted(message.Cursor);
                    break;
            }
        }
    }
}
