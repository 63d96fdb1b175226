using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>
/// Hostile requests against the real program. They come with keys of a workspace of their own and aim at everything, a control
/// store of another workspace included: it must come out as it went in, and none of its text may be seen.
/// </summary>
public sealed class FuzzFacts(ITestOutputHelper output)
{
    private const string Stores = "/v1/memory_stores";
    private const string Marker = "Only-the-control-store-says-this";

    /// <summary>MEMSTORES_TEST_FUZZ, which tools/fuzz sets; else twenty thousand, and a million in a soak.</summary>
    private static readonly long Count =
        long.TryParse(Environment.GetEnvironmentVariable("MEMSTORES_TEST_FUZZ"), CultureInfo.InvariantCulture, out var given) ? given
            : Chance.IsSoak ? 1_000_000
            : 20_000;

    // What a server may have more at the end than after a tenth. Its heap and its caches find their size within the first
    // hundred thousand requests, so that only a long run tells growth from warming up; after that they keep no promise to the byte.
    private static readonly long GrowthKilobytes = (Count < 1_000_000 ? 192 : 48) * 1_024;

    [Fact]
    public async Task Hostile_requests_get_an_orderly_answer_and_leave_the_server_as_it_was()
    {
        using var directory = new TemporaryDirectory();
        // Small limits, so that they are met.
        await using var server = await ServerProcess.StartAsync(
            directory.File("data"), "--limit", "stores_per_workspace=48", "--limit", "memories_per_store=200", "--limit", "store_bytes=2000000");
        using var operators = server.Client();
        var control = await MakeStoreAsync(operators, Marker);
        var before = await PhotographAsync(operators, control[0].Store);
        var key = await KeyAsync(operators, new { name = "Besieger", role = "admin", workspace = "besieged" });
        var narrow = new[]
        {
            await KeyAsync(operators, new { name = "Reader", role = "read", workspace = "besieged" }),
            await KeyAsync(operators, new { name = "Confined", role = "write", path_prefix = "/a/", workspace = "besieged" }),
        };
        using var besieger = server.Client();
        besieger.DefaultRequestHeaders.Remove("x-api-key");
        besieger.DefaultRequestHeaders.Add("x-api-key", key);
        var aims = new Aims(control, (await MakeStoreAsync(besieger, "First"))[0], narrow);
        var requests = new HostileRequests(Chance.Seed, server.Url.Authority, key, aims);
        var run = new FuzzRun(server, requests, new Judge(Marker), aims, Chance.Seed);

        await run.PlayAsync(Count);

        output.WriteLine(run.Report());
        Assert.True(run.Failure is null, run.Failure);
        Assert.False(server.HasExited, "The server ended.");
        Assert.Equal(before, await PhotographAsync(operators, control[0].Store));
        Assert.Equal("{\"status\":\"ready\",\"reason\":null}", await operators.GetStringAsync("/readyz"));
        await WriteAndReadAsync(operators);
        var errors = server.Log.Split('\n').Where(line => line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal)).Take(3);
        Assert.True(!errors.Any(), $"The server logged errors; {Chance.Replay}\n{string.Join('\n', errors)}");
        var (warm, end) = run.MemoryKilobytes;
        Assert.True(end < warm + GrowthKilobytes, $"The server grew from {warm / 1024} to {end / 1024} MB; {Chance.Replay}");
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public void A_seed_makes_the_same_requests_again()
    {
        var (one, other) = (Requests(1), Requests(1));
        for (var number = 0; number < 500; number++) Assert.Equal(one.Make(number).Bytes, other.Make(number).Bytes);
        Assert.NotEqual(one.Make(0).Bytes, Requests(2).Make(0).Bytes);
    }

    private static readonly Aim Nothing = new("memstore_01abc", "mem_01abc", "memver_01abc", new string('0', 64));

    private static HostileRequests Requests(int seed) => new(seed, "127.0.0.1", "key", new Aims([Nothing], Nothing, "x"));

    /// <summary>A store in which everything happened that can: a change, a rename, a delete, a redaction.</summary>
    private static async Task<Aim[]> MakeStoreAsync(HttpClient client, string text)
    {
        var store = (await PostAsync(client, Stores, new { name = text, description = text })).GetProperty("id").GetString()!;
        var memories = $"{Stores}/{store}/memories";
        var kept = await PostAsync(client, memories, new { path = "/kept.md", content = text });
        var changed = await PostAsync(client, memories, new { path = "/changed.md", content = "before" });
        var again = await PostAsync(client, $"{memories}/{Id(changed)}", new { path = "/renamed.md", content = text });
        var deleted = await PostAsync(client, memories, new { path = "/deleted.md", content = text });
        using var gone = await client.DeleteAsync($"{memories}/{Id(deleted)}");
        var redacted = changed.GetProperty("memory_version_id").GetString()!;
        using var empty = await client.PostAsync($"{Stores}/{store}/memory_versions/{redacted}/redact", null);
        return [AimAt(kept), AimAt(again), AimAt(deleted), AimAt(changed)];

        static string Id(JsonElement memory) => memory.GetProperty("id").GetString()!;
        static Aim AimAt(JsonElement memory) => new(
            memory.GetProperty("memory_store_id").GetString()!, Id(memory),
            memory.GetProperty("memory_version_id").GetString()!, memory.GetProperty("content_sha256").GetString()!);
    }

    /// <summary>All there is to see of a store, as text.</summary>
    private static async Task<string> PhotographAsync(HttpClient operators, string store)
    {
        var seen = new StringBuilder();
        foreach (var path in new[] { "", "/memories?view=full", "/memories?depth=1", "/memory_versions?view=full&limit=20" })
            seen.AppendLine(await operators.GetStringAsync($"{Stores}/{store}{path}"));
        return seen.ToString();
    }

    private static async Task WriteAndReadAsync(HttpClient operators)
    {
        var store = (await PostAsync(operators, Stores, new { name = "After" })).GetProperty("id").GetString()!;
        var memory = await PostAsync(operators, $"{Stores}/{store}/memories", new { path = "/after.md", content = "All is well." });
        var read = await operators.GetFromJsonAsync<JsonElement>($"{Stores}/{store}/memories/{memory.GetProperty("id").GetString()}");
        Assert.Equal("All is well.", read.GetProperty("content").GetString());
        using var deleted = await operators.DeleteAsync($"{Stores}/{store}");
        Assert.True(deleted.IsSuccessStatusCode);
    }

    private static async Task<string> KeyAsync(HttpClient operators, object request) =>
        (await PostAsync(operators, "/ext/v1/keys", request)).GetProperty("key").GetString()!;

    private static async Task<JsonElement> PostAsync(HttpClient operators, string path, object body)
    {
        using var answer = await operators.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
