using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>docs/reference/commits.md: ordered changes, judged by version ids, done together or not at all.</summary>
public sealed class CommitApiFacts(RunningServer server) : ApiFacts(server)
{
    [Fact]
    public async Task A_commit_needs_a_key_and_none_of_the_official_headers()
    {
        var store = await NewStoreAsync();
        var body = """{"changes":[{"type":"create","path":"/a","content":"one"}]}""";

        var request = new HttpRequestMessage(HttpMethod.Post, Commits(store)) { Content = new StringContent(body, null, "application/json") };
        (await Api.SendAsync(request)).Refused(401, "authentication_error");
        request = new HttpRequestMessage(HttpMethod.Post, Commits(store)) { Content = new StringContent(body, null, "application/json") };
        request.Headers.Add("authorization", "Bearer " + Testing.ServerProcess.Key);
        (await Api.SendAsync(request)).Ok();
    }

    [Fact]
    public async Task Each_kind_of_change_does_what_its_name_says()
    {
        var store = await NewStoreAsync();
        var (edited, grown, moved, doomed) = (await Api.MemoryAsync(store, "/edited", "one"), await Api.MemoryAsync(store, "/grown", "one"),
            await Api.MemoryAsync(store, "/moved", "one"), await Api.MemoryAsync(store, "/doomed", "one"));

        var commit = (await CommitAsync(store,
            new { type = "create", path = "/new", content = "new" },
            new { type = "update", memory_id = edited.Text("id"), content = "two", expected_version_id = edited.Text("memory_version_id") },
            new { type = "append", at = "/grown", content = " and two" },
            new { type = "rename", memory_id = moved.Text("id"), path = "/there", expected_version_id = "anything" },
            new { type = "delete", at = "/doomed", expected_version_id = doomed.Text("memory_version_id") })).Ok();

        Assert.Equal(["commit_id", "memory_store_id", "repeated", "results", "seq", "type"], commit.FieldNames());
        Assert.Equal("commit", commit.Text("type"));
        Assert.EndsWith(commit.Text("memory_store_id"), store, StringComparison.Ordinal);
        Assert.True(commit.IsNull("commit_id"));
        Assert.False(commit.GetProperty("repeated").GetBoolean());
        var results = Results(commit);
        Assert.All(results, result => Assert.Equal("written", result.Text("type")));
        Assert.Equal([edited.Text("id"), grown.Text("id"), moved.Text("id"), doomed.Text("id")], results[1..].Each("memory_id"));
        Assert.Equal(Enumerable.Range(-4, 5), results.Select(result => (int)(result.GetProperty("seq").GetInt64() - commit.GetProperty("seq").GetInt64())));
        Assert.Equal([ApiClient.Hash("new"), ApiClient.Hash("two"), ApiClient.Hash("one and two"), ApiClient.Hash("one")], results[..4].Each("content_sha256"));
        Assert.All(results, result => Assert.Matches(Shapes.Time, result.Text("created_at")));
        Assert.Equal(["/edited=two", "/grown=one and two", "/new=new", "/there=one"], await ContentsAsync(store));
        Assert.Equal(results.Each("memory_version_id").Reverse(), (await Api.ListAsync(store + "/memory_versions")).Each("id").Take(5));
    }

    [Fact]
    public async Task An_atomic_commit_with_one_refused_change_does_nothing_and_says_which()
    {
        var store = await NewStoreAsync();
        var there = await Api.MemoryAsync(store, "/there", "one");

        var error = (await CommitAsync(store,
            new { type = "create", path = "/new", content = "new" },
            new { type = "update", at = "/there", content = "two", expected_version_id = "memver_01JShQ1pdoW3aLj7EeBqu5Ax" })).PreconditionFailed();
        Assert.Equal(1, error.GetProperty("details").GetProperty("change").GetInt32());
        error = (await CommitAsync(store,
            new { type = "create", path = "/new", content = "new" },
            new { type = "create", path = "/there/below", content = "new" })).PathConflict();
        Assert.Equal((1, "/there", there.Text("id")),
            (error.GetProperty("details").GetProperty("change").GetInt32(), error.Text("conflicting_path"), error.Text("conflicting_memory_id")));
        (await CommitAsync(store,
            new { type = "create", path = "/new", content = "new" },
            new { type = "delete", at = "/nowhere", expected_version_id = "anything" })).NotFound();

        Assert.Equal(["/there=one"], await ContentsAsync(store));
        Assert.Single(await Api.ListAsync(store + "/memory_versions"));
    }

    [Fact]
    public async Task Without_atomic_each_change_stands_for_itself()
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/there", "one");

        var results = Results((await Api.PostAsync(Commits(store), new
        {
            atomic = false,
            changes = new object[]
            {
                new { type = "create", path = "/first", content = "1" },
                new { type = "create", path = "/there", content = "2" },
                new { type = "update", at = "/there", content = "3", expected_version_id = "memver_01JShQ1pdoW3aLj7EeBqu5Ax" },
                new { type = "append", at = "/there", content = "!" },
            },
        })).Ok());

        Assert.Equal(["written", "refused", "refused", "written"], results.Each("type"));
        Assert.Equal(["memory_path_conflict_error", "memory_precondition_failed_error"], results[1..3].Select(result => result.GetProperty("error").Text("type")));
        Assert.Equal(["/first=1", "/there=one!"], await ContentsAsync(store));
    }

    [Fact]
    public async Task A_version_id_is_compared_even_where_the_content_is_the_same_already()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "one");
        (await Api.PostAsync($"{store}/memories/{memory.Text("id")}", new { content = "two" })).Ok();

        (await CommitAsync(store, new { type = "update", at = "/a", content = "two", expected_version_id = memory.Text("memory_version_id") })).PreconditionFailed();

        var same = Assert.Single(Results((await CommitAsync(store, new { type = "update", at = "/a", content = "two", expected_version_id = "anything" })).Ok()));
        Assert.Equal("unchanged", same.Text("type"));
        Assert.Equal(2, (await Api.ListAsync(store + "/memory_versions")).Count);
    }

    [Fact]
    public async Task Memories_swap_places_and_directories_move_in_one_commit()
    {
        var store = await NewStoreAsync();
        var (a, b) = (await Api.MemoryAsync(store, "/a", "a"), await Api.MemoryAsync(store, "/b", "b"));
        (await CommitAsync(store,
            new { type = "rename", memory_id = a.Text("id"), path = "/b", expected_version_id = "anything" },
            new { type = "rename", memory_id = b.Text("id"), path = "/a", expected_version_id = "anything" })).Ok();
        Assert.Equal(["/a=b", "/b=a"], await ContentsAsync(store));

        (await CommitAsync(store,
            new { type = "rename", memory_id = a.Text("id"), path = "/b/a", expected_version_id = "anything" },
            new { type = "rename", memory_id = b.Text("id"), path = "/b/b", expected_version_id = "anything" })).Ok();
        Assert.Equal(["/b/a=a", "/b/b=b"], await ContentsAsync(store));
        Assert.Equal([a.Text("id"), b.Text("id")], (await Api.ListAsync(store + "/memories")).Each("id"));
    }

    [Fact]
    public async Task A_change_speaks_of_what_an_earlier_one_left()
    {
        var store = await NewStoreAsync();

        (await CommitAsync(store,
            new { type = "create", path = "/draft", content = "one" },
            new { type = "update", memory_id = "change:0", content = "two", expected_version_id = "change:0" },
            new { type = "rename", memory_id = "change:0", path = "/done", expected_version_id = "change:1" })).Ok();

        Assert.Equal(["/done=two"], await ContentsAsync(store));
        Assert.Equal(["modified", "modified", "created"], (await Api.ListAsync(store + "/memory_versions")).Each("operation"));
    }

    [Fact]
    public async Task A_commit_id_that_comes_again_does_nothing_and_answers_the_first_outcome()
    {
        var store = await NewStoreAsync();
        var body = new { commit_id = "c-1", changes = new object[] { new { type = "create", path = "/a", content = "one" }, new { type = "append", at = "/a", content = "!" } } };

        var first = (await Api.PostAsync(Commits(store), body)).Ok();
        (await CommitAsync(store, new { type = "update", at = "/a", content = "by another", expected_version_id = "anything" })).Ok();
        var again = (await Api.PostAsync(Commits(store), body)).Ok();

        Assert.Equal("c-1", first.Text("commit_id"));
        Assert.False(first.GetProperty("repeated").GetBoolean());
        Assert.True(again.GetProperty("repeated").GetBoolean());
        Assert.Equal(first.GetProperty("seq").GetRawText(), again.GetProperty("seq").GetRawText());
        Assert.Equal(first.GetProperty("results").GetRawText(), again.GetProperty("results").GetRawText());
        Assert.Equal(["/a=by another"], await ContentsAsync(store));
        Assert.Equal(3, (await Api.ListAsync(store + "/memory_versions")).Count);
    }

    [Fact]
    public async Task A_commit_id_with_other_changes_is_a_conflict_and_one_of_another_store_is_free()
    {
        var (store, other) = (await NewStoreAsync(), await NewStoreAsync());
        object Body(string content) => new { commit_id = "c-1", changes = new object[] { new { type = "create", path = "/a", content } } };
        (await Api.PostAsync(Commits(store), Body("one"))).Ok();

        (await Api.PostAsync(Commits(store), Body("two"))).Refused(409, "conflict_error");
        (await Api.PostAsync(Commits(other), Body("two"))).Ok();
    }

    [Fact]
    public async Task A_commit_that_was_refused_as_a_whole_may_be_tried_again_under_its_id()
    {
        var store = await NewStoreAsync();
        var blocking = await Api.MemoryAsync(store, "/a");
        var body = new { commit_id = "c-1", changes = new object[] { new { type = "create", path = "/a/b", content = "one" } } };
        (await Api.PostAsync(Commits(store), body)).PathConflict();
        (await Api.DeleteAsync($"{store}/memories/{blocking.Text("id")}")).Ok();

        Assert.False((await Api.PostAsync(Commits(store), body)).Ok().GetProperty("repeated").GetBoolean());
    }

    [Fact]
    public async Task One_commit_id_sent_many_times_at_once_lands_once()
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/a", "");
        var body = new { commit_id = "same", changes = new object[] { new { type = "append", at = "/a", content = "x" } } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Api.PostAsync(Commits(store), body)));

        Assert.Single(answers, answer => !answer.Ok().GetProperty("repeated").GetBoolean());
        Assert.Equal(["/a=x"], await ContentsAsync(store));
    }

    public static TheoryData<string> MalformedCommits => new(
        "{}", """{"changes":[]}""", """{"changes":null}""", """{"changes":{}}""", """{"changes":["create"]}""",
        """{"changes":[{"type":"create","path":"/b","content":""}],"more":1}""",
        """{"changes":[{"type":"create","path":"/b","content":""}],"atomic":"yes"}""",
        """{"changes":[{"type":"create","path":"/b","content":""}],"commit_id":""}""",
        """{"changes":[{"type":"create","path":"/b","content":""}],"commit_id":"a b"}""",
        """{"changes":[{"type":"create","path":"/b","content":""}],"commit_id":5}""",
        """{"changes":[{"path":"/b","content":""}]}""",
        """{"changes":[{"type":"replace","path":"/b","content":""}]}""",
        """{"changes":[{"type":"create","path":"b","content":""}]}""",
        """{"changes":[{"type":"create","path":"/b"}]}""",
        """{"changes":[{"type":"create","path":"/b","content":"","expected_version_id":"anything"}]}""",
        """{"changes":[{"type":"create","path":"/b","content":"","at":"/a"}]}""",
        """{"changes":[{"type":"update","at":"/a","content":"new"}]}""",
        """{"changes":[{"type":"update","at":"/a","expected_version_id":"anything"}]}""",
        """{"changes":[{"type":"update","content":"new","expected_version_id":"anything"}]}""",
        """{"changes":[{"type":"update","at":"/a","memory_id":"mem_01BejcL6L48nPdsSQMRmQQ1r","content":"new","expected_version_id":"anything"}]}""",
        """{"changes":[{"type":"update","at":"/a","content":"new","expected_version_id":"none"}]}""",
        """{"changes":[{"type":"update","at":"/a","content":"new","expected_version_id":"change:0"}]}""",
        """{"changes":[{"type":"update","at":"/a","content":"new","expected_version_id":"change:-1"}]}""",
        """{"changes":[{"type":"rename","at":"/a","expected_version_id":"anything"}]}""",
        """{"changes":[{"type":"delete","memory_id":"change:0","expected_version_id":"anything"}]}""",
        """{"changes":[{"type":"delete","at":"/a","content":"","expected_version_id":"anything"}]}""",
        """{"changes":[{"type":"append","at":"/a"}]}""");

    [Theory]
    [MemberData(nameof(MalformedCommits))]
    public async Task A_malformed_commit_is_refused_and_does_nothing(string body)
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/a", "one");

        (await Api.PostTextAsync(Commits(store), body)).Invalid();

        Assert.Equal(["/a=one"], await ContentsAsync(store));
    }

    [Fact]
    public async Task A_commit_has_at_most_1000_changes()
    {
        var store = await NewStoreAsync();
        object[] Creates(int count) => [.. Enumerable.Range(0, count).Select(i => new { type = "create", path = $"/{i:0000}", content = "" })];

        (await CommitAsync(store, Creates(1_001))).Invalid();
        (await CommitAsync(store, Creates(1_000))).Ok();

        Assert.Equal(1_000, (await Api.ListAsync(store + "/memories?limit=100")).Count);
    }

    [Fact]
    public async Task A_commit_knows_the_rules_of_the_official_endpoints()
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/a", new string('x', 102_400));

        (await CommitAsync(store, new { type = "append", at = "/a", content = "x" })).Invalid();
        (await CommitAsync(store, new { type = "create", path = "/b", content = new string('x', 102_401) })).Invalid();
        (await CommitAsync(store, new { type = "create", path = "/.anthropic-memory-store", content = "" })).Invalid();
        (await CommitAsync(ApiClient.Stores + "/memstore_01ceGPFUY4oTQ3gxaaMvXWXR", new { type = "create", path = "/b", content = "" })).NotFound();
        (await Api.PostAsync(store + "/archive")).Ok();
        (await CommitAsync(store, new { type = "create", path = "/b", content = "" })).Invalid();
        (await CommitAsync(store, new { type = "update", at = "/a", content = "", expected_version_id = "anything" })).Invalid();
        (await CommitAsync(store, new { type = "append", at = "/a", content = "" })).Invalid();
        (await CommitAsync(store, new { type = "delete", at = "/a", expected_version_id = "anything" })).Ok();
    }

    private Task<Answer> CommitAsync(string store, params object[] changes) => Api.PostAsync(Commits(store), new { changes });

    private static string Commits(string store) => $"/ext{store}/commits";

    private static JsonElement[] Results(JsonElement commit) => [.. commit.GetProperty("results").EnumerateArray()];

    /// <summary>Every memory as path=content, by path.</summary>
    private async Task<IEnumerable<string>> ContentsAsync(string store) =>
        (await Api.ListAsync(store + "/memories?view=full")).Select(memory => $"{memory.Text("path")}={memory.Text("content")}");
}
