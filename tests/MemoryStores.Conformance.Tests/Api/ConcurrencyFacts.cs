using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Many clients at once: races have one winner, and nothing is lost, doubled or broken.</summary>
public sealed class ConcurrencyFacts(RunningServer server, ITestOutputHelper output) : ApiFacts(server)
{
    [Fact]
    public async Task Of_50_conditional_updates_with_different_contents_exactly_one_wins()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "start");
        var url = $"{store}/memories/{memory.Text("id")}";
        var precondition = ApiClient.Precondition(memory.Text("content_sha256"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Api.PostAsync(url + "?view=full", new { content = $"writer {i}", precondition })));

        var winner = Assert.Single(answers, answer => answer.Status == 200).Ok();
        foreach (var lost in answers.Where(answer => answer.Status != 200)) lost.PreconditionFailed();
        Assert.Equal(winner.GetRawText(), (await Api.GetAsync(url)).Ok().GetRawText());
        Assert.Equal(2, (await Api.ListAsync(store + "/memory_versions")).Count);
    }

    [Fact]
    public async Task Conditional_updates_with_one_content_all_succeed_and_are_one_version()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "start");
        var body = new { content = "agreed", precondition = ApiClient.Precondition(memory.Text("content_sha256")) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Api.PostAsync($"{store}/memories/{memory.Text("id")}", body)));

        Assert.Single(answers.Select(answer => answer.Ok().Text("memory_version_id")).Distinct());
        Assert.Equal(2, (await Api.ListAsync(store + "/memory_versions")).Count);
    }

    [Fact]
    public async Task Of_many_creates_at_one_place_exactly_one_wins()
    {
        var store = await NewStoreAsync();
        string[] paths = ["/a", "/a/b", "/a/b/c"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Api.PostAsync(store + "/memories", new { path = paths[i % 3], content = $"{i}" })));

        // Any of the three excludes the others.
        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var lost in answers.Where(answer => answer.Status != 200)) lost.PathConflict();
        Assert.Single(await Api.ListAsync(store + "/memories"));
    }

    [Fact]
    public async Task Of_many_conditional_deletes_one_wins_and_of_edit_against_delete_one_is_told()
    {
        var store = await NewStoreAsync();
        for (var round = 0; round < 10; round++)
        {
            var memory = await Api.MemoryAsync(store, $"/{round}", "start");
            var url = $"{store}/memories/{memory.Text("id")}";
            var hash = memory.Text("content_sha256");

            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => i % 2 == 0
                ? Api.DeleteAsync($"{url}?expected_content_sha256={hash}")
                : Api.PostAsync(url, new { content = $"{i}", precondition = ApiClient.Precondition(hash) })));

            Assert.Single(answers, answer => answer.Status == 200);
            foreach (var lost in answers.Where(answer => answer.Status != 200))
            {
                if (lost.Status == 404) lost.NotFound();
                else lost.PreconditionFailed();
            }
        }
        Assert.Equal(20, (await Api.ListAsync(store + "/memory_versions?limit=100")).Count);
    }

    [Fact]
    public async Task Over_32_connections_2000_creates_are_2000_memories_in_a_dense_history()
    {
        var store = await NewStoreAsync();
        var before = await SeqAsync(store, "/first");
        var slowest = new ConcurrentBag<TimeSpan>();
        var next = -1;

        await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            using var own = new ApiClient(Server.Process.Url);
            for (var i = Interlocked.Increment(ref next); i < 2_000; i = Interlocked.Increment(ref next))
            {
                var start = Stopwatch.GetTimestamp();
                (await own.PostAsync(store + "/memories", new { path = $"/d{i % 40}/{i}", content = $"memory {i}" })).Ok();
                slowest.Add(Stopwatch.GetElapsedTime(start));
            }
        }));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The slowest of 2,000 creates took {slowest.Max().TotalMilliseconds:0} ms."));

        // A history without gaps: as many seqs as changes.
        Assert.Equal(before + 2_001, await SeqAsync(store, "/last"));
        var listed = await Api.ListAsync(store + "/memories?limit=100");
        Assert.Equal(2_002, listed.Each("id").Distinct().Count());
        Assert.Equal(2_002, (await Api.ListAsync(store + "/memory_versions?limit=100")).Each("created_at").Distinct().Count());
    }

    [Fact]
    public async Task Limits_hold_under_concurrency()
    {
        using var directory = new TemporaryDirectory();
        await using var small = await ServerProcess.StartAsync(
            directory.File("data"), "--limit", "memories_per_store=7", "--limit", "store_bytes=1000", "--limit", "stores_per_workspace=2");
        using var api = new ApiClient(small.Url);

        var stores = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => api.PostAsync(ApiClient.Stores, new { name = $"{i}" })));
        Assert.Equal(2, stores.Count(answer => answer.Status == 200));
        foreach (var refused in stores.Where(answer => answer.Status != 200)) refused.Invalid();
        var urls = stores.Where(answer => answer.Status == 200).Select(answer => ApiClient.Stores + "/" + answer.Ok().Text("id")).ToList();

        var many = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => api.PostAsync(urls[0] + "/memories", new { path = $"/{i}", content = "" })));
        Assert.Equal(7, many.Count(answer => answer.Status == 200));
        foreach (var refused in many.Where(answer => answer.Status != 200)) refused.Invalid();
        var full = await api.ListAsync(urls[0] + "/memories");
        Assert.Equal(7, full.Count);
        // A full store is read, edited and renamed, and has room again after a delete.
        var one = $"{urls[0]}/memories/{full[0].Text("id")}";
        (await api.PostAsync(one, new { content = "edited", path = "/renamed" })).Ok();
        (await api.DeleteAsync(one)).Ok();
        await api.MemoryAsync(urls[0], "/again");

        var large = await Task.WhenAll(Enumerable.Range(0, 7).Select(i => api.PostAsync(urls[1] + "/memories", new { path = $"/{i}", content = new string('x', 300) })));
        Assert.Equal(3, large.Count(answer => answer.Status == 200));
        foreach (var refused in large.Where(answer => answer.Status != 200)) refused.Invalid();
        var grown = $"{urls[1]}/memories/{(await api.ListAsync(urls[1] + "/memories"))[0].Text("id")}";
        (await api.PostAsync(grown, new { content = new string('y', 401) })).Invalid();
        (await api.PostAsync(grown, new { content = new string('y', 400) })).Ok();
        (await api.PostAsync(grown, new { content = "y" })).Ok();
    }

    /// <summary>The store's seq after one more memory.</summary>
    private async Task<long> SeqAsync(string store, string path) =>
        (await Api.PostAsync($"/ext{store}/commits", new { changes = new[] { new { type = "create", path, content = "" } } })).Ok().GetProperty("seq").GetInt64();
}
