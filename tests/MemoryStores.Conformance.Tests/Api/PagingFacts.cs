using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 6 of the contract: walking through lists, with tokens that are good for one list alone.</summary>
public sealed class PagingFacts(RunningServer server) : ApiFacts(server)
{
    [Fact]
    public async Task A_list_that_just_fills_its_page_has_no_next_one()
    {
        var store = await StoreOfAsync(4);

        foreach (var list in new[] { store + "/memories", store + "/memories?depth=1", store + "/memory_versions" })
        {
            Assert.True((await PageAsync(list, 4)).IsNull("next_page"), list);
            var first = await PageAsync(list, 2);
            Assert.StartsWith("page_", first.Text("next_page"), StringComparison.Ordinal);
            var second = await PageAsync(ApiClient.With(list, "page", first.Text("next_page")), 2);
            Assert.Equal(2, second.Data().Count());
            Assert.True(second.IsNull("next_page"), list);
        }
    }

    [Fact]
    public async Task The_page_may_change_its_size_and_view_on_the_way()
    {
        var store = await StoreOfAsync(6);
        var token = (await PageAsync(store + "/memories", 2)).Text("next_page");

        var rest = (await Api.GetAsync(ApiClient.With(store + "/memories?limit=100&view=full", "page", token))).Ok();

        Assert.Equal(["/2", "/3", "/4", "/5"], rest.Data().Each("path"));
        Assert.Equal("2", rest.Data().First().Text("content"));
    }

    [Fact]
    public async Task A_token_is_good_more_than_once()
    {
        var store = await StoreOfAsync(4);
        var second = ApiClient.With(store + "/memories?limit=2", "page", (await PageAsync(store + "/memories", 2)).Text("next_page"));

        Assert.Equal((await Api.GetAsync(second)).Ok().GetRawText(), (await Api.GetAsync(second)).Ok().GetRawText());
    }

    public static TheoryData<string> TokensNobodyMade => new(
        "2", "page_", "page_2", "page_AAAA", "page_////", "page_=", "page_" + new string('A', 500), "PAGE_AAAA", "page_\u00e9", "next", "\0",
        "page_" + Convert.ToBase64String(Encoding.UTF8.GetBytes("/1")), "eyJvZmZzZXQiOjIwfQ==");

    [Theory]
    [MemberData(nameof(TokensNobodyMade))]
    public async Task A_token_nobody_made_is_refused(string token)
    {
        var store = await StoreOfAsync(1);

        foreach (var list in new[] { ApiClient.Stores, store + "/memories", store + "/memory_versions" })
            (await Api.GetAsync(ApiClient.With(list, "page", token))).Invalid();
    }

    [Fact]
    public async Task A_token_with_one_letter_changed_is_refused()
    {
        var store = await StoreOfAsync(3);
        var token = (await PageAsync(store + "/memories", 1)).Text("next_page");

        for (var at = 0; at < token.Length - 1; at++)
        {
            var changed = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
            (await Api.GetAsync(ApiClient.With(store + "/memories", "page", changed))).Invalid();
        }
        (await Api.GetAsync(ApiClient.With(store + "/memories", "page", token[..^1]))).Invalid();
        (await Api.GetAsync(ApiClient.With(store + "/memories", "page", token + "A"))).Invalid();
        (await Api.GetAsync($"{store}/memories?page={token}&page={token}")).Invalid();
    }

    [Fact]
    public async Task A_token_of_another_list_or_of_another_filter_is_refused()
    {
        var (store, other) = (await StoreOfAsync(3), await StoreOfAsync(3));
        string[] lists =
        [
            ApiClient.Stores, ApiClient.Stores + "?include_archived=true", ApiClient.Stores + "?created_at[gte]=2020-01-01T00:00:00Z",
            store + "/memories", other + "/memories", store + "/memories?depth=1",
            store + "/memory_versions", other + "/memory_versions", store + "/memory_versions?operation=created",
            store + "/memory_versions?created_at[gte]=2020-01-01T00:00:00Z", store + "/memory_versions?created_at[gte]=2020-01-02T00:00:00Z",
        ];
        var tokens = new List<string>();
        foreach (var list in lists) tokens.Add((await PageAsync(list, 1)).Text("next_page"));

        for (var i = 0; i < lists.Length; i++)
        {
            for (var j = 0; j < lists.Length; j++)
            {
                var answer = await Api.GetAsync(ApiClient.With(lists[i], "page", tokens[j]));
                if (i == j) answer.Ok();
                else answer.Invalid();
            }
        }
    }

    [Fact]
    public async Task A_walk_meets_everything_that_was_there_throughout_once_while_others_come_and_go()
    {
        var chance = Chance.For(nameof(A_walk_meets_everything_that_was_there_throughout_once_while_others_come_and_go));
        var store = await NewStoreAsync();
        var ids = new Dictionary<string, string>();
        for (var i = 0; i < 40; i++) ids[$"/{i:00}"] = (await Api.MemoryAsync(store, $"/{i:00}")).Text("id");
        var lasting = ids.Keys.ToHashSet();
        var met = new List<string>();

        await foreach (var page in Api.PagesAsync(store + "/memories?limit=3"))
        {
            met.AddRange(page.Each("path"));
            var doomed = page[^1].Text("path"); // the very memory the token stands at
            if (ids.Remove(doomed, out var last)) (await Api.DeleteAsync($"{store}/memories/{last}")).Ok();
            var victim = ids.Keys.ElementAt(chance.Next(ids.Count));
            (await Api.DeleteAsync($"{store}/memories/{ids[victim]}")).Ok();
            ids.Remove(victim);
            lasting.Remove(victim);
            await Api.MemoryAsync(store, $"/{chance.Next(100):00}-{chance.Next()}");
        }

        Assert.True(met.Distinct().Count() == met.Count, $"Met twice: {string.Join(' ', met)}. {Chance.Replay}");
        Assert.True(lasting.IsSubsetOf(met), $"Missed: {string.Join(' ', lasting.Except(met))}. {Chance.Replay}");
        Assert.Equal(met.Order(StringComparer.Ordinal), met);
    }

    [Fact]
    public async Task A_walk_through_versions_shows_none_twice_while_more_are_written()
    {
        var store = await StoreOfAsync(10);
        var there = (await Api.ListAsync(store + "/memory_versions")).Each("id").ToList();
        var met = new List<string>();
        var round = 0;

        await foreach (var page in Api.PagesAsync(store + "/memory_versions?limit=3"))
        {
            met.AddRange(page.Each("id"));
            await Api.MemoryAsync(store, $"/more-{round++}");
        }

        Assert.Equal(there, met);
    }

    private async Task<string> StoreOfAsync(int memories)
    {
        var store = await NewStoreAsync();
        for (var i = 0; i < memories; i++) await Api.MemoryAsync(store, $"/{i}", $"{i}");
        return store;
    }

    private async Task<JsonElement> PageAsync(string list, int limit) =>
        (await Api.GetAsync(ApiClient.With(list, "limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture)))).Ok();
}
