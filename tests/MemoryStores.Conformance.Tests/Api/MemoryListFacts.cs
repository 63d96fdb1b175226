using System.Globalization;
using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 5.8 of the contract: the list of memories, by prefix and by depth.</summary>
public sealed class MemoryListFacts(RunningServer server) : ApiFacts(server)
{
    [Fact]
    public async Task Memories_are_listed_by_the_bytes_of_their_paths()
    {
        // In UTF-16 the tree, a surrogate pair, would come before the private-use letter; in UTF-8 it comes after.
        string[] inOrder = ["/B", "/a!", "/a-b/c", "/a/z", "/aa", "/b", "/é", "/日", "/\uE000", "/🌳"];
        var store = await StoreWithAsync(inOrder.Reverse());

        Assert.Equal(inOrder, await PathsAsync(store + "/memories"));
        Assert.Equal(inOrder, await PathsAsync(store + "/memories?limit=3"));
    }

    [Fact]
    public async Task Editing_a_memory_does_not_move_it_in_the_list()
    {
        var store = await StoreWithAsync(["/a", "/b", "/c"]);
        var first = (await Api.ListAsync(store + "/memories"))[0];

        (await Api.PostAsync($"{store}/memories/{first.Text("id")}", new { content = "new" })).Ok();

        Assert.Equal(["/a", "/b", "/c"], await PathsAsync(store + "/memories"));
    }

    [Fact]
    public async Task A_listed_memory_is_the_memory_with_content_only_in_the_full_view()
    {
        var store = await NewStoreAsync();
        var made = (await Api.PostAsync(store + "/memories?view=full", new { path = "/a", content = "text" })).Ok();

        Assert.Equal(made.GetRawText(), Assert.Single(await Api.ListAsync(store + "/memories?view=full")).GetRawText());
        var basic = Assert.Single(await Api.ListAsync(store + "/memories"));
        Assert.True(basic.IsNull("content"));
        Assert.Equal(made.FieldNames(), basic.FieldNames());
        Assert.Equal(basic.GetRawText(), Assert.Single(await Api.ListAsync(store + "/memories?view=basic")).GetRawText());
    }

    [Theory]
    [InlineData("/notes/", "/notes/a /notes/sub/b")]
    [InlineData("/notes/sub/", "/notes/sub/b")]
    [InlineData("/", "/NOTES/d /a_b/e /axb/f /notes-archive/c /notes/a /notes/sub/b /top")]
    [InlineData("", "/NOTES/d /a_b/e /axb/f /notes-archive/c /notes/a /notes/sub/b /top")]
    [InlineData("/NOTES/", "/NOTES/d")]
    [InlineData("/a_b/", "/a_b/e")]
    [InlineData("/a%b/", "")]
    [InlineData("/top/", "")]
    [InlineData("/nothing/", "")]
    [InlineData("/notes//", "")]
    [InlineData("/*/", "")]
    public async Task A_prefix_is_compared_letter_for_letter(string prefix, string expected)
    {
        var store = await StoreWithAsync(["/top", "/notes/a", "/notes/sub/b", "/notes-archive/c", "/NOTES/d", "/a_b/e", "/axb/f"]);

        Assert.Equal(expected, string.Join(' ', await PathsAsync(ApiClient.With(store + "/memories", "path_prefix", prefix))));
    }

    [Theory]
    [InlineData("path_prefix=notes/")]
    [InlineData("path_prefix=/notes")]
    [InlineData("path_prefix=notes")]
    [InlineData("depth=2")]
    [InlineData("depth=-1")]
    [InlineData("depth=one")]
    [InlineData("depth=1.0")]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=-5")]
    [InlineData("limit=many")]
    [InlineData("view=FULL")]
    public async Task A_bad_value_in_a_query_for_memories_is_refused(string query)
    {
        var store = await NewStoreAsync();

        (await Api.GetAsync($"{store}/memories?{query}")).Invalid();
    }

    [Theory]
    [InlineData("order_by=path")]
    [InlineData("order_by=nonsense&order=desc")]
    [InlineData("beta=true")]
    [InlineData("limit=&depth=&path_prefix=&view=&page=")]
    public async Task Old_and_empty_parameters_change_nothing(string query)
    {
        var store = await StoreWithAsync(["/a", "/b"]);

        Assert.Equal(["/a", "/b"], await PathsAsync($"{store}/memories?{query}"));
    }

    [Fact]
    public async Task The_memories_of_an_unknown_store_are_not_found() =>
        (await Api.GetAsync(ApiClient.Stores + "/memstore_01ceGPFUY4oTQ3gxaaMvXWXR/memories")).NotFound();

    [Fact]
    public async Task A_page_holds_20_memories_or_up_to_100_and_never_more_than_20_with_content()
    {
        var store = await StoreWithAsync(Enumerable.Range(0, 101).Select(i => $"/{i:000}"));

        Assert.Equal(20, await FirstPageAsync(store, ""));
        Assert.Equal(100, await FirstPageAsync(store, "limit=100"));
        Assert.Equal(1, await FirstPageAsync(store, "limit=1"));
        Assert.Equal(20, await FirstPageAsync(store, "view=full&limit=100"));
        Assert.Equal(20, await FirstPageAsync(store, "view=full"));
        Assert.Equal(7, await FirstPageAsync(store, "view=full&limit=7"));
        Assert.Equal(101, (await Api.ListAsync(store + "/memories?view=full&limit=100")).Count);
    }

    [Fact]
    public async Task With_depth_1_deeper_directories_are_one_prefix_each_in_the_common_order()
    {
        var store = await StoreWithAsync(["/a", "/b/1", "/b/2", "/b/c/3", "/b-c", "/b.d/4", "/c", "/projects/foo/5"]);

        var items = await Api.ListAsync(store + "/memories?depth=1");

        Assert.Equal(["/a", "/b-c", "/b.d/", "/b/", "/c", "/projects/"], items.Each("path"));
        foreach (var item in items)
        {
            var isPrefix = item.Text("path").EndsWith('/');
            Assert.Equal(isPrefix ? "memory_prefix" : "memory", item.Text("type"));
            if (isPrefix) Assert.Equal(["path", "type"], item.FieldNames());
        }
        Assert.Equal(["/b/1", "/b/2", "/b/c/"], await PathsAsync(store + "/memories?depth=1&path_prefix=/b/"));
        Assert.Equal(["/b/c/3"], await PathsAsync(store + "/memories?depth=1&path_prefix=/b/c/"));
        Assert.Equal(8, (await PathsAsync(store + "/memories?depth=0")).Count);
    }

    [Fact]
    public async Task Prefixes_count_toward_the_limit_and_are_not_repeated_on_a_later_page()
    {
        var store = await StoreWithAsync(Enumerable.Range(0, 60).Select(i => $"/{i / 20}/{i:00}").Append("/9"));

        var pages = new List<string[]>();
        await foreach (var page in Api.PagesAsync(store + "/memories?depth=1&limit=1")) pages.Add([.. page.Each("path")]);

        Assert.Equal([["/0/"], ["/1/"], ["/2/"], ["/9"]], pages);
    }

    [Fact]
    public async Task Any_tree_is_listed_as_a_plain_reading_of_the_rules_says()
    {
        var chance = Chance.For(nameof(Any_tree_is_listed_as_a_plain_reading_of_the_rules_says));
        for (var round = 0; round < (Chance.IsSoak ? 40 : 3); round++)
        {
            var paths = RandomTree(chance, tries: 90);
            var store = await StoreWithAsync(paths);
            for (var query = 0; query < 12; query++)
            {
                var directory = paths[chance.Next(paths.Count)];
                var prefix = directory[..(directory.LastIndexOf('/', chance.Next(directory.Length)) + 1)];
                var (depth, limit) = (chance.Next(2), chance.Next(1, 12));

                var url = string.Create(CultureInfo.InvariantCulture, $"{store}/memories?depth={depth}&limit={limit}");
                var listed = await PathsAsync(ApiClient.With(url, "path_prefix", prefix));

                Assert.True(Expected(paths, prefix, depth).SequenceEqual(listed),
                    $"prefix {prefix}, depth {depth}, limit {limit}: {string.Join(' ', listed)} ({Chance.Replay})");
            }
        }
    }

    private static IEnumerable<string> Expected(IEnumerable<string> paths, string prefix, int depth) =>
        paths.Where(path => path.StartsWith(prefix, StringComparison.Ordinal))
            .Select(path => depth == 1 && path.IndexOf('/', prefix.Length) is >= 0 and var slash ? path[..(slash + 1)] : path)
            .Distinct().OrderBy(path => Convert.ToHexString(Encoding.UTF8.GetBytes(path)), StringComparer.Ordinal);

    /// <summary>Paths of few, confusable names, none of them at, above or below another.</summary>
    private static List<string> RandomTree(Random chance, int tries)
    {
        string[] names = ["a", "b", "a-", "a.b", "A", "é", "🌳", "\uE000", "_", "%", " ", "0"];
        var paths = new List<string>();
        for (var i = 0; i < tries; i++)
        {
            var path = string.Concat(Enumerable.Range(0, chance.Next(1, 6)).Select(_ => "/" + names[chance.Next(names.Length)]));
            if (!paths.Any(other => (path + "/").StartsWith(other + "/", StringComparison.Ordinal) || (other + "/").StartsWith(path + "/", StringComparison.Ordinal)))
                paths.Add(path);
        }
        return paths;
    }

    private async Task<string> StoreWithAsync(IEnumerable<string> paths)
    {
        var store = await NewStoreAsync();
        foreach (var path in paths) await Api.MemoryAsync(store, path);
        return store;
    }

    private async Task<List<string>> PathsAsync(string url) => [.. (await Api.ListAsync(url)).Each("path")];

    private async Task<int> FirstPageAsync(string store, string query) =>
        (await Api.GetAsync($"{store}/memories?{query}")).Ok().Data().Count();
}
