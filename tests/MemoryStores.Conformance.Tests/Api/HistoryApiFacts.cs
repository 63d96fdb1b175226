using System.Security.Cryptography;
using System.Text.Json;
using MemoryStores.Client;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>docs/reference/history.md: the history of a store over HTTP.</summary>
public sealed class HistoryApiFacts(RunningServer server) : ApiFacts(server)
{
    private static readonly string[] Fields =
    [
        "about", "actor", "commit_id", "content_sha256", "content_size_bytes", "created_at", "entry", "kind", "link", "memory_id", "memory_version_id",
        "path", "previous_path", "seq", "type",
    ];

    [Fact]
    public async Task Each_entry_tells_who_did_what_when_and_where_and_the_links_follow_each_other()
    {
        var store = await NewStoreAsync("A secret name");
        var (made, theirs, mine) = await ConflictAsync(store);
        (await Api.PostAsync($"{store}/memories/{made}", new { path = "/moved" })).Ok();
        (await Api.PostAsync($"{store}/memory_versions/{theirs}/redact")).Ok();

        var answer = await Api.GetAsync($"/ext{store}/history?order=asc");

        Assert.DoesNotContain("secret", answer.Text, StringComparison.OrdinalIgnoreCase);
        var entries = answer.Ok().Data().ToList();
        Assert.All(entries, entry => Assert.Equal(Fields, entry.FieldNames()));
        Assert.All(entries, entry => Assert.Equal(("history_entry", "api_actor"), (entry.Text("type"), entry.GetProperty("actor").Text("type"))));
        Assert.All(entries, entry => Assert.Matches(Shapes.Time, entry.Text("created_at")));
        Assert.Equal(["store.created", "memory.created", "memory.modified", "memory.modified", "memory.conflict", "memory.modified", "version.redacted"], entries.Each("kind"));
        Assert.Equal(Enumerable.Range(1, 7), entries.Select(entry => entry.GetProperty("seq").GetInt32()));
        Assert.Equal([null, "/a", null, "/a", "/a", "/moved", null], entries.Select(entry => entry.GetProperty("path").GetString()));
        Assert.Equal(["/a"], entries.Select(entry => entry.GetProperty("previous_path").GetString()).OfType<string>());
        Assert.Equal([ApiClient.Hash("one"), null, ApiClient.Hash("mine"), null], entries[1..5].Select(entry => entry.GetProperty("content_sha256").GetString()));
        Assert.Equal((mine, theirs, "c-1"), (entries[4].Text("memory_version_id"), entries[4].Text("about"), entries[4].Text("commit_id")));
        Assert.Equal((theirs, made, true), (entries[6].Text("about"), entries[6].Text("memory_id"), entries[6].IsNull("memory_version_id")));
        var link = new byte[32];
        foreach (var entry in entries)
        {
            link = SHA256.HashData([.. link, .. Convert.FromHexString(entry.Text("entry"))]);
            Assert.Equal(Convert.ToHexStringLower(link), entry.Text("link"));
        }
        Assert.Equal(entries.Select(entry => entry.GetRawText()).Reverse(), (await Api.ListAsync($"/ext{store}/history?limit=2")).Select(entry => entry.GetRawText()));
    }

    [Fact]
    public async Task It_is_filtered_and_walked_page_by_page_while_others_write()
    {
        var store = await NewStoreAsync();
        var (made, _, _) = await ConflictAsync(store);
        var list = $"/ext{store}/history";

        Assert.Equal([5L], await SeqsAsync(list + "?kind=memory.conflict"));
        Assert.Equal([4L, 5], await SeqsAsync(list + "?after=3&order=asc&limit=1"));
        Assert.Equal([2L, 1], await SeqsAsync(list + "?before=3&limit=1"));
        Assert.Equal([5L, 4, 3, 2], await SeqsAsync($"{list}?memory_id={made}&limit=3"));
        Assert.Equal([5L, 4, 3, 2], await SeqsAsync(list + "?path=/a&limit=3"));
        Assert.Empty(await SeqsAsync(list + "?path_prefix=/a/"));
        Assert.Empty(await SeqsAsync(list + "?memory_id=mem_nobody"));

        var first = (await Api.GetAsync(list + "?limit=2")).Ok();
        await Api.MemoryAsync(store, "/later");
        var rest = await Api.ListAsync(ApiClient.With(list + "?limit=100", "page", first.Text("next_page")));
        Assert.Equal([5L, 4, 3, 2, 1], first.Data().Concat(rest).Select(Seq));
        foreach (var other in new[] { list + "?order=asc", list + "?kind=memory.created", list + "?path=/a", list.Replace("history", "changes", StringComparison.Ordinal) + "?after=page_AAAA" })
            (await Api.GetAsync(ApiClient.With(other, "page", first.Text("next_page")))).Invalid();
    }

    public static TheoryData<string> HostileQueries => new(
        "limit=0", "limit=101", "limit=-1", "limit=many", "after=-1", "after=1.5", "after=99999999999999999999", "after=%00", "before=x", "before=1e3", "before=٣",
        "after=1&after=2", "order=up", "order=DESC", "kind=conflict", "kind=21", "kind=memory.conflict%00", "path=a", "path=/a/../b", "path=/a%00", "path=/",
        "path_prefix=a/", "path_prefix=/a", "page=page_AAAA", "page=2", "kind=memory.created&kind=memory.deleted");

    [Theory]
    [MemberData(nameof(HostileQueries))]
    public async Task A_value_that_means_nothing_is_refused_by_its_name(string query)
    {
        var store = await NewStoreAsync();

        var message = (await Api.GetAsync($"/ext{store}/history?{query}")).Invalid().Text("message");

        Assert.StartsWith(query[..query.IndexOf('=', StringComparison.Ordinal)] + ":", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_key_is_enough_and_a_narrow_one_learns_nothing_of_what_lies_outside()
    {
        var store = await NewStoreAsync();
        var outside = await Api.MemoryAsync(store, "/vault/plan", "outside");
        var inside = await Api.MemoryAsync(store, "/team/a", "inside");
        await CommitAsync(store, "hidden-commit", outside.Text("id"), "outside again", inside.Text("memory_version_id"));
        await CommitAsync(store, "c", inside.Text("id"), "inside again", outside.Text("memory_version_id"));
        var made = (await Api.PostAsync("/ext/v1/keys", new { name = "n", role = "read", path_prefix = "/team/" })).Ok();
        using var narrow = new ApiClient(Server.Process.Url, made.Text("key"));

        var answer = await narrow.GetAsync($"/ext{store}/history");

        Assert.Equal(["memory.conflict", "memory.modified", "memory.created", "store.created"], answer.Ok().Data().Each("kind"));
        Assert.True(answer.Body.Data().First().IsNull("about"));
        foreach (var hidden in new[] { outside.Text("id"), outside.Text("memory_version_id"), "hidden-commit", "vault", ApiClient.Hash("outside") })
            Assert.DoesNotContain(hidden, answer.Text, StringComparison.Ordinal);
        Assert.Empty((await narrow.GetAsync($"/ext{store}/history?path_prefix=/vault/")).Ok().Data());
        Assert.Empty((await narrow.GetAsync($"/ext{store}/history?memory_id={outside.Text("id")}")).Ok().Data());
    }

    [Fact]
    public async Task A_store_that_is_not_there_has_no_history_and_nothing_writes_to_one()
    {
        (await Api.GetAsync("/ext/v1/memory_stores/memstore_nobody/history")).NotFound();
        var store = await NewStoreAsync();
        (await Api.PostAsync($"/ext{store}/history", new { })).Refused(405, "invalid_request_error");
        Assert.Contains("history", (await Api.GetAsync("/ext/v1")).Ok().GetProperty("features").EnumerateArray().Select(name => name.GetString()));
        (await Api.DeleteAsync(store)).Ok();
        (await Api.GetAsync($"/ext{store}/history")).NotFound();
    }

    [Fact]
    public async Task The_client_walks_it()
    {
        var store = await NewStoreAsync();
        var (made, theirs, mine) = await ConflictAsync(store);
        Assert.True(ServerAddress.TryParse(Server.Process.Url.ToString(), out var address, out _));
        using var client = new MemoryStoresClient(new Connection(address, ServerProcess.Key));

        var seqs = new List<long>();
        await foreach (var page in client.History.ListPagesAsync(store.Split('/')[^1], new() { MemoryId = made, OldestFirst = true, After = 1, Before = 5, Limit = 2 }))
            seqs.AddRange(page.Value.Data.Select(entry => entry.Seq));
        Assert.Equal([2L, 3, 4], seqs);
        var conflict = Assert.Single((await client.History.ListAsync(store.Split('/')[^1], new() { Kind = "memory.conflict", PathPrefix = "/" })).Value.Data);
        Assert.Equal((mine, theirs, "/a"), (conflict.MemoryVersionId, conflict.About, conflict.Path));
    }

    private static long Seq(JsonElement entry) => entry.GetProperty("seq").GetInt64();

    private async Task<List<long>> SeqsAsync(string list) => [.. (await Api.ListAsync(list)).Select(Seq)];

    /// <summary>A memory at /a made by one, changed by others, and saved against their change.</summary>
    private async Task<(string Memory, string Theirs, string Mine)> ConflictAsync(string store)
    {
        var made = await Api.MemoryAsync(store, "/a", "one");
        var theirs = (await Api.PostAsync($"{store}/memories/{made.Text("id")}", new { content = "theirs" })).Ok().Text("memory_version_id");
        var commit = await CommitAsync(store, "c-1", made.Text("id"), "mine", theirs);
        return (made.Text("id"), theirs, commit.GetProperty("results")[0].Text("memory_version_id"));
    }

    private async Task<JsonElement> CommitAsync(string store, string id, string memory, string content, string against) => (await Api.PostAsync($"/ext{store}/commits", new
    {
        commit_id = id,
        changes = new[] { new { type = "update", memory_id = memory, content, expected_version_id = "anything", conflict_with = against } },
    })).Ok();
}
