using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>/ext/v1/memory_stores/{id}/snapshot; docs/reference/changes.md is its page.</summary>
public sealed class SnapshotApiFacts(RunningServer server) : ApiFacts(server)
{
    [Fact]
    public async Task It_is_a_line_about_the_store_a_line_for_each_memory_and_a_line_that_says_how_many()
    {
        var store = await NewStoreAsync();
        var made = new List<JsonElement>();
        foreach (var path in new[] { "/a.md", "/a/x", "/b", "/ü" }) made.Add(await Api.MemoryAsync(store, path, "text of\n" + path));

        var (first, memories, last) = await TakeAsync(store);

        Assert.Equal(["archived_at", "cursor", "memories", "memory_store_id", "seq", "type"], first.FieldNames());
        Assert.Equal(("snapshot", store.Split('/')[^1], 5, 4), (first.Text("type"), first.Text("memory_store_id"), first.GetProperty("seq").GetInt32(), first.GetProperty("memories").GetInt32()));
        Assert.Equal((await Api.GetAsync($"/ext{store}/changes")).Ok().Text("cursor"), first.Text("cursor"));
        Assert.True(first.IsNull("archived_at"));
        Assert.Equal(made.Select(memory => memory.GetRawText()), memories.Select(memory => memory.GetRawText()));
        Assert.Equal("""{"type":"end","memories":4}""", last.GetRawText());

        var (_, full, _) = await TakeAsync(store, "?view=full");
        Assert.Equal(await EachAsync(made, memory => $"{store}/memories/{memory.Text("id")}"), full.Select(memory => memory.GetRawText()));
    }

    [Fact]
    public async Task An_empty_store_and_an_archived_one_are_told_as_they_are()
    {
        var store = await NewStoreAsync();
        var archived = (await Api.PostAsync(store + "/archive")).Ok().Text("archived_at");
        foreach (var view in new[] { "basic", "full" })
        {
            var (first, memories, last) = await TakeAsync(store, "?view=" + view);
            Assert.Equal((archived, 0, 0), (first.Text("archived_at"), memories.Count, last.GetProperty("memories").GetInt32()));
        }
    }

    [Fact]
    public async Task More_than_a_page_of_contents_arrives_whole_and_in_order()
    {
        var store = await NewStoreAsync();
        for (var i = 0; i < 500; i += 100)
            (await Api.PostAsync("/ext" + store + "/commits", new { changes = Enumerable.Range(i, 100).Select(n => new { type = "create", path = $"/{n:0000}", content = new string((char)('a' + n % 26), n * 16) }) })).Ok();

        var (_, memories, last) = await TakeAsync(store, "?view=full");

        Assert.Equal(Enumerable.Range(0, 500).Select(n => (Path: $"/{n:0000}", Content: new string((char)('a' + n % 26), n * 16))), memories.Select(memory => (memory.Text("path"), memory.Text("content"))));
        Assert.Equal(500, last.GetProperty("memories").GetInt32());
    }

    [Fact]
    public async Task A_directorys_key_gets_its_directory_alone()
    {
        var store = await NewStoreAsync();
        foreach (var path in new[] { "/hidden", "/team/a", "/team/b", "/team0" }) await Api.MemoryAsync(store, path);
        using var narrow = new ApiClient(Server.Process.Url, (await Api.PostAsync("/ext/v1/keys", new { name = "n", role = "read", path_prefix = "/team/" })).Ok().Text("key"));

        var (first, memories, last) = await TakeAsync(store, client: narrow);

        Assert.Equal(["/team/a", "/team/b"], memories.Each("path"));
        Assert.Equal((2, 2), (first.GetProperty("memories").GetInt32(), last.GetProperty("memories").GetInt32()));
    }

    [Fact]
    public async Task What_is_not_in_it_is_behind_its_cursor()
    {
        const int writers = 3, each = 40;
        var store = await NewStoreAsync();
        var writing = Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                var memory = await Api.MemoryAsync(store, $"/{writer}/{i}");
                if (i % 2 == 0) (await Api.DeleteAsync($"{store}/memories/{memory.Text("id")}")).Ok();
            }
        })).ToList();
        var (first, memories, _) = await TakeAsync(store);
        await Task.WhenAll(writing);

        var live = memories.ToDictionary(memory => memory.Text("id"), memory => memory.Text("memory_version_id"));
        var page = (await Api.GetAsync(ApiClient.With($"/ext{store}/changes", "after", first.Text("cursor")) + "&limit=1000")).Ok();
        foreach (var told in page.Data())
        {
            Assert.Equal(told.Text("operation") == "deleted", live.Remove(told.Text("memory_id")));
            if (told.Text("operation") == "created") live.Add(told.Text("memory_id"), told.Text("memory_version_id"));
        }
        Assert.Equal((await Api.ListAsync(store + "/memories?limit=100")).ToDictionary(memory => memory.Text("id"), memory => memory.Text("memory_version_id")).Order(Comparer), live.Order(Comparer));
    }

    [Fact]
    public async Task A_wrong_view_and_an_unknown_store_are_refused()
    {
        var store = await NewStoreAsync();
        (await Api.GetAsync($"/ext{store}/snapshot?view=other")).Invalid();
        (await Api.GetAsync("/ext/v1/memory_stores/memstore_none/snapshot")).NotFound();
    }

    private static readonly Comparer<KeyValuePair<string, string>> Comparer = Comparer<KeyValuePair<string, string>>.Create((one, other) => string.CompareOrdinal(one.Key, other.Key));

    private async Task<(JsonElement First, List<JsonElement> Memories, JsonElement Last)> TakeAsync(string store, string query = "", ApiClient? client = null)
    {
        var answer = await (client ?? Api).GetAsync($"/ext{store}/snapshot{query}");
        Assert.Equal((200, "application/x-ndjson"), (answer.Status, answer.Header("content-type")));
        Assert.EndsWith("\n", answer.Text, StringComparison.Ordinal);
        var lines = answer.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        return (lines[0], lines[1..^1], lines[^1]);
    }

    private async Task<List<string>> EachAsync(List<JsonElement> memories, Func<JsonElement, string> url)
    {
        var found = new List<string>();
        foreach (var memory in memories) found.Add((await Api.GetAsync(url(memory))).Ok().GetRawText());
        return found;
    }
}
