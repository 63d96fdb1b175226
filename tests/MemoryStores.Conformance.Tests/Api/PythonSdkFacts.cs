using System.Text;
using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>
/// The calls of samples/python, memory.py and quickstart.py, and those they leave out, as the Python SDK would send them, over one connection as it
/// would. Both of its generations.
/// </summary>
public sealed class PythonSdkFacts(RunningServer server) : ApiFacts(server), IDisposable
{
    private readonly RawConnection connection = RawConnection.OpenAsync(server.Process.Url).GetAwaiter().GetResult();

    public void Dispose() => connection.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_story_of_the_sample_is_told(bool isFirst)
    {
        var sdk = Sdk(isFirst);
        var store = (await CallAsync(sdk, "POST", ApiClient.Stores, json: sdk.Json(("name", "House"), ("description", "What we know about the house")))).Ok();
        var url = $"{ApiClient.Stores}/{store.Text("id")}";

        // Remember, and read back.
        var roof = await CreateAsync(sdk, url, "/repairs/roof.md", "Mended in May – für €300.\n");
        await CreateAsync(sdk, url, "/repairs/cellar.md", "Dry.\n");
        await CreateAsync(sdk, url, "/people.md", "The roofer is Ada.\n");
        var read = (await CallAsync(sdk, "GET", $"{url}/memories/{roof}")).Ok();
        Assert.Equal("Mended in May – für €300.\n", read.Text("content"));

        // Change safely, and lose a race.
        var guard = sdk.Json(("type", "content_sha256"), ("content_sha256", read.Text("content_sha256")));
        (await CallAsync(sdk, "POST", $"{url}/memories/{roof}", json: sdk.Json(("content", "Leaks again.\n"), ("precondition", guard)))).Ok();
        (await CallAsync(sdk, "POST", $"{url}/memories/{roof}", json: sdk.Json(("content", "Costs 300.\n"), ("precondition", guard)))).PreconditionFailed();

        // Look around.
        var directory = (await CallAsync(sdk, "GET", $"{url}/memories", [("depth", "1"), ("path_prefix", "/")])).Ok();
        Assert.Equal(["/people.md", "/repairs/"], Items(directory).Select(item => item.Text("path")));

        // Look back, undo, forget.
        var versions = Items((await CallAsync(sdk, "GET", $"{url}/memory_versions", [("memory_id", roof)])).Ok());
        Assert.Equal(["modified", "created"], versions.Select(version => version.Text("operation")));
        var first = (await CallAsync(sdk, "GET", $"{url}/memory_versions/{versions[1].Text("id")}")).Ok();
        var undone = (await CallAsync(sdk, "POST", $"{url}/memories/{roof}", [("view", "full")], sdk.Json(("content", first.Text("content"))))).Ok();
        Assert.Equal(first.Text("content"), undone.Text("content"));
        var redacted = (await CallAsync(sdk, "POST", $"{url}/memory_versions/{versions[0].Text("id")}/redact")).Ok();
        Assert.Equal(JsonValueKind.Null, redacted.GetProperty("content").ValueKind);

        (await CallAsync(sdk, "DELETE", url)).Ok();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_quickstart_is_told(bool isFirst)
    {
        var sdk = Sdk(isFirst);
        var managed = sdk with { Beta = "managed-agents-2026-04-01" };
        var agent = (await CallAsync(managed, "POST", "/v1/agents", json: sdk.Json(("model", "claude-opus-4-8"), ("name", "Caretaker"), ("system", "You look after a house.")))).Ok();
        var environment = (await CallAsync(managed, "POST", "/v1/environments", json: sdk.Json(("name", "Here"), ("config", sdk.Json(("type", "self_hosted")))))).Ok();
        var store = (await CallAsync(sdk, "POST", ApiClient.Stores, json: sdk.Json(("name", "House"), ("description", "What we know about the house")))).Ok().Text("id");
        await CreateAsync(sdk, $"{ApiClient.Stores}/{store}", "/repairs/roof.md", "Mended in May.\n");
        var resource = sdk.Json(("type", "memory_store"), ("memory_store_id", store), ("access", "read_write"), ("instructions", "Note each repair."));
        var session = (await CallAsync(managed, "POST", "/v1/sessions",
            json: sdk.Json(("agent", agent.Text("id")), ("environment_id", environment.Text("id")), ("resources", $"[{resource}]"), ("title", "The roof")))).Ok();
        Assert.Equal("/mnt/memory/house", session.GetProperty("resources")[0].Text("mount_path"));
        var url = $"/v1/sessions/{session.Text("id")}";

        // The stream has a connection of its own, as httpx gives it one, and begins with its headers.
        using var listening = await RawConnection.OpenAsync(Server.Process.Url);
        await listening.SendAsync(managed.Call("GET", url + "/events/stream"));
        Assert.Equal(200, (await listening.ReadHeadAsync()).Status);
        var said = sdk.Json(("type", "user.message"), ("content", $"[{sdk.Json(("type", "text"), ("text", "The roof leaks again."))}]"));
        (await CallAsync(managed, "POST", url + "/events", json: sdk.Json(("events", $"[{said}]")))).Ok();
        var streamed = await listening.ReadToAsync("event: session.status_idle");
        Assert.Equal(["user.message", "session.error", "session.status_idle"],
            streamed.Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line["event: ".Length..]));

        var listed = Items((await CallAsync(managed, "GET", url + "/events")).Ok());
        Assert.Equal(["session.error", "session.status_idle", "user.message"], listed.Select(one => one.Text("type")));
        Assert.Equal(JsonValueKind.Null, listed[^1].GetProperty("processed_at").ValueKind);
        foreach (var (owner, path) in new[] { (managed, url), (sdk, $"{ApiClient.Stores}/{store}"), (managed, "/v1/environments/" + environment.Text("id")) })
            (await CallAsync(owner, "DELETE", path)).Ok();
        (await CallAsync(managed, "POST", $"/v1/agents/{agent.Text("id")}/archive")).Ok();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_calls_the_sample_leaves_out_are_understood(bool isFirst)
    {
        var sdk = Sdk(isFirst);
        var url = await NewStoreAsync();
        (await CallAsync(sdk, "GET", url)).Ok();
        (await CallAsync(sdk, "POST", url, json: """{"metadata":{"a":"b","c":null},"name":"Other"}""")).Ok();
        var memory = await CreateAsync(sdk, url, "/a b/ä+c.md", "text");
        var basic = (await CallAsync(sdk, "GET", $"{url}/memories/{memory}", [("view", "basic")])).Ok();

        var there = Items((await CallAsync(sdk, "GET", $"{url}/memories", [("limit", "100"), ("path_prefix", "/a b/"), ("view", "full")])).Ok());
        Assert.Equal("text", Assert.Single(there).Text("content"));
        (await CallAsync(sdk, "DELETE", $"{url}/memories/{memory}", [("expected_content_sha256", ApiClient.Hash("other"))])).PreconditionFailed();
        (await CallAsync(sdk, "DELETE", $"{url}/memories/{memory}", [("expected_content_sha256", basic.Text("content_sha256"))])).Ok();
        (await CallAsync(sdk, "POST", $"{url}/archive")).Ok();
        (await CallAsync(sdk, "POST", $"{url}/memories", json: sdk.Json(("content", ""), ("path", "/late")))).Invalid();
    }

    /// <summary>datetime.isoformat() has the zone as "+00:00" and leaves microseconds out when there are none; urlencode does the rest.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bounds_of_time_and_pages_are_understood_as_httpx_writes_them(bool isFirst)
    {
        var sdk = Sdk(isFirst);
        var url = await NewStoreAsync();
        foreach (var name in new[] { "a", "b", "c" }) await CreateAsync(sdk, url, "/" + name, name);
        var all = Items((await CallAsync(sdk, "GET", $"{url}/memory_versions")).Ok());
        var middle = all[1].Text("created_at").Replace("Z", "+00:00", StringComparison.Ordinal);

        var bounded = (await CallAsync(sdk, "GET", $"{url}/memory_versions", [("created_at[gte]", middle), ("created_at[lte]", middle)])).Ok();
        Assert.Equal([all[1].Text("id")], Items(bounded).Select(version => version.Text("id")));
        Assert.Contains("created_at%5Bgte%5D=2026-11-02T08%3A16%3A00%2B01%3A00",
            Encoding.ASCII.GetString(sdk.Call("GET", url, [("created_at[gte]", "2026-11-02T08:16:00+01:00")])), StringComparison.Ordinal);

        var seen = new List<string>();
        for (string? page = null; ;)
        {
            // Each page is asked for with all parameters of the first.
            var answer = (await CallAsync(sdk, "GET", $"{url}/memory_versions", [("limit", "2"), .. page is null ? [] : new[] { ("page", page) }])).Ok();
            seen.AddRange(Items(answer).Select(version => version.Text("id")));
            if ((page = answer.GetProperty("next_page").GetString()) is null) break;
        }
        Assert.Equal(all.Select(version => version.Text("id")), seen);
    }

    /// <summary>Lists in a query come as a bare name several times; no list of memory stores has such a parameter, and none minds one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repeated_parameter_of_another_list_is_ignored(bool isFirst) =>
        (await CallAsync(Sdk(isFirst), "GET", ApiClient.Stores, [("statuses", "a"), ("statuses", "b"), ("limit", "1")])).Ok();

    /// <summary>With a key and a token set, 0.x sends both, the key first.</summary>
    [Fact]
    public async Task Both_ways_of_sending_the_key_may_come_at_once()
    {
        var call = Encoding.ASCII.GetString(Sdk(isFirst: true).Call("GET", ApiClient.Stores));

        await connection.SendAsync(call.Replace("X-Stainless-Async", "Authorization: Bearer something-else\r\nX-Stainless-Async", StringComparison.Ordinal));

        (await connection.ReadAsync()).Ok();
    }

    private PythonSdk Sdk(bool isFirst) => new(Server.Process.Url, isFirst);

    private async Task<string> CreateAsync(PythonSdk sdk, string store, string path, string content) =>
        (await CallAsync(sdk, "POST", $"{store}/memories", json: sdk.Json(("content", content), ("path", path)))).Ok().Text("id");

    private async Task<Answer> CallAsync(
        PythonSdk sdk, string method, string path, IEnumerable<(string, string)>? query = null, string? json = null)
    {
        await connection.SendAsync(sdk.Call(method, path, query, json));
        return await connection.ReadAsync();
    }

    private static List<JsonElement> Items(JsonElement page) => [.. page.GetProperty("data").EnumerateArray()];
}
