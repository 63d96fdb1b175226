using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Our client on the feed and the snapshots of a real server.</summary>
public sealed class FeedClientFacts(RunningServer server) : ApiFacts(server)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_snapshot_and_what_is_followed_behind_it_are_the_whole_store()
    {
        using var client = ClientOf(Server.Process);
        using var deadline = new CancellationTokenSource(Deadline);
        var store = (await client.Stores.CreateAsync(new CreateStoreBody { Name = "n" })).Value.Id;
        for (var i = 0; i < 3; i++) await client.Memories.CreateAsync(store, $"/{i}", MemoryContent.Of($"text {i}"));

        await using var snapshot = await client.Stores.OpenSnapshotAsync(store, withContent: true, deadline.Token);
        var contents = new List<string>();
        await foreach (var memory in snapshot.MemoriesAsync(deadline.Token)) contents.Add($"{memory.Path}={memory.Content}");
        Assert.Equal(["/0=text 0", "/1=text 1", "/2=text 2"], contents);
        Assert.Equal((4L, 3L), (snapshot.Seq, snapshot.Count));

        var told = new List<FeedMessage>();
        await foreach (var message in client.Changes.FollowAsync(store, snapshot.Cursor, deadline.Token))
        {
            told.Add(message);
            if (message is FeedMessage.Heartbeat && told.Count == 1) await client.Memories.CreateAsync(store, "/3", MemoryContent.Of("text 3"), deadline.Token);
            if (message is FeedMessage.Change) await client.Stores.DeleteAsync(store, deadline.Token);
        }
        Assert.Equal(snapshot.Cursor, told[0].Cursor);
        Assert.Equal((5L, "created"), told.OfType<FeedMessage.Change>().Select(change => (change.Event.Seq, change.Event.Operation)).Single());
        Assert.IsType<FeedMessage.Deleted>(told[^1]);
    }

    [Fact]
    public async Task Many_streams_hold_up_no_other_call()
    {
        using var client = ClientOf(Server.Process);
        using var end = new CancellationTokenSource(Deadline);
        var store = (await client.Stores.CreateAsync(new CreateStoreBody { Name = "n" })).Value.Id;
        var live = Enumerable.Range(0, 40).Select(_ => client.Changes.FollowAsync(store, null, end.Token).GetAsyncEnumerator(end.Token)).ToList();
        foreach (var one in live) Assert.True(await one.MoveNextAsync());

        await client.Memories.CreateAsync(store, "/a", MemoryContent.Of("x"), end.Token);

        foreach (var one in live)
        {
            while (await one.MoveNextAsync() && one.Current is not FeedMessage.Change) { }
            Assert.Equal(2, Assert.IsType<FeedMessage.Change>(one.Current).Event.Seq);
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_poll_waits_longer_than_the_patience_with_other_calls()
    {
        using var client = ClientOf(Server.Process, patience: TimeSpan.FromSeconds(1));
        var store = (await client.Stores.CreateAsync(new CreateStoreBody { Name = "n" })).Value.Id;
        var start = (await client.Changes.PollAsync(store, null, TimeSpan.Zero)).Value.Cursor;

        var page = (await client.Changes.PollAsync(store, start, TimeSpan.FromSeconds(2))).Value;

        Assert.Empty(page.Data);
        Assert.Equal(start, page.Cursor);
    }

    [Fact]
    public async Task A_server_that_is_killed_ends_the_stream_and_the_next_one_continues_it()
    {
        using var directory = new TemporaryDirectory();
        string store;
        var told = new List<FeedMessage>();
        await using (var process = await ServerProcess.StartAsync(directory.File("data")))
        {
            using var client = ClientOf(process);
            store = (await client.Stores.CreateAsync(new CreateStoreBody { Name = "n" })).Value.Id;
            await client.Memories.CreateAsync(store, "/a", MemoryContent.Of("x"));
            await Assert.ThrowsAsync<ServerUnreachableException>(async () =>
            {
                await foreach (var message in client.Changes.FollowAsync(store))
                {
                    told.Add(message);
                    if (told.Count == 1) await process.KillAsync();
                }
            });
        }
        await using var next = await ServerProcess.StartAsync(directory.File("data"));
        using var again = ClientOf(next);
        await again.Memories.CreateAsync(store, "/b", MemoryContent.Of("x"));
        await foreach (var message in again.Changes.FollowAsync(store, told[^1].Cursor))
        {
            Assert.Equal(3, Assert.IsType<FeedMessage.Change>(message).Event.Seq);
            break;
        }
    }

    [Fact]
    public async Task A_snapshot_of_a_store_that_is_deleted_on_the_way_was_cut()
    {
        // More than the buffers between server and client hold, so that the server is still reading contents.
        using var client = ClientOf(Server.Process);
        using var deadline = new CancellationTokenSource(Deadline);
        var store = (await client.Stores.CreateAsync(new CreateStoreBody { Name = "n" })).Value.Id;
        for (var i = 0; i < 400; i += 40)
        {
            var changes = Enumerable.Range(i, 40).Select(n => new ChangeBody("create") { Path = $"/{n}", Content = MemoryContent.Of($"{n}" + new string('x', 100_000)) }).ToList();
            await client.Commits.CommitAsync(store, new CommitRequestBody { Changes = changes });
        }
        await using var snapshot = await client.Stores.OpenSnapshotAsync(store, withContent: true, deadline.Token);

        await client.Stores.DeleteAsync(store, deadline.Token);

        await Assert.ThrowsAsync<ServerUnreachableException>(async () =>
        {
            await foreach (var _ in snapshot.MemoriesAsync(deadline.Token))
            {
            }
        });
    }

    private static MemoryStoresClient ClientOf(ServerProcess process, TimeSpan? patience = null)
    {
        Assert.True(ServerAddress.TryParse(process.Url.ToString(), out var address, out _));
        return new MemoryStoresClient(new Connection(address, ServerProcess.Key) { Patience = patience ?? Deadline });
    }
}
