using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace MemoryStores.Benchmarks.Rows;

/// <summary>What the REST rows share: a server with a store, limits out of the way.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("memstores-bench-");

    public required Child Child { get; init; }
    public required HttpClient Client { get; init; }
    public required string Store { get; init; }

    public static async Task<BenchServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("memstores-bench-");
        var child = await Child.ServerAsync(Path.Combine(directory.FullName, "data"),
            "--limit", "memories_per_store=100000000", "--limit", "store_bytes=1000000000000");
        var client = child.Client();
        return new BenchServer { Child = child, Client = client, Store = await PostAsync(client, "/v1/memory_stores", new { name = "bench" }) };
    }

    public static async Task<string> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Child.DisposeAsync();
        directory.Delete(recursive: true);
    }
}

internal sealed class GetRow : IRow
{
    public string Name => "get";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        await using var server = await BenchServer.StartAsync();
        var memory = await BenchServer.PostAsync(server.Client, $"/v1/memory_stores/{server.Store}/memories", new { path = "/notes/roof.md", content = new string('x', 1_024) });
        var path = $"/v1/memory_stores/{server.Store}/memories/{memory}";
        var size = (await server.Client.GetByteArrayAsync(path)).Length;
        await using var constant = await Child.BaselineAsync("baseline-constant", size.ToString());
        var (get, fixedAnswer) = (LoadGenerator.Request("GET", path), LoadGenerator.Request("GET", "/constant"));

        await LoadGenerator.RunAsync(server.Child.Url, 64, plan.Time, _ => get); // compiled by now
        await LoadGenerator.RunAsync(constant.Url, 64, plan.Time, _ => fixedAnswer);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var i = 0; i < plan.Rounds; i++)
        {
            ours.Add((await LoadGenerator.RunAsync(server.Child.Url, 64, plan.Time, _ => get)).Rate);
            theirs.Add((await LoadGenerator.RunAsync(constant.Url, 64, plan.Time, _ => fixedAnswer)).Rate);
        }
        return [new Result("GET one memory of 1 KiB, 64 connections", "Kestrel, a constant as long", Bench.Median(ours), Bench.Median(theirs), "/s", 0.6, AtLeast: true)];
    }
}

internal sealed class CreateRow : IRow
{
    public string Name => "create";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        await using var server = await BenchServer.StartAsync();
        var directory = Directory.CreateTempSubdirectory("memstores-bench-");
        await using var bare = await Child.BaselineAsync("baseline-group-commit", directory.FullName);
        var (path, text, number) = ($"/v1/memory_stores/{server.Store}/memories", new string('x', 1_000), 0);
        byte[] Create(int _)
        {
            var no = Interlocked.Increment(ref number);
            return LoadGenerator.Request("POST", path, $$"""{"path":"/d{{no % 100}}/{{no}}.md","content":"{{no:D8}}{{text}}"}""");
        }
        byte[] Bare(int no) => LoadGenerator.Request("POST", "/create", $$"""{"path":"/d{{no % 100}}/{{no}}.md","content":"{{no:D8}}{{text}}"}""");

        await LoadGenerator.RunAsync(server.Child.Url, 64, plan.Time, Create);
        await LoadGenerator.RunAsync(bare.Url, 64, plan.Time, Bare);
        var (ours, theirs, slowest) = (new List<double>(), new List<double>(), TimeSpan.Zero);
        for (var i = 0; i < plan.Rounds; i++)
        {
            ours.Add((await LoadGenerator.RunAsync(server.Child.Url, 64, plan.Time, Create)).Rate);
            theirs.Add((await LoadGenerator.RunAsync(bare.Url, 64, plan.Time, Bare)).Rate);
            var thirtyTwo = await LoadGenerator.RunAsync(server.Child.Url, 32, plan.Time, Create);
            if (thirtyTwo.Slowest > slowest) slowest = thirtyTwo.Slowest;
        }
        directory.Delete(recursive: true);
        return
        [
            new Result("create a memory of 1 KiB, 64 connections, durable", "bare group commit behind Kestrel", Bench.Median(ours), Bench.Median(theirs), "/s", 0.6, AtLeast: true),
            new Result("slowest create, 32 connections", "what the official worker allows", slowest.TotalMilliseconds, 400, "ms", 1, AtLeast: false),
        ];
    }
}

internal sealed class VersionListRow : IRow
{
    public string Name => "versions";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        await using var server = await BenchServer.StartAsync();
        var large = await BenchServer.PostAsync(server.Client, "/v1/memory_stores", new { name = "large" });
        await FillAsync(server, server.Store, 1_000);
        await FillAsync(server, large, plan.Versions);
        var results = new List<Result>();
        foreach (var (what, query) in new[] { ("a page of versions", "limit=100"), ("a page of versions of one operation", "limit=100&operation=modified") })
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var i = 0; i < 300; i++)
            {
                theirs.Add(await TimeAsync(server, $"/v1/memory_stores/{server.Store}/memory_versions?{query}"));
                ours.Add(await TimeAsync(server, $"/v1/memory_stores/{large}/memory_versions?{query}"));
            }
            results.Add(new Result($"list {what}, {plan.Versions:N0} in the store", "the same with 1,000", Bench.Median(ours), Bench.Median(theirs), "ms", 1.2, AtLeast: false));
        }
        return results;
    }

    private static async Task<double> TimeAsync(BenchServer server, string path)
    {
        var clock = Stopwatch.StartNew();
        await server.Client.GetByteArrayAsync(path);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task FillAsync(BenchServer server, string store, int versions)
    {
        const int perCommit = 1_000;
        var memory = await BenchServer.PostAsync(server.Client, $"/v1/memory_stores/{store}/memories", new { path = "/log.md", content = "0" });
        for (var from = 1; from < versions; from += perCommit)
        {
            var changes = Enumerable.Range(from, Math.Min(perCommit, versions - from))
                .Select(no => new { type = "update", memory_id = memory, content = $"version {no}", expected_version_id = "anything" });
            using var answer = await server.Client.PostAsJsonAsync($"/ext/v1/memory_stores/{store}/commits", new { changes });
            answer.EnsureSuccessStatusCode();
        }
    }
}
