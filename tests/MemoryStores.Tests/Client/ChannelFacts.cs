using System.Net;
using System.Text;
using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Tests.Client;

public sealed class ChannelFacts
{
    private const string Store = """{"id":"memstore_1","type":"memory_store","name":"n","description":"","metadata":{},"created_at":"t","updated_at":"t","archived_at":null,"new_field":[1]}""";
    private const string Busy = """{"type":"error","error":{"type":"rate_limit_error","message":"Slowly."},"request_id":"req_1"}""";

    [Fact]
    public async Task An_answer_is_a_record_and_the_very_bytes_it_came_in()
    {
        var server = new ScriptedServer((200, Store));
        var answer = await server.Client().Stores.GetAsync("memstore_1");
        Assert.Equal("n", answer.Value.Name);
        Assert.Equal(Store, Encoding.UTF8.GetString(answer.Json.Span));
        Assert.Equal("http://127.0.0.1:7878/v1/memory_stores/memstore_1", server.Requests.Single().Url);
    }

    [Fact]
    public async Task A_refusal_carries_all_that_the_envelope_says()
    {
        var server = new ScriptedServer((409, """
            {"type":"error","error":{"type":"memory_path_conflict_error","message":"Taken.","conflicting_path":"/a","conflicting_memory_id":"mem_1","details":{"change":2,"error_code":"x"}},"request_id":"req_7"}
            """));
        var refused = await Assert.ThrowsAsync<ApiException>(() => server.Client().Memories.CreateAsync("memstore_1", "/a", MemoryContent.Of("x")));
        Assert.Equal((409, "memory_path_conflict_error", "Taken."), (refused.Status, refused.Type, refused.Message));
        Assert.Equal(("/a", "mem_1", 2, "x", "req_7"), (refused.ConflictingPath, refused.ConflictingMemoryId, refused.Change, refused.ErrorCode, refused.RequestId));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_read_is_repeated_when_the_server_is_busy_and_waits_as_long_as_it_asks(int status)
    {
        var server = new ScriptedServer((status, Busy), (200, Store)) { RetryAfter = "3" };
        await server.Client().Stores.GetAsync("memstore_1");
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal([TimeSpan.FromSeconds(3)], server.Time.Waits);
    }

    [Fact]
    public async Task Repeating_ends_and_the_last_refusal_is_told()
    {
        var server = new ScriptedServer((429, Busy), (429, Busy), (429, Busy), (429, Busy), (429, Busy));
        Assert.Equal(429, (await Assert.ThrowsAsync<ApiException>(() => server.Client().Stores.GetAsync("memstore_1"))).Status);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_long_wait_is_left_to_the_caller()
    {
        var server = new ScriptedServer((429, Busy)) { RetryAfter = "600" };
        var refused = await Assert.ThrowsAsync<ApiException>(() => server.Client().Stores.GetAsync("memstore_1"));
        Assert.Equal(TimeSpan.FromMinutes(10), refused.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_write_is_sent_once_unless_a_commit_id_makes_it_safe()
    {
        var plain = new ScriptedServer((503, Busy), (200, Store));
        await Assert.ThrowsAsync<ApiException>(() => plain.Client().Stores.CreateAsync(new CreateStoreBody { Name = "n" }));
        Assert.Single(plain.Requests);

        var commit = new ScriptedServer((503, Busy), (0, ""), (200, """{"type":"commit","memory_store_id":"s","commit_id":"c","repeated":true,"seq":1,"results":[{"type":"written","memory_id":"mem_1"}]}"""));
        var result = await commit.Client().Commits.CommitAsync("memstore_1", new ChangeBody("append") { At = "/a", Content = MemoryContent.Of("x") });
        Assert.Equal("mem_1", result.MemoryId);
        Assert.Equal(3, commit.Requests.Count);
        Assert.Single(commit.Requests.Select(request => request.Body).Distinct());
    }

    [Fact]
    public async Task An_answer_that_is_not_of_this_API_is_told_as_such()
    {
        foreach (var (status, body) in new[] { (200, "<html>"), (200, "{}"), (502, "<html>"), (404, "{}"), (200, "null") })
        {
            var refused = await Assert.ThrowsAsync<ApiException>(() => new ScriptedServer((status, body)).Client().Memories.GetAsync("memstore_1", "mem_1"));
            Assert.Equal((status, ApiException.NotOurs), (refused.Status, refused.Type));
        }
    }

    [Fact]
    public async Task A_list_holds_memories_and_directories_and_is_walked_to_its_end()
    {
        var memory = """{"content":"a\u0000\u00e9","id":"mem_1","type":"memory","memory_store_id":"s","memory_version_id":"v","path":"/x","content_sha256":"h","content_size_bytes":4,"created_at":"t","updated_at":"t"}""";
        var server = new ScriptedServer((200, $$"""{"data":[{{memory}}],"next_page":"page_2"}"""), (200, """{"data":[{"path":"/d/","type":"memory_prefix"}],"next_page":null}"""));
        var items = new List<MemoryListItemBody>();
        await foreach (var page in server.Client().Memories.ListPagesAsync("memstore_1", new MemoryListQuery { PathPrefix = "/ü &/", Depth = 1 })) items.AddRange(page.Value.Data);
        Assert.Equal("a\0é", Assert.IsType<MemoryBody>(items[0]).Content!.ToString());
        Assert.Equal("/d/", Assert.IsType<MemoryPrefixBody>(items[1]).Path);
        Assert.EndsWith("/memories?path_prefix=%2F%C3%BC%20%26%2F&depth=1&page=page_2", server.Requests[1].Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_names_its_own_page_as_the_next_ends_in_an_error()
    {
        var page = """{"data":[],"next_page":"page_1"}""";
        var server = new ScriptedServer((200, page), (200, page), (200, page));
        await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var _ in server.Client().Stores.ListPagesAsync(new StoreListQuery()))
            {
            }
        });
    }

    /// <summary>Answers in turn; status 0 is a connection that breaks.</summary>
    private sealed class ScriptedServer(params (int Status, string Body)[] answers) : HttpMessageHandler
    {
        private readonly Queue<(int Status, string Body)> answers = new(answers);

        public List<(string Url, string? Body)> Requests { get; } = [];
        public ImmediateTime Time { get; } = new();
        public string? RetryAfter { get; init; }

        public MemoryStoresClient Client() => new(new Connection(ServerAddress.Default, "key"), this, Time);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!.AbsoluteUri, request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken)));
            var (status, body) = answers.Dequeue();
            if (status == 0) throw new HttpRequestException(HttpRequestError.ResponseEnded);
            var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
            if (status >= 400 && RetryAfter is not null) response.Headers.TryAddWithoutValidation("retry-after", RetryAfter);
            return response;
        }
    }

    /// <summary>Waits are over at once, and remembered.</summary>
    private sealed class ImmediateTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
