namespace MemoryStores.Conformance.Tests.Api;

/// <summary>conflict_with of docs/reference/commits.md: who saves against another's version says so.</summary>
public sealed class ConflictApiFacts(RunningServer server) : ApiFacts(server)
{
    [Fact]
    public async Task A_save_that_names_the_version_it_contradicts_is_told_in_the_feed_as_a_conflict()
    {
        var store = await NewStoreAsync();
        var made = await Api.MemoryAsync(store, "/a", "one");
        var theirs = (await Api.PostAsync($"{store}/memories/{made.Text("id")}", new { content = "theirs" })).Ok();
        var start = (await Api.GetAsync($"/ext{store}/changes")).Ok().Text("cursor");

        var commit = (await CommitAsync(store, "c-1", new { type = "update", memory_id = made.Text("id"), content = "mine", expected_version_id = theirs.Text("memory_version_id"), conflict_with = theirs.Text("memory_version_id") })).Ok();

        var written = commit.GetProperty("results")[0];
        Assert.Equal((4, 5), (written.GetProperty("seq").GetInt32(), commit.GetProperty("seq").GetInt32()));
        var events = (await Api.GetAsync(ApiClient.With($"/ext{store}/changes", "after", start))).Ok().Data().ToList();
        Assert.Equal(["modified", "conflict"], events.Each("operation"));
        Assert.All(events, told => Assert.Equal(
            (made.Text("id"), written.Text("memory_version_id"), "c-1", "memory_changed"),
            (told.Text("memory_id"), told.Text("memory_version_id"), told.Text("commit_id"), told.Text("type"))));
        Assert.Equal(3, (await Api.ListAsync(store + "/memory_versions")).Count);
        Assert.Contains("conflicts", (await Api.GetAsync("/ext/v1")).Ok().GetProperty("features").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task It_belongs_to_saved_content_alone_and_names_a_version_of_this_store()
    {
        var store = await NewStoreAsync();
        var made = await Api.MemoryAsync(store, "/a", "one");
        var version = made.Text("memory_version_id");
        var elsewhere = (await Api.MemoryAsync(await NewStoreAsync(), "/a", "one")).Text("memory_version_id");

        foreach (var (named, change) in new (string, object)[]
        {
            ("conflict_with", new { type = "append", at = "/a", content = "x", conflict_with = version }),
            ("conflict_with", new { type = "rename", at = "/a", path = "/b", expected_version_id = "anything", conflict_with = version }),
            ("conflict_with", new { type = "delete", at = "/a", expected_version_id = "anything", conflict_with = version }),
            ("conflict_with", new { type = "update", at = "/a", path = "/b", expected_version_id = "anything", conflict_with = version }),
            ("change:0", new { type = "create", path = "/b", content = "x", conflict_with = "change:0" }),
            ("conflict_with", new { type = "create", path = "/b", content = "x", conflict_with = 7 }),
            (elsewhere, new { type = "create", path = "/b", content = "x", conflict_with = elsewhere }),
            ("memver_01JShQ1pdoW3aLj7EeBqu5Ax", new { type = "update", at = "/a", content = "x", expected_version_id = "anything", conflict_with = "memver_01JShQ1pdoW3aLj7EeBqu5Ax" }),
        })
        {
            Assert.Contains(named, (await CommitAsync(store, null, change)).Invalid().Text("message"), StringComparison.Ordinal);
        }

        Assert.Equal(2, (await CommitAsync(store, null, new { type = "update", at = "/a", content = "one", expected_version_id = "anything", conflict_with = version })).Ok().GetProperty("seq").GetInt32());
    }

    private Task<Answer> CommitAsync(string store, string? id, object change) => Api.PostAsync($"/ext{store}/commits", new { commit_id = id, changes = new[] { change } });
}
