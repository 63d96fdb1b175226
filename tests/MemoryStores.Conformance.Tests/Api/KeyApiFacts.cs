using System.Globalization;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>/ext/v1/keys, workspaces and administration over HTTP; docs/reference/keys.md is their page.</summary>
public sealed class KeyApiFacts(RunningServer server) : ApiFacts(server)
{
    private const string Keys = "/ext/v1/keys";
    private static readonly string[] Fields =
        ["created_at", "expires_at", "id", "name", "path_prefix", "revoked_at", "role", "stores", "type", "workspace_id"];

    [Fact]
    public async Task A_key_is_shown_once_and_its_secret_never_again()
    {
        var made = (await Api.PostAsync(Keys, new { name = "Builder", role = "write" })).Ok();

        Assert.Equal(Fields.Append("key").Order(), made.FieldNames());
        Assert.StartsWith("memstores-", made.Text("key"), StringComparison.Ordinal);
        Assert.Matches(Shapes.KeyId, made.Text("id"));
        Assert.Matches(Shapes.Time, made.Text("created_at"));
        Assert.Equal(("api_key", "Builder", "write"), (made.Text("type"), made.Text("name"), made.Text("role")));
        Assert.All(["stores", "path_prefix", "expires_at", "revoked_at"], field => Assert.True(made.IsNull(field), field));
        var kept = (await Api.GetAsync($"{Keys}/{made.Text("id")}")).Ok();
        Assert.Equal(Fields, kept.FieldNames());
        Assert.Equal(kept.GetRawText(), (await Api.ListAsync(Keys)).Single(key => key.Text("id") == made.Text("id")).GetRawText());
        var everything = string.Join('\n', (await Api.ListAsync(Keys)).Concat(await Api.ListAsync("/ext/v1/administration")).Select(item => item.GetRawText()));
        Assert.DoesNotContain(made.Text("key"), everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_role_may_do_what_it_says_and_no_more()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a");
        using var reader = await KeyedAsync(new { name = "r", role = "read" });
        using var writer = await KeyedAsync(new { name = "w", role = "write" });
        using var admin = await KeyedAsync(new { name = "a", role = "admin" });
        var url = $"{store}/memories/{memory.Text("id")}";

        (await reader.GetAsync(url)).Ok();
        (await reader.GetAsync(store + "/memory_versions?view=full")).Ok();
        foreach (var change in new[] { store + "/memories", store, ApiClient.Stores, url, store + "/archive", "/ext" + store + "/commits", $"{store}/memory_versions/{memory.Text("memory_version_id")}/redact" })
            Needs("write", await reader.PostAsync(change));
        Needs("write", await reader.DeleteAsync(url));
        Needs("write", await reader.DeleteAsync(store));

        await writer.MemoryAsync(store, "/b");
        (await writer.PostAsync(ApiClient.Stores, new { name = "theirs" })).Ok();
        foreach (var client in new[] { reader, writer })
        {
            foreach (var path in new[] { Keys, Keys + "/apikey_x", "/ext/v1/workspaces", "/ext/v1/administration" }) Needs("admin", await client.GetAsync(path));
            foreach (var path in new[] { Keys, Keys + "/apikey_x/rotate", Keys + "/apikey_x/revoke" }) Needs("admin", await client.PostAsync(path));
        }
        (await admin.GetAsync(Keys)).Ok();
        (await admin.PostAsync(Keys, new { name = "by another", role = "read" })).Ok();

        static void Needs(string role, Answer answer) =>
            Assert.Contains($"the role {role}", answer.Refused(403, "permission_error").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_tells_each_key_who_it_writes_as()
    {
        var store = await NewStoreAsync();
        foreach (var role in new[] { "admin", "write", "read" })
        {
            var made = (await Api.PostAsync(Keys, new { name = role, role })).Ok();
            using var client = new ApiClient(Server.Process.Url, made.Text("key"));

            var actor = (await client.GetAsync("/ext/v1")).Ok().GetProperty("actor");

            Assert.Equal(("api_actor", made.Text("id")), (actor.Text("type"), actor.Text("api_key_id")));
            if (role == "read") continue;
            var written = await client.MemoryAsync(store, "/" + role);
            var version = (await Api.GetAsync($"{store}/memory_versions/{written.Text("memory_version_id")}")).Ok();
            Assert.Equal(version.GetProperty("created_by").GetRawText(), actor.GetRawText());
        }
    }

    [Fact]
    public async Task A_key_writes_under_its_own_id_and_not_its_secret()
    {
        var store = await NewStoreAsync();
        var made = (await Api.PostAsync(Keys, new { name = "w", role = "write" })).Ok();
        using var writer = new ApiClient(Server.Process.Url, made.Text("key"));
        await writer.MemoryAsync(store, "/a");

        var version = (await Api.ListAsync(store + "/memory_versions")).Single();

        Assert.Equal(made.Text("id"), version.GetProperty("created_by").Text("api_key_id"));
        Assert.Single(await Api.ListAsync($"{store}/memory_versions?api_key_id={made.Text("id")}"));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_from_the_next_request_on()
    {
        var made = (await Api.PostAsync(Keys, new { name = "w", role = "write" })).Ok();
        using var client = new ApiClient(Server.Process.Url, made.Text("key"));
        (await client.GetAsync(ApiClient.Stores)).Ok();

        var revoked = (await Api.PostAsync($"{Keys}/{made.Text("id")}/revoke")).Ok();

        Assert.Matches(Shapes.Time, revoked.Text("revoked_at"));
        (await client.GetAsync(ApiClient.Stores)).Refused(401, "authentication_error");
        Assert.Equal(revoked.GetRawText(), (await Api.PostAsync($"{Keys}/{made.Text("id")}/revoke", new { })).Ok().GetRawText());
        (await Api.PostAsync($"{Keys}/{made.Text("id")}/rotate")).Invalid();
        (await Api.PostAsync($"{Keys}/{made.Text("id")}/revoke", new { why = "lost" })).Invalid();
    }

    [Fact]
    public async Task A_rotation_gives_a_new_secret_and_the_old_one_its_grace()
    {
        var made = (await Api.PostAsync(Keys, new { name = "w", role = "read" })).Ok();
        using var first = new ApiClient(Server.Process.Url, made.Text("key"));

        var rotated = (await Api.PostAsync($"{Keys}/{made.Text("id")}/rotate", new { grace_seconds = 3_600 })).Ok();
        using var second = new ApiClient(Server.Process.Url, rotated.Text("key"));
        Assert.NotEqual(made.Text("key"), rotated.Text("key"));
        Assert.Equal(made.Text("id"), rotated.Text("id"));
        (await first.GetAsync(ApiClient.Stores)).Ok();
        (await second.GetAsync(ApiClient.Stores)).Ok();

        (await Api.PostAsync($"{Keys}/{made.Text("id")}/rotate")).Ok();
        (await first.GetAsync(ApiClient.Stores)).Refused(401, "authentication_error");
        (await second.GetAsync(ApiClient.Stores)).Refused(401, "authentication_error");
    }

    [Theory]
    [InlineData("""{"grace_seconds":-1}""")]
    [InlineData("""{"grace_seconds":604801}""")]
    [InlineData("""{"grace_seconds":1.5}""")]
    [InlineData("""{"grace_seconds":"60"}""")]
    [InlineData("""{"grace":60}""")]
    public async Task A_grace_that_cannot_be_is_refused_and_changes_nothing(string body)
    {
        var made = (await Api.PostAsync(Keys, new { name = "w", role = "read" })).Ok();
        using var client = new ApiClient(Server.Process.Url, made.Text("key"));

        (await Api.PostTextAsync($"{Keys}/{made.Text("id")}/rotate", body)).Invalid();
        (await client.GetAsync(ApiClient.Stores)).Ok();
    }

    public static TheoryData<string, string> FlawedKeys => new()
    {
        { """{"role":"read"}""", "name" },
        { """{"name":"","role":"read"}""", "name" },
        { """{"name":"x"}""", "role" },
        { """{"name":"x","role":"owner"}""", "role" },
        { """{"name":"x","role":"Admin"}""", "role" },
        { """{"name":"x","role":"admin","path_prefix":"/a/"}""", "role" },
        { """{"name":"x","role":"read","stores":[]}""", "stores" },
        { """{"name":"x","role":"read","stores":"memstore_x"}""", "stores" },
        { """{"name":"x","role":"read","stores":["memstore_x"]}""", "stores" },
        { """{"name":"x","role":"read","stores":[null]}""", "stores[0]" },
        { """{"name":"x","role":"read","path_prefix":"/a"}""", "path_prefix" },
        { """{"name":"x","role":"read","path_prefix":"/a/../b/"}""", "path_prefix" },
        { """{"name":"x","role":"read","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at" },
        { """{"name":"x","role":"read","expires_at":"tomorrow"}""", "expires_at" },
        { """{"name":"x","role":"read","scopes":[]}""", "scopes" },
    };

    [Theory]
    [MemberData(nameof(FlawedKeys))]
    public async Task A_key_that_makes_no_sense_is_refused_by_the_field(string body, string field) =>
        Assert.StartsWith(field + ":", (await Api.PostTextAsync(Keys, body)).Invalid().Text("message"), StringComparison.Ordinal);

    [Fact]
    public async Task A_key_that_expires_says_when()
    {
        var end = DateTimeOffset.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

        var made = (await Api.PostAsync(Keys, new { name = "x", role = "read", expires_at = end })).Ok();

        Assert.Equal(end, made.Text("expires_at"));
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_and_a_token_is_good_for_one_list()
    {
        var made = new List<string>();
        for (var i = 0; i < 3; i++) made.Insert(0, (await Api.PostAsync(Keys, new { name = $"{i}", role = "read" })).Ok().Text("id"));

        var listed = (await Api.ListAsync(Keys + "?limit=2")).Each("id").ToList();

        Assert.Equal(made, listed.Where(made.Contains));
        var token = (await Api.GetAsync(Keys + "?limit=2")).Ok().Text("next_page");
        (await Api.GetAsync(ApiClient.With("/ext/v1/administration", "page", token))).Invalid();
        (await Api.GetAsync(Keys + "?limit=0")).Invalid();
    }

    [Fact]
    public async Task An_unknown_key_is_not_found()
    {
        (await Api.GetAsync(Keys + "/apikey_01VeaRKoEn9T7U9x9LEzWQwN")).NotFound();
        (await Api.PostAsync(Keys + "/apikey_01VeaRKoEn9T7U9x9LEzWQwN/rotate")).NotFound();
        (await Api.PostAsync(Keys + "/apikey_01VeaRKoEn9T7U9x9LEzWQwN/revoke")).NotFound();
    }

    [Fact]
    public async Task A_workspace_sees_nothing_of_another()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a");
        var theirKey = (await Api.PostAsync(Keys, new { name = "lead", role = "admin", workspace = "isolated" })).Ok();
        using var them = new ApiClient(Server.Process.Url, theirKey.Text("key"));
        var mine = (await Api.PostAsync(Keys, new { name = "mine", role = "read" })).Ok();

        Assert.Empty(await them.ListAsync(ApiClient.Stores));
        foreach (var path in new[] { store, store + "/memories", $"{store}/memories/{memory.Text("id")}", store + "/memory_versions", $"{Keys}/{mine.Text("id")}" })
            (await them.GetAsync(path)).NotFound();
        (await them.DeleteAsync(store)).NotFound();
        (await them.PostAsync($"{Keys}/{mine.Text("id")}/revoke")).NotFound();
        Assert.Equal([theirKey.Text("id")], (await them.ListAsync(Keys)).Each("id"));
        Assert.Equal(["isolated"], (await them.ListAsync("/ext/v1/workspaces")).Each("name"));
        Assert.Equal([theirKey.Text("id")], (await them.ListAsync("/ext/v1/administration")).Each("subject"));
        Assert.Contains("isolated", (await Api.ListAsync("/ext/v1/workspaces")).Each("name"));
        (await them.PostAsync(Keys, new { name = "x", role = "read", workspace = "default" })).Refused(403, "permission_error");
        (await them.PostAsync(Keys, new { name = "x", role = "read", workspace = "more" })).Refused(403, "permission_error");

        var theirs = ApiClient.Stores + "/" + (await them.PostAsync(ApiClient.Stores, new { name = "Theirs" })).Ok().Text("id");
        (await Api.GetAsync(theirs)).NotFound();
        (await Api.PostAsync(Keys, new { name = "x", role = "read", stores = new[] { theirs.Split('/')[^1] } })).Invalid();
        var request = ApiClient.Request(HttpMethod.Get, ApiClient.Stores, theirKey.Text("key"));
        request.Headers.Add("anthropic-workspace-id", mine.Text("workspace_id"));
        (await Api.SendAsync(request)).Refused(403, "permission_error");
    }

    [Fact]
    public async Task A_revoked_or_rotated_admin_key_stays_ended_after_a_restart_and_the_last_one_stays()
    {
        using var directory = new TemporaryDirectory();
        JsonElement second;
        await using (var process = await ServerProcess.StartAsync(directory.File("data")))
        {
            using var api = new ApiClient(process.Url);
            var first = (await api.ListAsync(Keys)).Single();
            Assert.Contains("last admin key", (await api.PostAsync($"{Keys}/{first.Text("id")}/revoke")).Invalid().Text("message"), StringComparison.Ordinal);
            second = (await api.PostAsync(Keys, new { name = "second", role = "admin" })).Ok();
            (await api.PostAsync($"{Keys}/{first.Text("id")}/revoke")).Ok();
            Assert.Equal(0, await process.StopAsync());
        }
        // Started with the same --bootstrap-key, which is also in admin.key.
        await using (var process = await ServerProcess.StartAsync(directory.File("data")))
        {
            using var ended = new ApiClient(process.Url);
            using var api = new ApiClient(process.Url, second.Text("key"));
            (await ended.GetAsync(Keys)).Refused(401, "authentication_error");
            Assert.Equal(2, (await api.ListAsync(Keys)).Count);
            Assert.Equal(["key.revoked", "key.created", "key.installed"], (await api.ListAsync("/ext/v1/administration")).Each("action"));
        }
    }

    private async Task<ApiClient> KeyedAsync(object key) => new(Server.Process.Url, (await Api.PostAsync(Keys, key)).Ok().Text("key"));
}
