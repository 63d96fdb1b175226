using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 1 of the contract: the headers of requests and answers, and the order in which a request is checked.</summary>
public sealed class HeaderFacts(RunningServer server) : ApiFacts(server)
{
    private const string Managed = "managed-agents-2026-04-01";

    // Credentials

    [Theory]
    [InlineData("x-api-key", ServerProcess.Key)]
    [InlineData("X-API-KEY", ServerProcess.Key)]
    [InlineData("authorization", "Bearer " + ServerProcess.Key)]
    [InlineData("authorization", "bearer " + ServerProcess.Key)]
    public async Task A_key_opens_the_server_in_either_header(string header, string value) =>
        (await AskAsync(without: "x-api-key", (header, value))).Ok();

    [Theory]
    [InlineData("x-api-key", "")]
    [InlineData("x-api-key", "wrong")]
    [InlineData("x-api-key", ServerProcess.Key + "x")]
    [InlineData("x-api-key", "Bearer " + ServerProcess.Key)]
    [InlineData("authorization", "Bearer")]
    [InlineData("authorization", "Bearer ")]
    [InlineData("authorization", "Bearer wrong")]
    [InlineData("authorization", ServerProcess.Key)]
    [InlineData("authorization", "Basic " + ServerProcess.Key)]
    [InlineData("cookie", "x-api-key=" + ServerProcess.Key)]
    public async Task Without_a_good_key_every_route_is_closed(string header, string value)
    {
        foreach (var (method, path) in EveryRoute("memstore_01ceGPFUY4oTQ3gxaaMvXWXR"))
            (await AskAsync(method, path, without: "x-api-key", (header, value))).Refused(401, "authentication_error");
    }

    [Fact]
    public async Task A_wrong_key_learns_nothing_of_what_exists()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a");

        foreach (var path in new[] { store, $"{store}/memories/{memory.Text("id")}", ApiClient.Stores + "/memstore_01ceGPFUY4oTQ3gxaaMvXWXR", ApiClient.Stores + "/x/memories/y" })
        {
            var error = (await AskAsync(HttpMethod.Get, path, without: "x-api-key", ("x-api-key", "wrong"))).Refused(401, "authentication_error");
            Assert.DoesNotContain(path.Split('/')[3], error.Text("message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_two_credentials_one_good_one_is_enough()
    {
        (await AskAsync(without: "x-api-key", ("x-api-key", "wrong"), ("authorization", "Bearer " + ServerProcess.Key))).Ok();
        (await AskAsync(without: "x-api-key", ("x-api-key", ServerProcess.Key), ("authorization", "Bearer wrong"))).Ok();
        (await AskAsync(without: "x-api-key", ("x-api-key", "wrong"), ("authorization", "Bearer wrong"))).Refused(401, "authentication_error");
    }

    // anthropic-version

    [Theory]
    [InlineData("2023-06-01")]
    [InlineData("2026-10-21")]
    [InlineData("2031-12-31")]
    public async Task Any_date_is_a_version(string version) => (await AskAsync(without: "anthropic-version", ("anthropic-version", version))).Ok();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("2023-6-1")]
    [InlineData("2023-02-30")]
    [InlineData("2023-06-01T00:00:00Z")]
    [InlineData("20230601")]
    public async Task A_version_that_is_missing_or_no_date_is_refused(string? version)
    {
        var error = (await AskAsync(without: "anthropic-version", version is null ? [] : [("anthropic-version", version)])).Invalid();

        Assert.Contains("anthropic-version", error.Text("message"), StringComparison.Ordinal);
    }

    // anthropic-beta

    [Theory]
    [InlineData(ApiClient.Beta)]
    [InlineData(Managed)]
    [InlineData(ApiClient.Beta + "," + ApiClient.Beta)]
    [InlineData("files-api-2025-04-14, " + ApiClient.Beta)]
    [InlineData("  " + ApiClient.Beta + " ,, something-new-2027-01-01,")]
    [InlineData(Managed + ", dreaming-2026-04-21")]
    public async Task One_of_the_two_beta_values_is_enough_among_any_others(string beta) =>
        (await AskAsync(without: "anthropic-beta", ("anthropic-beta", beta))).Ok();

    [Fact]
    public async Task The_beta_header_may_come_in_several_lines() =>
        (await AskAsync(without: "anthropic-beta", ("anthropic-beta", "something-new-2027-01-01"), ("anthropic-beta", ApiClient.Beta))).Ok();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("files-api-2025-04-14")]
    [InlineData("agent-memory-2026-07-2")]
    [InlineData("agent-memory-2026-07-22x")]
    [InlineData("AGENT-MEMORY-2026-07-22")]
    public async Task Without_a_beta_value_the_error_names_the_one_to_add(string? beta)
    {
        var error = (await AskAsync(without: "anthropic-beta", beta is null ? [] : [("anthropic-beta", beta)])).Invalid();

        Assert.Contains(ApiClient.Beta, error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_beta_values_in_one_request_are_refused()
    {
        (await AskAsync(without: "anthropic-beta", ("anthropic-beta", $"{ApiClient.Beta},{Managed}"))).Invalid();
        (await AskAsync(without: "anthropic-beta", ("anthropic-beta", Managed), ("anthropic-beta", ApiClient.Beta))).Invalid();
    }

    // anthropic-workspace-id, and what is ignored

    [Fact]
    public async Task The_workspace_of_another_key_is_no_permission()
    {
        (await AskAsync(without: "", ("anthropic-workspace-id", "wrkspc_01ceGPFUY4oTQ3gxaaMvXWXR"))).Refused(403, "permission_error");
        (await AskAsync(without: "", ("anthropic-workspace-id", "nonsense"))).Refused(403, "permission_error");
    }

    [Fact]
    public async Task Headers_of_the_SDKs_are_ignored() =>
        (await AskAsync(without: "", ("x-stainless-lang", "js"), ("x-stainless-retry-count", "2"), ("user-agent", "curl/8"), ("accept", "text/html"), ("idempotency-key", "k"))).Ok();

    // host

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:1234", 200)]
    [InlineData("LOCALHOST", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    public async Task A_page_that_calls_itself_by_another_name_is_not_served_on_loopback(string host, int status)
    {
        var answer = await AskAsync(without: "", ("host", host));

        if (status == 200) answer.Ok();
        else answer.Refused(status, "invalid_request_error");
    }

    // Answers

    [Fact]
    public async Task Every_answer_has_a_request_id_of_its_own()
    {
        var store = await NewStoreAsync();
        var seen = new HashSet<string>();
        foreach (var (method, path) in EveryRoute(store.Split('/')[^1]).Concat([(HttpMethod.Get, "/nowhere"), (HttpMethod.Put, store), (HttpMethod.Get, "/healthz")]))
        {
            for (var i = 0; i < 2; i++)
            {
                var id = (await AskAsync(method, path, without: "")).Header("request-id");
                Assert.Matches(Shapes.RequestId, id);
                Assert.True(seen.Add(id!), $"{id} came twice.");
            }
        }
    }

    [Fact]
    public async Task A_lost_race_says_that_trying_again_is_no_use_and_nothing_else_does()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "one");
        var url = $"{store}/memories/{memory.Text("id")}";

        var lost = await Api.PostAsync(url, new { content = "two", precondition = ApiClient.Precondition(ApiClient.Hash("zero")) });
        var taken = await Api.PostAsync(store + "/memories", new { path = "/a", content = "" });

        Assert.Equal((409, "false"), (lost.Status, lost.Header("x-should-retry")));
        Assert.Equal((409, "false"), (taken.Status, taken.Header("x-should-retry")));
        Assert.Null((await Api.GetAsync(url)).Header("x-should-retry"));
        Assert.Null((await Api.GetAsync(store + "/nothing")).Header("x-should-retry"));
    }

    // The order of checks: each request is wrong in every later way, too.

    [Fact]
    public async Task Of_many_things_wrong_the_first_in_the_contracts_order_is_told()
    {
        var archived = await NewStoreAsync();
        var there = await Api.MemoryAsync(archived, "/a", "one");
        (await Api.PostAsync(archived + "/archive")).Ok();
        var unknownStore = ApiClient.Stores + "/memstore_01ceGPFUY4oTQ3gxaaMvXWXR/memories/mem_01BejcL6L48nPdsSQMRmQQ1r";
        var huge = new string('x', 5 * 1024 * 1024);

        (await PostAsync("/v1/nowhere", huge, key: null, version: null, beta: null)).NotFound();
        (await PostAsync(unknownStore, huge, key: null, version: null, beta: null, workspace: "wrkspc_x")).Refused(401, "authentication_error");
        var noVersion = (await PostAsync(unknownStore, huge, version: null, beta: null, workspace: "wrkspc_x")).Invalid();
        Assert.Contains("anthropic-version", noVersion.Text("message"), StringComparison.Ordinal);
        var noBeta = (await PostAsync(unknownStore, huge, beta: null, workspace: "wrkspc_x")).Invalid();
        Assert.Contains("anthropic-beta", noBeta.Text("message"), StringComparison.Ordinal);
        (await PostAsync(unknownStore, huge, workspace: "wrkspc_x")).Refused(403, "permission_error");
        (await PostAsync(unknownStore, huge)).Refused(413, "request_too_large");
        (await PostAsync(unknownStore, "{")).Invalid();
        (await PostAsync(unknownStore, """{"path":"no slash"}""")).Invalid();
        (await PostAsync(unknownStore, """{"content":"new"}""")).NotFound();
        (await PostAsync(archived + "/memories/mem_01BejcL6L48nPdsSQMRmQQ1r", """{"content":"new"}""")).Invalid();
        var open = await NewStoreAsync();
        await Api.MemoryAsync(open, "/taken");
        var memory = await Api.MemoryAsync(open, "/a", "one");
        var stale = $$"""{"type":"content_sha256","content_sha256":"{{ApiClient.Hash("zero")}}"}""";
        (await PostAsync(open + "/memories/" + there.Text("id"), $$"""{"content":"new","path":"/taken","precondition":{{stale}}}""")).NotFound();
        (await PostAsync(open + "/memories/" + memory.Text("id"), $$"""{"content":"one","path":"/a","precondition":{{stale}}}""")).Ok();
        (await PostAsync(open + "/memories/" + memory.Text("id"), $$"""{"content":"new","path":"/taken","precondition":{{stale}}}""")).PreconditionFailed();
        (await PostAsync(open + "/memories/" + memory.Text("id"), """{"content":"new","path":"/taken"}""")).PathConflict();
    }

    private async Task<Answer> PostAsync(
        string path, string body, string? key = ServerProcess.Key, string? version = ApiClient.Version, string? beta = ApiClient.Beta, string? workspace = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, null, "application/json") };
        foreach (var (name, value) in new[] { ("x-api-key", key), ("anthropic-version", version), ("anthropic-beta", beta), ("anthropic-workspace-id", workspace) })
        {
            if (value is not null) request.Headers.Add(name, value);
        }
        return await Api.SendAsync(request);
    }

    private Task<Answer> AskAsync(string without, params (string Name, string Value)[] headers) => AskAsync(HttpMethod.Get, ApiClient.Stores, without, headers);

    private Task<Answer> AskAsync(HttpMethod method, string path, string without, params (string Name, string Value)[] headers)
    {
        var request = ApiClient.Request(method, path);
        request.Headers.Remove(without.Length > 0 ? without : "none");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Api.SendAsync(request);
    }

    private static IEnumerable<(HttpMethod Method, string Path)> EveryRoute(string store)
    {
        var url = $"{ApiClient.Stores}/{store}";
        return
        [
            (HttpMethod.Post, ApiClient.Stores), (HttpMethod.Get, ApiClient.Stores), (HttpMethod.Get, url), (HttpMethod.Post, url),
            (HttpMethod.Post, url + "/memories"), (HttpMethod.Get, url + "/memories"), (HttpMethod.Get, url + "/memories/mem_x"),
            (HttpMethod.Post, url + "/memories/mem_x"), (HttpMethod.Delete, url + "/memories/mem_x"), (HttpMethod.Get, url + "/memory_versions"),
            (HttpMethod.Get, url + "/memory_versions/memver_x"), (HttpMethod.Post, url + "/memory_versions/memver_x/redact"),
            (HttpMethod.Post, "/ext" + url + "/commits"), (HttpMethod.Post, url + "/archive"), (HttpMethod.Delete, url),
        ];
    }
}
