using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MemoryStores.Client;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Tests.Client;

/// <summary>Streams and snapshots as the client reads them, from answers that arrive in whatever pieces.</summary>
public sealed class FeedFacts
{
    private const string Beat = "event: heartbeat\nid: 2-b\ndata: {\"type\":\"heartbeat\",\"cursor\":\"2-b\",\"head_seq\":2}\n\n";
    private const string Change = "event: change\nid: 2-b\ndata: {\"type\":\"memory_changed\",\"seq\":2,\"memory_id\":\"mem_1\",\"memory_version_id\":\"memver_1\",\"operation\":\"created\",\"commit_id\":\"c\",\"younger\":1}\n\n";
    private const string Resume = "event: resume\nid: 2-b\ndata: {\"type\":\"resume\",\"cursor\":\"2-b\",\"reason\":\"server_stopping\"}\n\n";

    private const string First = """{"type":"snapshot","memory_store_id":"s","seq":7,"cursor":"7-c","memories":2,"archived_at":null}""" + "\n";
    private const string Memory = """{"id":"mem_1","type":"memory","memory_store_id":"s","memory_version_id":"v","path":"/x","content":"é\n","content_sha256":"h","content_size_bytes":3,"created_at":"t","updated_at":"t"}""" + "\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Messages_are_the_same_in_whatever_pieces_they_come(int piece)
    {
        var reset = "event: reset\nid: 9-d\ndata: {\"type\":\"reset\",\"cursor\":\"9-d\",\"head_seq\":9,\"reason\":\"unknown_cursor\",\"message\":\"Compare.\"}\n\n";
        var server = new Server("text/event-stream", ":\n\n" + reset + Change + ":\n\n" + Beat + "event: younger\nid: 3-c\ndata: {}\n\n" + Resume.Replace("\n", "\r\n", StringComparison.Ordinal), piece);

        var told = await FollowAsync(server);

        Assert.Equal(
        [
            new FeedMessage.Reset("unknown_cursor", "Compare.", "9-d"),
            new FeedMessage.Change(new ChangeEventBody { Type = "memory_changed", Seq = 2, MemoryId = "mem_1", MemoryVersionId = "memver_1", Operation = "created", CommitId = "c" }, "2-b"),
            new FeedMessage.Heartbeat("2-b", 2),
            new FeedMessage.Resume("server_stopping", "2-b"),
        ], told);
        Assert.EndsWith("/ext/v1/memory_stores/s/changes?after=1-a", server.Asked!.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("text/event-stream", server.Asked.Headers.Accept.ToString());
    }

    [Fact]
    public async Task A_stream_that_breaks_off_or_falls_silent_or_talks_nonsense_is_a_server_that_is_gone()
    {
        Assert.Single(await FollowUntilGoneAsync(new Server("text/event-stream", Change + Beat[..^1])));
        Assert.Single(await FollowUntilGoneAsync(new Server("text/event-stream", Change) { IsSilentAtTheEnd = true }, TimeSpan.FromMilliseconds(200)));
        Assert.Single(await FollowUntilGoneAsync(new Server("text/event-stream", Change) { BreaksAtTheEnd = true }));
        Assert.Single(await FollowUntilGoneAsync(new Server("text/event-stream", Change + "event: change\nid: 3-c\ndata: {\n\n")));
        Assert.Empty(await FollowUntilGoneAsync(new Server("text/event-stream", "data: " + new string('x', 20_000_000))));
    }

    [Fact]
    public async Task A_deleted_store_is_the_last_message()
    {
        var told = await FollowAsync(new Server("text/event-stream", "event: deleted\nid: 2-b\ndata: {\"type\":\"deleted\",\"cursor\":\"2-b\"}\n\n") { IsSilentAtTheEnd = true });
        Assert.Equal([new FeedMessage.Deleted("2-b")], told);
    }

    [Fact]
    public async Task Who_stops_following_is_told_by_cancellation_and_not_by_a_server_that_is_gone()
    {
        using var stop = new CancellationTokenSource();
        using var client = new Server("text/event-stream", Change) { IsSilentAtTheEnd = true }.Client(TimeSpan.FromMinutes(10));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.Changes.FollowAsync("s", null, stop.Token)) await stop.CancelAsync();
        });
    }

    [Fact]
    public async Task A_refusal_is_thrown_with_its_status_and_an_answer_of_another_kind_is_not_ours()
    {
        var refusal = """{"type":"error","error":{"type":"not_found_error","message":"No."},"request_id":"req_1"}""";
        foreach (var call in new Func<MemoryStoresClient, Task>[] { client => DrainAsync(client.Changes.FollowAsync("s")), client => client.Stores.OpenSnapshotAsync("s", false), client => client.Server.GetAsync() })
        {
            using var refused = new Server("application/json", refusal) { Status = HttpStatusCode.NotFound }.Client();
            Assert.Equal((404, "not_found_error"), Told(await Assert.ThrowsAsync<ApiException>(() => call(refused))));
            using var page = new Server("text/html", "<html>").Client();
            Assert.Equal((200, ApiException.NotOurs), Told(await Assert.ThrowsAsync<ApiException>(() => call(page))));
        }

        static (int, string) Told(ApiException refusal) => (refusal.Status, refusal.Type);
    }

    [Fact]
    public async Task A_server_without_our_extensions_is_found_out()
    {
        foreach (var status in new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed })
        {
            using var official = new Server("text/html", "nothing here") { Status = status }.Client();
            Assert.Null(await official.Server.FindAsync());
        }
        var self = """{"version":"1","features":["commits"],"limits":{"memory_bytes":1,"memories_per_store":1,"store_bytes":1,"stores_per_workspace":1,"path_bytes":1,"request_body_bytes":1,"changes_per_commit":1,"changes_per_minute":null,"reads_per_minute":null},"links":{"memory_stores":"","openapi":"","health":"","readiness":"","metrics":""},"type":"server"}""";
        using var older = new Server("application/json", self).Client();
        var found = (await older.Server.FindAsync())!.Value;
        Assert.True(found.Offers("commits") && !found.Offers("changes"));
        Assert.Null(found.Limits.FeedsPerKey);
        Assert.Null(found.Actor);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_snapshot_is_its_first_line_and_then_its_memories(int piece)
    {
        using var client = new Server("application/x-ndjson", First + Memory + Memory + "{\"type\":\"end\",\"memories\":2}\n", piece).Client();
        await using var snapshot = await client.Stores.OpenSnapshotAsync("s", withContent: true);

        Assert.Equal((7L, "7-c", 2L, null), (snapshot.Seq, snapshot.Cursor, snapshot.Count, snapshot.ArchivedAt));
        var memories = await DrainAsync(snapshot.MemoriesAsync());
        Assert.Equal(["é\n", "é\n"], memories.Select(memory => memory.Content!.ToString()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => DrainAsync(snapshot.MemoriesAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"type\":\"end\",\"memories\":2}")]
    [InlineData("{\"type\":\"end\",\"memories\":1}\n")]
    [InlineData("{\"type\":\"end\",\"memories\":3}\n")]
    public async Task A_snapshot_without_its_last_line_or_with_another_count_was_cut(string end)
    {
        using var client = new Server("application/x-ndjson", First + Memory + Memory + end).Client();
        await using var snapshot = await client.Stores.OpenSnapshotAsync("s", withContent: true);
        await Assert.ThrowsAsync<ServerUnreachableException>(() => DrainAsync(snapshot.MemoriesAsync()));
    }

    [Fact]
    public async Task A_poll_asks_for_whole_seconds_up_to_the_longest_there_is()
    {
        var server = new Server("application/json", """{"type":"changes","memory_store_id":"s","data":[],"cursor":"1-a","head_seq":1,"has_more":false,"reset":null}""");
        using var client = server.Client();
        await client.Changes.PollAsync("s", "1-a", TimeSpan.FromSeconds(1.5), 10);
        Assert.EndsWith("changes?after=1-a&wait=2&limit=10", server.Asked!.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        await client.Changes.PollAsync("s", null, TimeSpan.FromHours(1));
        Assert.EndsWith("changes?wait=30", server.Asked!.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    private static async Task<List<FeedMessage>> FollowAsync(Server server)
    {
        using var client = server.Client();
        return await DrainAsync(client.Changes.FollowAsync("s", "1-a"));
    }

    private static async Task<List<FeedMessage>> FollowUntilGoneAsync(Server server, TimeSpan? silence = null)
    {
        using var client = server.Client(silence);
        var told = new List<FeedMessage>();
        await Assert.ThrowsAsync<ServerUnreachableException>(async () =>
        {
            await foreach (var message in client.Changes.FollowAsync("s")) told.Add(message);
        });
        return told;
    }

    private static async Task<List<T>> DrainAsync<T>(IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items) all.Add(item);
        return all;
    }

    /// <summary>Answers every request with one text, a few bytes at a time.</summary>
    private sealed class Server(string media, string text, int piece = int.MaxValue) : HttpMessageHandler
    {
        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;
        public bool IsSilentAtTheEnd { get; init; }
        public bool BreaksAtTheEnd { get; init; }
        public HttpRequestMessage? Asked { get; private set; }

        public MemoryStoresClient Client(TimeSpan? silence = null) =>
            new(new Connection(ServerAddress.Default, "key") { Silence = silence ?? TimeSpan.FromMinutes(1) }, this, TimeProvider.System);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = request;
            var content = new StreamContent(new Pieces(Encoding.UTF8.GetBytes(text), piece, IsSilentAtTheEnd, BreaksAtTheEnd));
            content.Headers.ContentType = new MediaTypeHeaderValue(media);
            return Task.FromResult(new HttpResponseMessage(Status) { Content = content });
        }
    }

    private sealed class Pieces(byte[] bytes, int piece, bool isSilentAtTheEnd, bool breaksAtTheEnd) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length && isSilentAtTheEnd) await Task.Delay(Timeout.Infinite, cancellationToken);
            if (Position == Length && breaksAtTheEnd) throw new IOException("The connection was reset.");
            return Read(buffer.Span[..Math.Min(buffer.Length, piece)]);
        }
    }
}
