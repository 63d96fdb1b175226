using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Sections 5.12 and 5.13 of the contract: what happened to memories.</summary>
public sealed class VersionApiFacts(RunningServer server) : ApiFacts(server)
{
    public static readonly string[] Fields =
    [
        "content", "content_sha256", "content_size_bytes", "created_at", "created_by", "id", "memory_id", "memory_store_id", "operation", "path",
        "redacted_at", "redacted_by", "type",
    ];

    [Fact]
    public async Task A_memorys_life_is_three_kinds_of_version()
    {
        var store = await NewStoreAsync();
        var made = await Api.MemoryAsync(store, "/a", "one");
        var url = $"{store}/memories/{made.Text("id")}";
        var changed = (await Api.PostAsync(url, new { path = "/b", content = "two" })).Ok();
        (await Api.DeleteAsync(url)).Ok();

        var versions = await Api.ListAsync(store + "/memory_versions?view=full");

        Assert.Equal(["deleted", "modified", "created"], versions.Each("operation"));
        Assert.Equal(["/b", "/b", "/a"], versions.Each("path"));
        Assert.Equal([null, "two", "one"], versions.Select(version => version.GetProperty("content").GetString()));
        Assert.Equal([null, ApiClient.Hash("two"), ApiClient.Hash("one")], versions.Select(version => version.GetProperty("content_sha256").GetString()));
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Number, JsonValueKind.Number], versions.Select(version => version.GetProperty("content_size_bytes").ValueKind));
        Assert.Equal([changed.Text("memory_version_id"), made.Text("memory_version_id")], versions[1..].Each("id"));
        Assert.Equal([changed.Text("updated_at"), made.Text("created_at")], versions[1..].Each("created_at"));
        foreach (var version in versions)
        {
            Assert.Equal(Fields, version.FieldNames());
            Assert.Matches(Shapes.VersionId, version.Text("id"));
            Assert.Equal("memory_version", version.Text("type"));
            Assert.Equal(made.Text("id"), version.Text("memory_id"));
            Assert.Equal(made.Text("memory_store_id"), version.Text("memory_store_id"));
            Assert.Matches(Shapes.Time, version.Text("created_at"));
            Assert.Equal(["api_key_id", "type"], version.GetProperty("created_by").FieldNames());
            Assert.Equal("api_actor", version.GetProperty("created_by").Text("type"));
            Assert.Matches(Shapes.KeyId, version.GetProperty("created_by").Text("api_key_id"));
            Assert.True(version.IsNull("redacted_at") && version.IsNull("redacted_by"));
        }
    }

    [Fact]
    public async Task A_version_is_retrieved_with_its_content_and_listed_without_unless_asked()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memory_versions/{(await Api.MemoryAsync(store, "/a", "one")).Text("memory_version_id")}";

        var full = (await Api.GetAsync(url)).Ok();
        var basic = (await Api.GetAsync(url + "?view=basic")).Ok();

        Assert.Equal("one", full.Text("content"));
        Assert.True(basic.IsNull("content"));
        Assert.Equal(full.Text("content_sha256"), basic.Text("content_sha256"));
        Assert.Equal(full.FieldNames(), basic.FieldNames());
        Assert.Equal(basic.GetRawText(), Assert.Single(await Api.ListAsync(store + "/memory_versions")).GetRawText());
        Assert.Equal(full.GetRawText(), Assert.Single(await Api.ListAsync(store + "/memory_versions?view=full")).GetRawText());
        Assert.Equal(full.GetRawText(), (await Api.GetAsync(url + "?view=full")).Text);
    }

    [Fact]
    public async Task A_version_of_another_store_or_of_none_is_not_found()
    {
        var (store, other) = (await NewStoreAsync(), await NewStoreAsync());
        var made = await Api.MemoryAsync(store, "/a", "one");

        foreach (var path in new[]
        {
            $"{other}/memory_versions/{made.Text("memory_version_id")}", $"{store}/memory_versions/memver_01JShQ1pdoW3aLj7EeBqu5Ax",
            $"{store}/memory_versions/{made.Text("id")}", $"{store}/memory_versions/nonsense",
        })
        {
            (await Api.GetAsync(path)).NotFound();
            (await Api.PostAsync(path + "/redact")).NotFound();
        }
        (await Api.GetAsync(ApiClient.Stores + "/memstore_01ceGPFUY4oTQ3gxaaMvXWXR/memory_versions")).NotFound();
    }

    [Fact]
    public async Task Filters_combine_with_and()
    {
        var store = await NewStoreAsync();
        var (first, second) = (await Api.MemoryAsync(store, "/a", "one"), await Api.MemoryAsync(store, "/b", "one"));
        (await Api.PostAsync($"{store}/memories/{first.Text("id")}", new { content = "two" })).Ok();
        (await Api.PostAsync($"{store}/memories/{second.Text("id")}", new { content = "two" })).Ok();
        (await Api.DeleteAsync($"{store}/memories/{first.Text("id")}")).Ok();
        var all = await Api.ListAsync(store + "/memory_versions");
        var key = all[0].GetProperty("created_by").Text("api_key_id");

        Assert.Equal(["deleted", "modified", "created"], (await ListAsync($"memory_id={first.Text("id")}")).Each("operation"));
        Assert.Equal(2, (await ListAsync("operation=modified")).Count);
        Assert.Equal(second.Text("memory_version_id"), Assert.Single(await ListAsync($"operation=created&memory_id={second.Text("id")}")).Text("id"));
        Assert.Equal(5, (await ListAsync($"api_key_id={key}")).Count);
        Assert.Equal(2, (await ListAsync($"api_key_id={key}&memory_id={second.Text("id")}")).Count);
        Assert.Equal(5, (await ListAsync("memory_id=&operation=&api_key_id=&session_id=&service_account_id=")).Count);
        foreach (var nothing in new[]
        {
            $"operation=deleted&memory_id={second.Text("id")}", "memory_id=mem_01BejcL6L48nPdsSQMRmQQ1r", "memory_id=nonsense",
            "api_key_id=apikey_01VeaRKoEn9T7U9x9LEzWQwN", "session_id=sesn_01VeaRKoEn9T7U9x9LEzWQwN", "service_account_id=svac_x",
            $"api_key_id={key}&session_id=sesn_01VeaRKoEn9T7U9x9LEzWQwN", $"session_id={key}",
        })
        {
            Assert.Empty(await ListAsync(nothing));
        }

        Task<List<JsonElement>> ListAsync(string query) => Api.ListAsync($"{store}/memory_versions?{query}");
    }

    [Fact]
    public async Task A_returned_time_used_as_a_bound_includes_its_version()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "0")).Text("id")}";
        for (var i = 1; i < 6; i++) (await Api.PostAsync(url, new { content = $"{i}" })).Ok();
        var all = await Api.ListAsync(store + "/memory_versions");
        var (from, until) = (all[4].Text("created_at"), all[1].Text("created_at"));

        Assert.Equal(all[..5].Each("id"), (await Api.ListAsync(ApiClient.With(store + "/memory_versions", "created_at[gte]", from))).Each("id"));
        Assert.Equal(all[1..].Each("id"), (await Api.ListAsync(ApiClient.With(store + "/memory_versions", "created_at[lte]", until))).Each("id"));
        var between = ApiClient.With(ApiClient.With(store + "/memory_versions?limit=2", "created_at[gte]", from), "created_at[lte]", until);
        Assert.Equal(all[1..5].Each("id"), (await Api.ListAsync(between)).Each("id"));
        Assert.Equal(all[3].Text("id"), Assert.Single(await Api.ListAsync(
            $"{store}/memory_versions?created_at[gte]={all[3].Text("created_at")}&created_at[lte]={all[3].Text("created_at")}")).Text("id"));
    }

    [Fact]
    public async Task A_bound_may_come_in_any_form_of_RFC_3339()
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/a");
        var at = Assert.Single(await Api.ListAsync(store + "/memory_versions")).Text("created_at");
        var moment = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        var inOtherZone = moment.ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture) + "+02:00";

        foreach (var same in new[] { at, at.Replace("Z", "+00:00"), at.Replace("Z", "000Z"), at.ToLowerInvariant(), inOtherZone })
        {
            Assert.Single(await Api.ListAsync(ApiClient.With(store + "/memory_versions", "created_at[gte]", same)));
            Assert.Single(await Api.ListAsync(ApiClient.With(store + "/memory_versions", "created_at[lte]", same)));
        }
        Assert.Empty(await Api.ListAsync(ApiClient.With(store + "/memory_versions", "created_at[gte]", at.Replace("Z", "1Z"))));
        Assert.Single(await Api.ListAsync(store + "/memory_versions?created_at[gte]=2020-01-01T00:00:00Z"));
        Assert.Empty(await Api.ListAsync(store + "/memory_versions?created_at[lte]=2020-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task Versions_of_hurried_changes_have_growing_times_and_are_listed_newest_first()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "start")).Text("id")}";

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Api.PostAsync(url, new { content = $"{i}" })));

        var versions = await Api.ListAsync(store + "/memory_versions?limit=7&view=full");
        Assert.Equal(61, versions.Count);
        Assert.Equal(versions.Each("created_at").OrderDescending(StringComparer.Ordinal), versions.Each("created_at"));
        Assert.Equal(61, versions.Each("created_at").Distinct().Count());
        Assert.Equal(versions[0].Text("content"), (await Api.GetAsync(url)).Ok().Text("content"));
    }

    [Theory]
    [InlineData("operation=renamed")]
    [InlineData("operation=Created")]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=x")]
    [InlineData("view=some")]
    [InlineData("created_at[gte]=soon")]
    [InlineData("created_at[lte]=2026-02-30T00:00:00Z")]
    [InlineData("created_at[gte]=12345")]
    public async Task A_bad_value_in_a_query_for_versions_is_refused(string query)
    {
        var store = await NewStoreAsync();

        (await Api.GetAsync($"{store}/memory_versions?{query}")).Invalid();
    }

    [Fact]
    public async Task A_page_holds_20_versions_or_up_to_100_and_never_more_than_20_with_content()
    {
        var store = await NewStoreAsync();
        for (var i = 0; i < 101; i++) await Api.MemoryAsync(store, $"/{i}", $"{i}");

        Assert.Equal(20, await FirstPageAsync(""));
        Assert.Equal(100, await FirstPageAsync("limit=100"));
        Assert.Equal(20, await FirstPageAsync("limit=100&view=full"));
        Assert.Equal(3, await FirstPageAsync("limit=3&view=full"));
        Assert.Equal(101, (await Api.ListAsync(store + "/memory_versions?view=full&limit=100")).Each("content").Distinct().Count());

        async Task<int> FirstPageAsync(string query) => (await Api.GetAsync($"{store}/memory_versions?{query}")).Ok().Data().Count();
    }

    [Fact]
    public async Task What_was_refused_or_changed_nothing_is_no_version()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "one");
        var url = $"{store}/memories/{memory.Text("id")}";

        (await Api.PostAsync(store + "/memories", new { path = "/a", content = "" })).PathConflict();
        (await Api.PostAsync(url, new { content = "one" })).Ok();
        (await Api.PostAsync(url, new { content = "two", precondition = ApiClient.Precondition(ApiClient.Hash("zero")) })).PreconditionFailed();
        (await Api.PostAsync(url, new { path = "bad" })).Invalid();
        (await Api.DeleteAsync($"{url}?expected_content_sha256={ApiClient.Hash("zero")}")).PreconditionFailed();

        Assert.Single(await Api.ListAsync(store + "/memory_versions"));
    }
}
