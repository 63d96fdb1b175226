using System.Globalization;
using System.Text.RegularExpressions;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>/metrics: what its page says, no more and no less, and nothing of anybody's.</summary>
public sealed partial class MetricsFacts
{
    [Fact]
    public async Task The_page_lists_what_a_scrape_holds_in_both_directions()
    {
        using var directory = new TemporaryDirectory();
        await using var process = await ServerProcess.StartAsync(directory.File("data"));
        using var api = new ApiClient(process.Url);
        await BeBusyAsync(api);

        var scrape = (await api.GetAsync("/metrics")).Text.Split('\n');

        var live = scrape.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToDictionary(parts => parts[2], parts => parts[3]);
        var page = Page().ToDictionary(row => row[0].Trim('`'), row => row[1..]);
        Assert.Equal(page.Keys.Order(), live.Keys.Order());
        foreach (var (name, row) in page)
        {
            Assert.Equal((name, row[0]), (name, live[name]));
            Assert.NotEmpty(row[2]);
            var described = row[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(label => label.Trim('`'));
            var seen = scrape.Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + "_count{", StringComparison.Ordinal))
                .SelectMany(line => Label().Matches(line).Select(match => match.Groups[1].Value)).Distinct().ToList();
            if (seen.Count > 0) Assert.Equal(described.Order(), seen.Order());
        }
    }

    [Fact]
    public async Task A_scrape_is_well_formed_and_counts_what_happened()
    {
        using var directory = new TemporaryDirectory();
        await using var process = await ServerProcess.StartAsync(directory.File("data"), "--rate-read", "3", "--limit", "memories_per_store=1");
        using var api = new ApiClient(process.Url);
        await BeBusyAsync(api);
        for (var i = 0; i < 3; i++) await api.GetAsync(ApiClient.Stores);

        var answer = await api.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Header("content-type"));
        Assert.All(answer.Text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        var values = answer.Text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        Assert.Equal(2, values["memstores_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/memory_stores/{storeId}/memories/\",status=\"200\"}"]);
        Assert.Equal(1, values["memstores_http_request_duration_seconds_count{method=\"GET\",route=\"none\",status=\"404\"}"]);
        Assert.Equal(1, values["memstores_http_request_duration_seconds_count{method=\"other\",route=\"none\",status=\"405\"}"]);
        Assert.Equal(1, values["memstores_http_refusals_total{type=\"authentication_error\"}"]);
        Assert.Equal(1, values["memstores_http_refusals_total{type=\"rate_limit_error\"}"]);
        Assert.Equal(1, values["memstores_http_rate_limited_total{kind=\"reads\"}"]);
        Assert.Equal(1, values["memstores_http_requests_active"]);
        Assert.Equal(1, values["memstores_storage_stores_near_limit"]);
        Assert.Equal(0, values["memstores_storage_ailment"]);
        Assert.Equal(values["memstores_storage_batch_units_count"], values["memstores_storage_commit_duration_seconds_bucket{le=\"+Inf\"}"]);
        Assert.True(values["memstores_storage_batch_units_sum"] >= 2);
        Assert.True(values["memstores_storage_database_size_bytes"] > 0 && values["memstores_storage_wal_size_bytes"] > 0);
        Assert.Equal(1, values["memstores_storage_erasure_duration_seconds_count"]);
    }

    [Fact]
    public async Task Nothing_of_anybody_is_in_a_scrape()
    {
        using var directory = new TemporaryDirectory();
        await using var process = await ServerProcess.StartAsync(directory.File("data"));
        using var api = new ApiClient(process.Url);
        await BeBusyAsync(api);

        var text = (await api.GetAsync("/metrics?secret=query")).Text;

        foreach (var secret in new[] { "secret", "Hidden", "/plans", "memstore_", "mem_", "memver_", "apikey_", "req_", "wrkspc_", ServerProcess.Key, "nowhere", "BREW" })
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task BeBusyAsync(ApiClient api)
    {
        var store = ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores, new { name = "Hidden" })).Ok().Text("id");
        var memory = await api.MemoryAsync(store, "/plans/secret", "secret");
        (await api.GetAsync($"{store}/memories/{memory.Text("id")}?view=full")).Ok();
        await api.GetAsync("/nowhere/secret?secret=1");
        await api.SendAsync(ApiClient.Request(new HttpMethod("BREW"), store));
        await api.SendAsync(ApiClient.Request(HttpMethod.Get, store, "secret-key"));
        (await api.DeleteAsync($"{store}/memories/{memory.Text("id")}")).Ok();
        (await api.PostAsync($"{store}/memory_versions/{memory.Text("memory_version_id")}/redact")).Ok();
        await api.MemoryAsync(store, "/plans/more");
    }

    private static IEnumerable<string[]> Page()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "MemoryStores.sln"))) root = Path.GetDirectoryName(root)!;
        return File.ReadLines(Path.Combine(root, "docs/reference/metrics.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
    }

    [GeneratedRegex("""[{,](\w+)=""")]
    private static partial Regex Label();

    [GeneratedRegex("""^(# (HELP|TYPE) \w+ .+|[a-z_0-9]+(\{(\w+="[^"]*",?)+\})? [0-9.eE+-]+)$""")]
    private static partial Regex Line();
}
