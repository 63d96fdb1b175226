using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Sections 5.1 to 5.6 of the contract: stores.</summary>
public sealed class StoreApiFacts(RunningServer server) : ApiFacts(server)
{
    private static readonly string[] Fields =
        ["archived_at", "created_at", "description", "id", "metadata", "name", "type", "updated_at"];

    [Fact]
    public async Task A_new_store_has_all_eight_fields_whatever_was_given()
    {
        var store = (await Api.PostAsync(ApiClient.Stores, new { name = "User Preferences" })).Ok();

        Assert.Equal(Fields, store.FieldNames());
        Assert.Matches(Shapes.StoreId, store.Text("id"));
        Assert.Equal("memory_store", store.Text("type"));
        Assert.Equal("User Preferences", store.Text("name"));
        Assert.Equal("", store.Text("description"));
        Assert.Equal("{}", store.GetProperty("metadata").GetRawText());
        Assert.Matches(Shapes.Time, store.Text("created_at"));
        Assert.Equal(store.Text("created_at"), store.Text("updated_at"));
        Assert.True(store.IsNull("archived_at"));
    }

    [Fact]
    public async Task A_store_is_retrieved_as_it_was_created()
    {
        var created = (await Api.PostAsync(ApiClient.Stores,
            new { name = "Ünï 🌳", description = "line\nline", metadata = new { team = "roof", empty = "" } })).Ok();

        var retrieved = (await Api.GetAsync($"{ApiClient.Stores}/{created.Text("id")}")).Ok();

        Assert.Equal(created.GetRawText(), retrieved.GetRawText());
        Assert.Equal("Ünï 🌳", retrieved.Text("name"));
        Assert.Equal("line\nline", retrieved.Text("description"));
        Assert.Equal("roof", retrieved.GetProperty("metadata").Text("team"));
        Assert.Equal("", retrieved.GetProperty("metadata").Text("empty"));
    }

    [Fact]
    public async Task Two_stores_may_have_one_name() => Assert.NotEqual(await NewStoreAsync("Twin"), await NewStoreAsync("Twin"));

    public static TheoryData<string> StoresAtTheirBounds => new(
        Body(new string('n', 255)),
        Body(string.Concat(Enumerable.Repeat("🌳", 255))),
        Body("n", new string('d', 1_024)),
        Body("n", string.Concat(Enumerable.Repeat("🌳", 1_024))),
        Body("n", metadata: Enumerable.Range(0, 16).ToDictionary(i => $"k{i}", _ => "v")),
        Body("n", metadata: new() { [new string('k', 64)] = new string('v', 512) }),
        Body("n", metadata: new() { [string.Concat(Enumerable.Repeat("🌳", 64))] = string.Concat(Enumerable.Repeat("🌳", 512)) }));

    [Theory]
    [MemberData(nameof(StoresAtTheirBounds))]
    public async Task A_store_at_a_bound_is_made(string body) => (await Api.PostTextAsync(ApiClient.Stores, body)).Ok();

    public static TheoryData<string> StoresBeyondTheirBounds => new(
        "{}",
        """{"name":null}""",
        """{"name":7}""",
        Body(""),
        Body(new string('n', 256)),
        Body(string.Concat(Enumerable.Repeat("🌳", 256))),
        Body("a\nb"),
        Body("a\u0000b"),
        Body("a\u007fb"),
        Body("a\u0085b"),
        Body("n", new string('d', 1_025)),
        """{"name":"n","description":["d"]}""",
        Body("n", metadata: Enumerable.Range(0, 17).ToDictionary(i => $"k{i}", _ => "v")),
        Body("n", metadata: new() { [""] = "v" }),
        Body("n", metadata: new() { [new string('k', 65)] = "v" }),
        Body("n", metadata: new() { ["k"] = new string('v', 513) }),
        """{"name":"n","metadata":{"k":1}}""",
        """{"name":"n","metadata":{"k":null}}""",
        """{"name":"n","metadata":{"k":{}}}""",
        """{"name":"n","metadata":[]}""",
        """{"name":"n","metadata":"k=v"}""",
        """{"name":"n","colour":"red"}""");

    [Theory]
    [MemberData(nameof(StoresBeyondTheirBounds))]
    public async Task A_store_beyond_a_bound_is_refused(string body) => (await Api.PostTextAsync(ApiClient.Stores, body)).Invalid();

    [Theory]
    [InlineData("memstore_01ceGPFUY4oTQ3gxaaMvXWXR")]
    [InlineData("memstore_")]
    [InlineData("mem_01BejcL6L48nPdsSQMRmQQ1r")]
    [InlineData("nonsense")]
    [InlineData("%20")]
    [InlineData("..%2f..")]
    [InlineData("%F0%9F%8C%B3")]
    public async Task An_id_of_no_store_is_not_found_whatever_it_looks_like(string id)
    {
        (await Api.GetAsync($"{ApiClient.Stores}/{id}")).NotFound();
        (await Api.PostAsync($"{ApiClient.Stores}/{id}", new { })).NotFound();
        (await Api.PostAsync($"{ApiClient.Stores}/{id}/archive")).NotFound();
        (await Api.DeleteAsync($"{ApiClient.Stores}/{id}")).NotFound();
    }

    [Fact]
    public async Task An_update_changes_the_fields_it_names_and_moves_updated_at()
    {
        var made = (await Api.PostAsync(ApiClient.Stores, new { name = "old", description = "kept" })).Ok();
        var url = $"{ApiClient.Stores}/{made.Text("id")}";

        var renamed = (await Api.PostAsync(url, new { name = "new" })).Ok();

        Assert.Equal("new", renamed.Text("name"));
        Assert.Equal("kept", renamed.Text("description"));
        Assert.Equal(made.Text("created_at"), renamed.Text("created_at"));
        Assert.True(string.CompareOrdinal(renamed.Text("updated_at"), made.Text("updated_at")) > 0);
        Assert.Equal("", (await Api.PostAsync(url, new { description = "" })).Ok().Text("description"));
    }

    [Fact]
    public async Task Metadata_is_patched_key_by_key()
    {
        var url = await StoreWithMetadataAsync(new() { ["keep"] = "1", ["change"] = "1", ["drop"] = "1" });

        await Api.PostTextAsync(url, """{"metadata":{"change":"2","drop":null,"add":"","never":null}}""");

        Assert.Equal("""{"add":"","change":"2","keep":"1"}""", await SortedMetadataAsync(url));
    }

    [Fact]
    public async Task The_bound_on_metadata_pairs_is_held_by_the_result_of_the_patch()
    {
        var url = await StoreWithMetadataAsync(Enumerable.Range(0, 16).ToDictionary(i => $"k{i:00}", _ => "v"));

        (await Api.PostTextAsync(url, """{"metadata":{"more":"v"}}""")).Invalid();
        (await Api.PostTextAsync(url, """{"metadata":{"more":"v","k00":null}}""")).Ok();
        (await Api.PostTextAsync(url, """{"metadata":{"more":"w","k01":"w"}}""")).Ok();
    }

    [Theory]
    [InlineData("""{"name":"new","metadata":{"k":1}}""")]
    [InlineData("""{"name":"","description":"new"}""")]
    [InlineData("""{"name":"new","description":5}""")]
    [InlineData("""{"name":"new","more":5}""")]
    [InlineData("""{"description":"new","metadata":{"":"v"}}""")]
    public async Task A_bad_field_leaves_the_good_ones_undone(string patch)
    {
        var url = await NewStoreAsync();
        var before = (await Api.GetAsync(url)).Text;

        (await Api.PostTextAsync(url, patch)).Invalid();

        Assert.Equal(before, (await Api.GetAsync(url)).Text);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":null,"description":null,"metadata":null}""")]
    [InlineData("""{"metadata":{}}""")]
    [InlineData("""{"metadata":{"never":null}}""")]
    [InlineData("""{"name":"A store","description":""}""")]
    public async Task An_update_that_changes_nothing_answers_the_store_as_it_is(string patch)
    {
        var url = await NewStoreAsync();
        var before = (await Api.GetAsync(url)).Text;

        Assert.Equal(before, (await Api.PostTextAsync(url, patch)).Text);
        Assert.Equal(before, (await Api.GetAsync(url)).Text);
    }

    [Fact]
    public async Task Memories_do_not_move_the_stores_updated_at()
    {
        var url = await NewStoreAsync();
        var before = (await Api.GetAsync(url)).Text;

        var memory = await Api.MemoryAsync(url, "/a");
        (await Api.PostAsync($"{url}/memories/{memory.Text("id")}", new { content = "more" })).Ok();
        (await Api.DeleteAsync($"{url}/memories/{memory.Text("id")}")).Ok();

        Assert.Equal(before, (await Api.GetAsync(url)).Text);
    }

    [Fact]
    public async Task Stores_are_listed_newest_first_and_within_inclusive_bounds_of_time()
    {
        var made = new List<JsonElement>();
        for (var i = 0; i < 5; i++) made.Add((await Api.GetAsync(await NewStoreAsync($"store {i}"))).Ok());
        var (from, until) = (made[1].Text("created_at"), made[3].Text("created_at"));

        var listed = await Api.ListAsync(Between(from, until, "limit=2"));

        Assert.Equal(made[1..4].Each("id").Reverse(), listed.Each("id"));
        Assert.Equal(made[3].GetRawText(), listed[0].GetRawText());
    }

    [Fact]
    public async Task Archived_stores_are_listed_only_when_asked_for()
    {
        var (first, second) = (await NewStoreAsync(), await NewStoreAsync());
        (await Api.PostAsync(first + "/archive")).Ok();
        var (from, until) = ((await Api.GetAsync(first)).Ok().Text("created_at"), (await Api.GetAsync(second)).Ok().Text("created_at"));

        Assert.Equal([IdOf(second)], (await Api.ListAsync(Between(from, until))).Each("id"));
        Assert.Equal([IdOf(second)], (await Api.ListAsync(Between(from, until, "include_archived=false"))).Each("id"));
        Assert.Equal([IdOf(second), IdOf(first)], (await Api.ListAsync(Between(from, until, "include_archived=true"))).Each("id"));
    }

    [Fact]
    public async Task A_page_of_stores_holds_20_unless_1_to_100_are_asked_for()
    {
        for (var i = 0; i < 21; i++) await NewStoreAsync();

        Assert.Equal(20, (await Api.GetAsync(ApiClient.Stores)).Ok().Data().Count());
        Assert.Equal(20, (await Api.GetAsync(ApiClient.Stores + "?limit=")).Ok().Data().Count());
        Assert.Single((await Api.GetAsync(ApiClient.Stores + "?limit=1")).Ok().Data());
        Assert.True((await Api.GetAsync(ApiClient.Stores + "?limit=100")).Ok().Data().Count() >= 21);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=-1")]
    [InlineData("limit=ten")]
    [InlineData("limit=1.5")]
    [InlineData("limit=99999999999999999999")]
    [InlineData("include_archived=yes")]
    [InlineData("include_archived=TRUE")]
    [InlineData("created_at[gte]=yesterday")]
    [InlineData("created_at%5Blte%5D=2026-13-01T00:00:00Z")]
    public async Task A_bad_value_in_a_query_for_stores_is_refused(string query) =>
        (await Api.GetAsync($"{ApiClient.Stores}?{query}")).Invalid();

    [Fact]
    public async Task Parameters_nobody_knows_are_ignored() =>
        (await Api.GetAsync(ApiClient.Stores + "?beta=true&order=asc&order_by=name&colour=red")).Ok();

    [Fact]
    public async Task Deleting_a_store_ends_every_call_on_it()
    {
        var url = await NewStoreAsync();
        var memory = await Api.MemoryAsync(url, "/a");
        var (memoryUrl, versionUrl) = ($"{url}/memories/{memory.Text("id")}", $"{url}/memory_versions/{memory.Text("memory_version_id")}");

        var deleted = (await Api.DeleteAsync(url)).Ok();

        Assert.Equal(["id", "type"], deleted.FieldNames());
        Assert.Equal(IdOf(url), deleted.Text("id"));
        Assert.Equal("memory_store_deleted", deleted.Text("type"));
        foreach (var path in new[] { url, url + "/memories", memoryUrl, url + "/memory_versions", versionUrl }) (await Api.GetAsync(path)).NotFound();
        (await Api.PostAsync(url, new { name = "again" })).NotFound();
        (await Api.PostAsync(url + "/archive")).NotFound();
        (await Api.PostAsync(url + "/memories", new { path = "/a", content = "" })).NotFound();
        (await Api.PostAsync(memoryUrl, new { content = "" })).NotFound();
        (await Api.PostAsync(versionUrl + "/redact")).NotFound();
        (await Api.DeleteAsync(memoryUrl)).NotFound();
        (await Api.DeleteAsync(url)).NotFound();
        Assert.DoesNotContain(IdOf(url), (await Api.GetAsync(ApiClient.Stores + "?limit=100&include_archived=true")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archiving_happens_once_and_repeats_its_answer()
    {
        var url = await NewStoreAsync();

        var archived = (await Api.PostAsync(url + "/archive")).Ok();

        Assert.Matches(Shapes.Time, archived.Text("archived_at"));
        Assert.Equal(archived.Text("archived_at"), archived.Text("updated_at"));
        Assert.Equal(archived.GetRawText(), (await Api.PostAsync(url + "/archive", new { })).Ok().GetRawText());
        Assert.Equal(archived.GetRawText(), (await Api.GetAsync(url)).Ok().GetRawText());
    }

    [Fact]
    public async Task Archiving_takes_no_fields()
    {
        var url = await NewStoreAsync();

        (await Api.PostAsync(url + "/archive", new { because = "done" })).Invalid();

        Assert.True((await Api.GetAsync(url)).Ok().IsNull("archived_at"));
    }

    [Fact]
    public async Task An_archived_store_is_read_and_emptied_and_takes_nothing_new()
    {
        var url = await NewStoreAsync();
        var memory = await Api.MemoryAsync(url, "/a", "one");
        var memoryUrl = $"{url}/memories/{memory.Text("id")}";
        (await Api.PostAsync(memoryUrl, new { content = "two" })).Ok();
        (await Api.PostAsync(url + "/archive")).Ok();

        (await Api.PostAsync(url, new { name = "new" })).Invalid();
        (await Api.PostAsync(url, new { })).Invalid();
        (await Api.PostAsync(url + "/memories", new { path = "/b", content = "" })).Invalid();
        (await Api.PostAsync(memoryUrl, new { content = "three" })).Invalid();
        (await Api.PostAsync(memoryUrl, new { content = "two" })).Invalid();
        Assert.Equal("two", (await Api.GetAsync(memoryUrl)).Ok().Text("content"));
        Assert.Single((await Api.GetAsync(url + "/memories")).Ok().Data());
        Assert.Equal(2, (await Api.GetAsync(url + "/memory_versions")).Ok().Data().Count());
        Assert.Equal("one", (await Api.GetAsync($"{url}/memory_versions/{memory.Text("memory_version_id")}")).Ok().Text("content"));
        (await Api.PostAsync($"{url}/memory_versions/{memory.Text("memory_version_id")}/redact")).Ok();
        var head = (await Api.GetAsync(memoryUrl)).Ok().Text("memory_version_id");
        (await Api.PostAsync($"{url}/memory_versions/{head}/redact")).Invalid();
        (await Api.DeleteAsync(memoryUrl)).Ok();
        (await Api.PostAsync($"{url}/memory_versions/{head}/redact")).Ok();
        (await Api.DeleteAsync(url)).Ok();
    }

    private static string Body(string name, string? description = null, Dictionary<string, string>? metadata = null) =>
        JsonSerializer.Serialize(new { name, description = description ?? "", metadata = metadata ?? [] });

    private static string IdOf(string url) => url[(url.LastIndexOf('/') + 1)..];

    private static string Between(string from, string until, string more = "limit=100") =>
        ApiClient.With(ApiClient.With($"{ApiClient.Stores}?{more}", "created_at[gte]", from), "created_at[lte]", until);

    private async Task<string> StoreWithMetadataAsync(Dictionary<string, string> metadata) =>
        $"{ApiClient.Stores}/{(await Api.PostAsync(ApiClient.Stores, new { name = "n", metadata })).Ok().Text("id")}";

    private async Task<string> SortedMetadataAsync(string url) =>
        JsonSerializer.Serialize((await Api.GetAsync(url)).Ok().GetProperty("metadata").EnumerateObject()
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ToDictionary(pair => pair.Name, pair => pair.Value.GetString()));
}
