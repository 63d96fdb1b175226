using System.Text;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>What lies outside of a narrow key is answered, byte for byte, like what never was.</summary>
public sealed class NarrowKeyFacts(RunningServer server) : ApiFacts(server)
{
    private const string NoStore = "memstore_01ceGPFUY4oTQ3gxaaMvXWXR";
    private const string NoMemory = "mem_01BejcL6L48nPdsSQMRmQQ1r";
    private const string NoVersion = "memver_01JShQ1pdoW3aLj7EeBqu5Ax";

    [Fact]
    public async Task A_store_outside_answers_like_one_that_never_was()
    {
        var (mine, hidden) = (await NewStoreAsync(), await NewStoreAsync("Hidden"));
        var memory = await Api.MemoryAsync(hidden, "/a");
        using var narrow = await KeyedAsync(new { name = "n", role = "write", stores = new[] { IdOf(mine) } });

        string[] inStore = ["", "/memories", "/memories?path_prefix=/x/&depth=1", $"/memories/{memory.Text("id")}", "/memory_versions", $"/memory_versions/{memory.Text("memory_version_id")}"];
        foreach (var path in inStore) await SameAsync(HttpMethod.Get, path, null);
        await SameAsync(HttpMethod.Post, "", "{}");
        await SameAsync(HttpMethod.Post, "", """{"name":"x"}""");
        await SameAsync(HttpMethod.Post, "/archive", null);
        await SameAsync(HttpMethod.Post, "/memories", """{"path":"/a","content":""}""");
        await SameAsync(HttpMethod.Post, $"/memories/{memory.Text("id")}", """{"content":"x"}""");
        await SameAsync(HttpMethod.Delete, $"/memories/{memory.Text("id")}", null);
        await SameAsync(HttpMethod.Post, $"/memory_versions/{memory.Text("memory_version_id")}/redact", null);
        await SameAsync(HttpMethod.Delete, "", null);
        await SameAsync(HttpMethod.Post, "/commits", """{"changes":[{"type":"create","path":"/b","content":""}]}""");

        Assert.Equal([IdOf(mine)], (await narrow.ListAsync(ApiClient.Stores + "?limit=1&include_archived=true")).Each("id"));
        Assert.Single(await Api.ListAsync(hidden + "/memories"));

        async Task SameAsync(HttpMethod method, string path, string? body)
        {
            var prefix = path == "/commits" ? "/ext" : "";
            var real = await AskAsync(narrow, method, prefix + hidden + path, body);
            var never = await AskAsync(narrow, method, prefix + hidden.Replace(IdOf(hidden), NoStore, StringComparison.Ordinal) + path, body);
            real.NotFound();
            Assert.Equal(Neutral(never, NoStore), Neutral(real, IdOf(hidden)));
        }
    }

    [Fact]
    public async Task A_memory_outside_answers_like_one_that_never_was()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/other/secret.md", "secret");
        var (id, version) = (memory.Text("id"), memory.Text("memory_version_id"));
        using var narrow = await KeyedAsync(new { name = "n", role = "write", path_prefix = "/team/" });
        var hash = ApiClient.Hash("wrong");

        await SameAsync(HttpMethod.Get, "/memories/ID", null);
        await SameAsync(HttpMethod.Get, "/memories/ID?view=basic", null);
        await SameAsync(HttpMethod.Post, "/memories/ID", """{"content":"x"}""");
        await SameAsync(HttpMethod.Post, "/memories/ID", """{"content":"secret"}""");
        await SameAsync(HttpMethod.Post, "/memories/ID", """{"path":"/team/x"}""");
        await SameAsync(HttpMethod.Post, "/memories/ID", $$$"""{"content":"x","precondition":{"type":"content_sha256","content_sha256":"{{{hash}}}"}}""");
        await SameAsync(HttpMethod.Delete, "/memories/ID", null);
        await SameAsync(HttpMethod.Delete, $"/memories/ID?expected_content_sha256={hash}", null);
        await SameAsync(HttpMethod.Get, "/memory_versions/VERSION", null);
        await SameAsync(HttpMethod.Post, "/memory_versions/VERSION/redact", null);
        await SameAsync(HttpMethod.Get, "/memory_versions?memory_id=ID", null);
        foreach (var type in new[] { "update", "append", "delete" })
        {
            var content = type == "delete" ? "" : ",\"content\":\"x\"";
            await SameAsync(HttpMethod.Post, "/commits", $$"""{"changes":[{"type":"{{type}}","memory_id":"ID"{{content}},"expected_version_id":"anything"}]}""");
            await SameAsync(HttpMethod.Post, "/commits", $$"""{"atomic":false,"changes":[{"type":"{{type}}","memory_id":"ID"{{content}},"expected_version_id":"VERSION"}]}""");
        }
        await SameAsync(HttpMethod.Post, "/commits", """{"changes":[{"type":"rename","memory_id":"ID","path":"/team/x","expected_version_id":"VERSION"}]}""");
        await SameAsync(HttpMethod.Post, "/commits", """{"changes":[{"type":"delete","at":"PATH","expected_version_id":"VERSION"}]}""");
        await SameAsync(HttpMethod.Post, "/commits", """{"changes":[{"type":"rename","at":"PATH","path":"/team/x","expected_version_id":"anything"}]}""");
        Assert.Equal("secret", (await Api.GetAsync($"{store}/memories/{id}")).Ok().Text("content"));

        async Task SameAsync(HttpMethod method, string path, string? body)
        {
            var url = (path == "/commits" ? "/ext" : "") + store;
            var real = await AskAsync(narrow, method, url + Fill(path, id, version, "/other/secret.md"), body is null ? null : Fill(body, id, version, "/other/secret.md"));
            var never = await AskAsync(narrow, method, url + Fill(path, NoMemory, NoVersion, "/other/nothing"), body is null ? null : Fill(body, NoMemory, NoVersion, "/other/nothing"));
            Assert.Equal(Neutral(never, NoMemory, NoVersion, "/other/nothing"), Neutral(real, id, version, "/other/secret.md"));
        }

        static string Fill(string text, string id, string version, string path) =>
            text.Replace("ID", id, StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal).Replace("PATH", path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_and_their_tokens_hold_nothing_of_what_is_outside()
    {
        var store = await NewStoreAsync();
        foreach (var path in new[] { "/alpha", "/team0", "/tea/x", "/team/a", "/team/b/c", "/team/b/d", "/zulu/x" }) await Api.MemoryAsync(store, path, "in " + path);
        using var narrow = await KeyedAsync(new { name = "n", role = "read", path_prefix = "/team/" });

        foreach (var list in new[] { "/memories?view=full", "/memories?depth=1", "/memories?path_prefix=/team/&depth=1", "/memories?path_prefix=/zulu/", "/memory_versions?view=full" })
        {
            var url = ApiClient.With(store + list, "limit", "1");
            var pages = 0;
            for (string? token = ""; token is not null; pages++)
            {
                var answer = await narrow.GetAsync(token.Length == 0 ? url : ApiClient.With(url, "page", token));
                var body = answer.Ok();
                token = body.GetProperty("next_page").GetString();
                var cursor = token is null ? "" : Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("page_".Length)));
                foreach (var outside in new[] { "alpha", "team0", "/tea/", "zulu" })
                {
                    Assert.DoesNotContain(outside, answer.Text, StringComparison.Ordinal);
                    Assert.DoesNotContain(outside, cursor, StringComparison.Ordinal);
                }
            }
            Assert.Equal(list.Contains("zulu", StringComparison.Ordinal) || list == "/memories?depth=1" ? 1 : list.Contains("depth=1", StringComparison.Ordinal) ? 2 : 3, pages);
        }
    }

    [Fact]
    public async Task A_wider_keys_token_shows_a_narrow_one_no_more_than_its_own()
    {
        var store = await NewStoreAsync();
        foreach (var path in new[] { "/a", "/b", "/team/a", "/z" }) await Api.MemoryAsync(store, path);
        using var narrow = await KeyedAsync(new { name = "n", role = "read", path_prefix = "/team/" });

        var token = (await Api.GetAsync(store + "/memories?limit=1")).Ok().Text("next_page");

        Assert.Equal(["/team/a"], (await narrow.GetAsync(ApiClient.With(store + "/memories", "page", token))).Ok().Data().Each("path"));
    }

    [Fact]
    public async Task A_conflict_with_a_memory_outside_names_only_what_was_asked_for()
    {
        var store = await NewStoreAsync();
        var above = await Api.MemoryAsync(store, "/team/inner", "secret");
        using var narrow = await KeyedAsync(new { name = "n", role = "write", path_prefix = "/team/inner/" });

        foreach (var answer in new[]
        {
            await narrow.PostAsync(store + "/memories", new { path = "/team/inner/x", content = "" }),
            await narrow.PostAsync("/ext" + store + "/commits", new { changes = new[] { new { type = "create", path = "/team/inner/x", content = "" } } }),
        })
        {
            var error = answer.PathConflict();
            Assert.Equal(("/team/inner/x", ""), (error.Text("conflicting_path"), error.Text("conflicting_memory_id")));
            Assert.DoesNotContain(above.Text("id"), answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_that_is_there_is_looked_at_and_not_changed_by_a_directorys_key()
    {
        var store = await NewStoreAsync("Shared");
        using var narrow = await KeyedAsync(new { name = "n", role = "write", path_prefix = "/team/", stores = new[] { IdOf(store) } });

        Assert.Equal("Shared", (await narrow.GetAsync(store)).Ok().Text("name"));
        (await narrow.PostAsync(store, new { name = "Mine" })).Refused(403, "permission_error");
        (await narrow.PostAsync(store + "/archive")).Refused(403, "permission_error");
        (await narrow.DeleteAsync(store)).Refused(403, "permission_error");
        (await narrow.PostAsync(ApiClient.Stores, new { name = "New" })).Refused(403, "permission_error");
        (await narrow.PostAsync(store + "/memories", new { path = "/elsewhere", content = "" })).Refused(403, "permission_error");
        await narrow.MemoryAsync(store, "/team/a");
    }

    private async Task<ApiClient> KeyedAsync(object key) => new(Server.Process.Url, (await Api.PostAsync("/ext/v1/keys", key)).Ok().Text("key"));

    private static Task<Answer> AskAsync(ApiClient client, HttpMethod method, string path, string? body) =>
        method == HttpMethod.Get ? client.GetAsync(path) : method == HttpMethod.Delete ? client.DeleteAsync(path)
        : body is null ? client.PostAsync(path) : client.PostTextAsync(path, body);

    /// <summary>Status, headers and body, without what differs between any two requests.</summary>
    private static string Neutral(Answer answer, params string[] named)
    {
        var headers = answer.Headers.Where(header => header.Key is not "Request-Id" and not "Date").OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {(header.Key == "Content-Length" ? "" : header.Value)}");
        var text = answer.Text.Replace(answer.Header("request-id")!, "", StringComparison.Ordinal);
        text = named.Aggregate(text, (left, name) => left.Replace(name, "…", StringComparison.Ordinal));
        return $"{answer.Status}\n{string.Join('\n', headers)}\n{text}";
    }

    private static string IdOf(string store) => store.Split('/')[^1];
}
