using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>/ext/v1/memory_stores/{id}/changes as pages and long polls; docs/reference/changes.md is its page.</summary>
public sealed class ChangeApiFacts(RunningServer server) : ApiFacts(server)
{
    private static readonly string[] Fields = ["cursor", "data", "has_more", "head_seq", "memory_store_id", "reset", "type"];

    [Fact]
    public async Task Without_a_cursor_the_answer_is_where_the_store_ends()
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/a");

        var page = await ChangesAsync(store, wait: 30);

        Assert.Equal(Fields, page.FieldNames());
        Assert.Equal(("changes", store.Split('/')[^1], 2), (page.Text("type"), page.Text("memory_store_id"), page.GetProperty("head_seq").GetInt64()));
        Assert.Matches("^2-[0-9a-f]{16}$", page.Text("cursor"));
        Assert.True(page.IsNull("reset") && !page.GetProperty("has_more").GetBoolean());
        Assert.Empty(page.Data());
    }

    [Fact]
    public async Task Every_change_is_a_hint_with_ids_and_neither_path_nor_content()
    {
        var store = await NewStoreAsync("A secret name");
        var start = (await ChangesAsync(store)).Text("cursor");
        var made = (await Api.PostAsync("/ext" + store + "/commits", new { commit_id = "mine-1", changes = new[] { new { type = "create", path = "/secret/path", content = "secret text" } } })).Ok();
        var memory = made.GetProperty("results")[0];
        var url = $"{store}/memories/{memory.Text("memory_id")}";
        var second = (await Api.PostAsync(url, new { content = "more" })).Ok();
        (await Api.DeleteAsync(url)).Ok();
        (await Api.PostAsync($"{store}/memory_versions/{memory.Text("memory_version_id")}/redact")).Ok();
        (await Api.PostAsync(store, new { name = "Another" })).Ok();
        (await Api.PostAsync(store + "/archive")).Ok();

        var answer = await Api.GetAsync(Url(store, start));

        Assert.DoesNotContain("secret", answer.Text, StringComparison.OrdinalIgnoreCase);
        var events = answer.Ok().Data().ToList();
        Assert.Equal(["created", "modified", "deleted", "redacted", "updated", "archived"], events.Each("operation"));
        Assert.All(events.Take(4), told => Assert.Equal(["commit_id", "memory_id", "memory_version_id", "operation", "seq", "type"], told.FieldNames()));
        Assert.All(events.Skip(4), told => Assert.Equal(("store_changed", 4), (told.Text("type"), told.FieldNames().Count())));
        Assert.Equal("mine-1", events[0].Text("commit_id"));
        Assert.True(events[1].IsNull("commit_id"));
        var versions = (await Api.ListAsync(store + "/memory_versions")).Each("id").Reverse().ToList();
        Assert.Equal([.. versions, memory.Text("memory_version_id")], events.Take(4).Each("memory_version_id"));
        Assert.Equal(second.Text("memory_version_id"), events[1].Text("memory_version_id"));
    }

    [Fact]
    public async Task A_long_poll_is_answered_by_the_change_it_waits_for()
    {
        var store = await NewStoreAsync();
        var start = (await ChangesAsync(store)).Text("cursor");
        var waiting = ChangesAsync(store, start, wait: 30);

        var memory = await Api.MemoryAsync(store, "/a");

        Assert.Equal(memory.Text("memory_version_id"), Assert.Single((await waiting).Data()).Text("memory_version_id"));
    }

    [Fact]
    public async Task A_long_poll_without_a_change_is_answered_empty_and_can_be_repeated()
    {
        var store = await NewStoreAsync();
        var start = (await ChangesAsync(store)).Text("cursor");

        var page = await ChangesAsync(store, start, wait: 1);

        Assert.Empty(page.Data());
        Assert.Equal(start, page.Text("cursor"));
    }

    [Fact]
    public async Task Of_concurrent_writers_every_seq_is_told_once_and_in_order_by_polls_and_by_a_stream()
    {
        const int writers = 4, each = 25;
        var store = await NewStoreAsync();
        var start = (await ChangesAsync(store)).Text("cursor");
        using var stream = await SentEvents.OpenAsync(Server.Process.Url, store, start);
        var writing = Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++) await Api.MemoryAsync(store, $"/{writer}/{i}");
        })).ToList();

        var polled = new List<long>();
        for (var cursor = start; polled.Count < writers * each;)
        {
            var page = await ChangesAsync(store, cursor, wait: 30, limit: 7);
            var seqs = page.Data().Select(told => told.GetProperty("seq").GetInt64()).ToList();
            Assert.NotEmpty(seqs);
            Assert.StartsWith($"{seqs[^1]}-", page.Text("cursor"), StringComparison.Ordinal);
            polled.AddRange(seqs);
            cursor = page.Text("cursor");
        }
        await Task.WhenAll(writing);
        var streamed = new List<long>();
        while (streamed.Count < writers * each) streamed.Add((await stream.NextAsync("change")).Seq);

        var all = Enumerable.Range(2, writers * each).Select(seq => (long)seq).ToList();
        Assert.Equal(all, polled);
        Assert.Equal(all, streamed);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1-")]
    [InlineData("-1-0123456789abcdef")]
    [InlineData("1-0123456789abcdeF")]
    [InlineData("1-0123456789abcdef ")]
    [InlineData("99999999999999999999-0123456789abcdef")]
    [InlineData("1-0123456789abcdef\r\nx: y")]
    [InlineData("\0")]
    [InlineData("%00%ff' OR 1=1 --")]
    [InlineData("\uD83D\uDE00-0123456789abcdef")]
    public async Task What_is_no_cursor_is_refused_in_the_query_and_in_the_header(string text)
    {
        var store = await NewStoreAsync();
        Assert.Contains("after", (await Api.GetAsync(Url(store, text))).Invalid().Text("message"), StringComparison.Ordinal);
        if (text.Any(letter => letter is < ' ' or > '~')) return; // No header holds that.
        var request = ApiClient.Request(HttpMethod.Get, Url(store, "1-0123456789abcdef"));
        request.Headers.Add("accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", text.TrimEnd());
        if (text != text.TrimEnd()) return; // A header's end is trimmed by HTTP itself.
        Assert.Contains("Last-Event-ID", (await Api.SendAsync(request)).Invalid().Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_very_long_cursor_is_refused_like_a_short_one()
    {
        var store = await NewStoreAsync();
        (await Api.GetAsync(Url(store, new string('1', 6_000) + "-0123456789abcdef"))).Invalid();
        (await Api.GetAsync(Url(store, "1-" + new string('a', 6_000)))).Invalid();
    }

    [Fact]
    public async Task Bounds_of_wait_and_limit_are_told_and_an_unknown_store_has_no_feed()
    {
        var store = await NewStoreAsync();
        foreach (var query in new[] { "wait=31", "wait=-1", "wait=x", "limit=0", "limit=1001", "limit=1.5", "wait=1&wait=2" }) (await Api.GetAsync($"/ext{store}/changes?{query}")).Invalid();
        (await Api.GetAsync($"/ext{store}/changes?wait=&limit=&after=")).Ok();
        (await Api.GetAsync("/ext/v1/memory_stores/memstore_none/changes?wait=30")).NotFound();
        var stream = ApiClient.Request(HttpMethod.Get, "/ext/v1/memory_stores/memstore_none/changes");
        stream.Headers.Add("accept", "text/event-stream");
        (await Api.SendAsync(stream)).NotFound();
    }

    [Fact]
    public async Task A_directorys_key_is_told_of_its_own_and_of_what_left_it_and_of_nothing_else()
    {
        var store = await NewStoreAsync();
        using var narrow = new ApiClient(Server.Process.Url, (await Api.PostAsync("/ext/v1/keys", new { name = "n", role = "read", path_prefix = "/team/" })).Ok().Text("key"));
        var start = (await ChangesAsync(store)).Text("cursor");
        var outside = await Api.MemoryAsync(store, "/other");
        var inside = await Api.MemoryAsync(store, "/team/a");
        (await Api.PostAsync("/ext" + store + "/commits", new { commit_id = "hidden-commit", changes = new object[]
        {
            new { type = "rename", memory_id = inside.Text("id"), path = "/vault/a", expected_version_id = "anything" },
            new { type = "update", memory_id = outside.Text("id"), content = "x", expected_version_id = "anything" },
        } })).Ok();

        var answer = await narrow.GetAsync(Url(store, start));

        var events = answer.Ok().Data().ToList();
        Assert.Equal(["created", "deleted"], events.Each("operation"));
        Assert.Equal([inside.Text("id"), inside.Text("id")], events.Each("memory_id"));
        foreach (var hidden in new[] { outside.Text("id"), outside.Text("memory_version_id"), "hidden-commit", "vault" }) Assert.DoesNotContain(hidden, answer.Text, StringComparison.Ordinal);
        (await narrow.GetAsync($"{store}/memory_versions/{events[1].Text("memory_version_id")}")).NotFound();
        Assert.StartsWith("5-", answer.Body.Text("cursor"), StringComparison.Ordinal);

        var waiting = narrow.GetAsync(Url(store, answer.Body.Text("cursor")) + "&wait=30");
        await Api.MemoryAsync(store, "/other2");
        var mine = await Api.MemoryAsync(store, "/team/b");
        Assert.Equal([mine.Text("id")], (await waiting).Ok().Data().Each("memory_id"));
    }

    [Fact]
    public async Task The_server_says_that_it_has_a_feed_and_how_much_of_it()
    {
        var self = (await Api.GetAsync("/ext/v1")).Ok();
        Assert.Superset(new HashSet<string?> { "changes", "snapshot" }, self.GetProperty("features").EnumerateArray().Select(name => name.GetString()).ToHashSet());
        Assert.Equal((256, 1_024), (self.GetProperty("limits").GetProperty("feeds_per_key").GetInt32(), self.GetProperty("limits").GetProperty("feeds_per_workspace").GetInt32()));
    }

    private static string Url(string store, string after) => ApiClient.With($"/ext{store}/changes", "after", after);

    private async Task<JsonElement> ChangesAsync(string store, string? after = null, int wait = 0, int limit = 1_000) =>
        (await Api.GetAsync((after is null ? $"/ext{store}/changes?" : Url(store, after) + "&") + $"wait={wait}&limit={limit}")).Ok();
}
