using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>What a session's token and an environment's key may do, and every way in which they may not.</summary>
public sealed class TokenApiFacts(RunningServer server) : SessionApiBase(server)
{
    [Fact]
    public async Task A_token_is_shown_once_listed_and_revoked()
    {
        var at = await AttachedAsync();
        var tokens = $"/ext{Url(at.Session)}/tokens";

        Assert.Equal(["created_at", "ended_at", "expires_at", "id", "name", "revoked_at", "session_id", "token", "type"], at.Made.FieldNames());
        Assert.Equal(("session_token", at.Session.Text("id")), (at.Made.Text("type"), at.Made.Text("session_id")));
        var listed = (await GetAsync(tokens)).Ok().Data().Single();
        Assert.Equal(at.Made.Text("id"), listed.Text("id"));
        Assert.DoesNotContain("token", listed.FieldNames());
        Assert.Equal("session_actor", (await GetAsync("/ext/v1", at.Token)).Ok().GetProperty("actor").Text("type"));
        Assert.DoesNotContain(at.Made.Text("id"), (await Api.ListAsync("/ext/v1/keys")).Each("id"));

        Assert.Matches(Shapes.Time, (await PostAsync($"{tokens}/{at.Made.Text("id")}/revoke")).Ok().Text("revoked_at"));
        (await GetAsync(Url(at.Session), at.Token)).Refused(401, "authentication_error");
        (await PostAsync(tokens, """{"expires_at":"2020-01-01T00:00:00Z"}""")).Invalid();
        (await PostAsync(tokens, """{"role":"admin"}""")).Invalid();
        (await PostAsync($"{tokens}/apikey_x/revoke")).NotFound();
    }

    [Fact]
    public async Task It_does_what_the_mounts_may_and_is_named_as_the_writer()
    {
        var at = await AttachedAsync();
        using var api = new ApiClient(Server.Process.Url, at.Token);

        var memory = await api.MemoryAsync(at.Writes, "/mine");
        (await api.PostAsync($"{at.Writes}/memories/{memory.Text("id")}", new { content = "two" })).Ok();
        var version = (await Api.GetAsync(at.Writes + "/memory_versions")).Ok().Data().First().GetProperty("created_by");
        Assert.Equal(("session_actor", at.Session.Text("id")), (version.Text("type"), version.Text("session_id")));
        (await api.PostAsync($"/ext{at.Writes}/commits", new { changes = new[] { new { type = "create", path = "/more", content = "" } } })).Ok();
        foreach (var store in new[] { at.Writes, at.Reads })
        {
            (await api.GetAsync(store + "/memories?view=full")).Ok();
            (await api.GetAsync(store)).Ok();
            (await api.GetAsync($"/ext{store}/changes")).Ok();
        }
        (await api.DeleteAsync($"{at.Writes}/memories/{memory.Text("id")}")).Ok();
        (await GetAsync(Url(at.Session), at.Token)).Ok();
        foreach (var path in new[] { "/events", "/resources", "/threads" }) (await GetAsync(Url(at.Session) + path, at.Token)).Ok();
        var note = (await GetAsync($"/ext{Url(at.Session)}/prompt", at.Token)).Ok();
        Assert.Equal(("session_prompt", at.Session.Text("id")), (note.Text("type"), note.Text("session_id")));
        foreach (var mount in new[] { "path=\"/mnt/memory/writes\" access=\"read_write\"", "path=\"/mnt/memory/reads\" access=\"read_only\"" }) Assert.Contains(mount, note.Text("text"), StringComparison.Ordinal);
        var sent = (await PostAsync(Url(at.Session) + "/events", """{"events":[{"type":"user.tool_result","tool_use_id":"x"},{"type":"user.custom_tool_result","custom_tool_use_id":"x"}]}""", at.Token)).Ok();
        Assert.Equal(2, sent.Data().Count());
    }

    [Fact]
    public async Task Every_misuse_is_refused_and_logged_with_who_tried()
    {
        var (at, other) = (await AttachedAsync(), await AttachedAsync());
        var memory = (await Api.MemoryAsync(at.Reads, "/kept")).Text("id");
        using var api = new ApiClient(Server.Process.Url, at.Token);
        var secret = "words that no log may hold";

        (await api.PostAsync(at.Reads + "/memories", new { path = "/forged", content = secret })).Refused(403, "permission_error");
        (await api.PostAsync($"{at.Reads}/memories/{memory}", new { content = secret })).Refused(403, "permission_error");
        (await api.DeleteAsync($"{at.Reads}/memories/{memory}")).Refused(403, "permission_error");
        (await api.PostAsync($"/ext{at.Reads}/commits", new { changes = new[] { new { type = "create", path = "/forged", content = secret } } })).Refused(403, "permission_error");
        (await api.PostAsync(other.Writes + "/memories", new { path = "/forged", content = secret })).NotFound();
        (await api.GetAsync(other.Writes + "/memories")).NotFound();
        foreach (var path in new[] { "", "/events", "/events/stream", "/resources", "/threads" }) (await GetAsync(Url(other.Session) + path, at.Token)).NotFound();
        var forged = $$"""{"events":[{"type":"user.tool_result","tool_use_id":"x"},{{Say(secret)}}]}""";
        (await PostAsync(Url(at.Session) + "/events", forged, at.Token)).Refused(403, "permission_error");
        foreach (var kind in new[] { """{"type":"user.interrupt"}""", """{"type":"user.tool_confirmation","tool_use_id":"x","result":"allow"}""" })
            (await PostAsync(Url(at.Session) + "/events", $$"""{"events":[{{kind}}]}""", at.Token)).Refused(403, "permission_error");
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Post, $"/ext{Url(at.Session)}/events", """{"events":[{"type":"agent.message"}]}"""), (HttpMethod.Post, $"/ext{Url(at.Session)}/tokens", "{}"),
            (HttpMethod.Get, $"/ext{Url(at.Session)}/tokens", null), (HttpMethod.Post, Url(at.Session), "{}"), (HttpMethod.Post, Url(at.Session) + "/archive", null),
            (HttpMethod.Delete, Url(at.Session), null), (HttpMethod.Get, Sessions, null), (HttpMethod.Post, Sessions, "{}"), (HttpMethod.Get, Agents, null),
            (HttpMethod.Get, Environments, null), (HttpMethod.Get, "/ext/v1/keys", null), (HttpMethod.Post, "/ext/v1/keys", """{"name":"k","role":"admin"}"""),
            (HttpMethod.Post, Url(at.Session) + "/resources", """{"type":"file","file_id":"f"}"""), (HttpMethod.Get, "/ext/v1/administration", null),
        }) (await SendAsync(method, path, body, at.Token)).Refused(403, "permission_error");
        foreach (var (method, path) in new[] { (HttpMethod.Get, ApiClient.Stores), (HttpMethod.Delete, at.Writes), (HttpMethod.Post, at.Writes + "/archive"), (HttpMethod.Get, at.Writes + "/memory_versions"), (HttpMethod.Get, $"/ext{at.Writes}/history") })
            (await Api.SendAsync(ApiClient.Request(method, path, at.Token))).Refused(403, "permission_error");

        Assert.Equal(["/kept"], (await Api.ListAsync(at.Reads + "/memories")).Each("path"));
        Assert.Empty(await EventsAsync(at.Session));
        foreach (var why in new[] { "StoreReadOnly", "StoreUnknown", "SessionUnknown", "EventOutOfScope", "TokenTooNarrow" }) await AssertLoggedAsync(at.Session.Text("id"), why);
        Assert.DoesNotContain(secret, Server.Process.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(at.Token, Server.Process.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("/forged", Server.Process.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archived")]
    [InlineData("deleted")]
    public async Task After_the_session_what_was_written_may_still_arrive_and_nothing_else(string how)
    {
        var at = await AttachedAsync();
        using var api = new ApiClient(Server.Process.Url, at.Token);
        (await api.GetAsync(at.Reads + "/memories")).Ok();

        if (how == "archived") (await PostAsync(Url(at.Session) + "/archive")).Ok();
        else (await DeleteAsync(Url(at.Session))).Ok();

        await api.MemoryAsync(at.Writes, "/late");
        (await api.GetAsync(at.Writes + "/memories")).Ok();
        (await api.GetAsync(at.Reads + "/memories")).NotFound();
        (await api.PostAsync(at.Reads + "/memories", new { path = "/a", content = "" })).NotFound();
        foreach (var path in new[] { "", "/events", "/events/stream" }) (await GetAsync(Url(at.Session) + path, at.Token)).Refused(403, "permission_error");
        (await PostAsync(Url(at.Session) + "/events", """{"events":[{"type":"user.tool_result","tool_use_id":"x"}]}""", at.Token)).Refused(403, "permission_error");
        if (how == "archived") Assert.Matches(Shapes.Time, (await GetAsync($"/ext{Url(at.Session)}/tokens")).Ok().Data().Single().Text("ended_at"));
    }

    [Fact]
    public async Task A_revoked_tokens_use_is_logged_with_its_session()
    {
        var at = await AttachedAsync();
        (await PostAsync($"/ext{Url(at.Session)}/tokens/{at.Made.Text("id")}/revoke")).Ok();
        (await Api.SendAsync(ApiClient.Request(HttpMethod.Get, at.Writes, at.Token))).Refused(401, "authentication_error");
        await AssertLoggedAsync(at.Session.Text("id"), "CredentialWrong");
    }

    [Fact]
    public async Task An_environments_key_reaches_no_memory()
    {
        var (at, environment) = (await AttachedAsync(), await EnvironmentAsync("""{"type":"self_hosted"}"""));
        var keys = $"/ext{Environments}/{environment}/keys";
        var made = (await PostAsync(keys, """{"name":"machine"}""")).Ok();
        var key = made.Text("token");
        Assert.Equal(("environment_key", environment), (made.Text("type"), made.Text("environment_id")));

        foreach (var path in new[] { at.Writes, at.Writes + "/memories", $"/ext{at.Writes}/changes" }) (await Api.SendAsync(ApiClient.Request(HttpMethod.Get, path, key))).Refused(403, "permission_error");
        foreach (var path in new[] { Sessions, Url(at.Session), Url(at.Session) + "/events", Agents, $"{Environments}/{environment}", keys }) (await GetAsync(path, key)).Refused(403, "permission_error");
        Assert.Equal("api_actor", (await GetAsync("/ext/v1", key)).Ok().GetProperty("actor").Text("type"));
        await AssertLoggedAsync(environment, "TokenTooNarrow");
        Assert.Single((await GetAsync(keys)).Ok().Data());
        (await PostAsync(keys, "{}", await KeyAsync(new { name = "w", role = "write" }))).Refused(403, "permission_error");
        (await PostAsync($"{keys}/{made.Text("id")}/revoke")).Ok();
        (await GetAsync("/ext/v1", key)).Refused(401, "authentication_error");
        (await PostAsync($"/ext{Environments}/env_x/keys")).NotFound();
    }

    private sealed record Attached(JsonElement Session, string Writes, string Reads, JsonElement Made)
    {
        public string Token => Made.Text("token");
    }

    /// <summary>A session with a store to write and one to read, and a token of it.</summary>
    private async Task<Attached> AttachedAsync()
    {
        var (writes, reads) = (await StoreIdAsync("writes"), await StoreIdAsync("reads"));
        var session = await NewSessionAsync($$"""
            ,"resources":[{"type":"memory_store","memory_store_id":"{{writes}}"},{"type":"memory_store","memory_store_id":"{{reads}}","access":"read_only"}]
            """);
        var made = (await PostAsync($"/ext{Url(session)}/tokens", """{"name":"worker"}""")).Ok();
        return new Attached(session, $"{ApiClient.Stores}/{writes}", $"{ApiClient.Stores}/{reads}", made);
    }

    /// <summary>The log is written behind the answer, and read as it comes.</summary>
    private async Task AssertLoggedAsync(string who, string why)
    {
        using var deadline = new CancellationTokenSource(SentEvents.Deadline);
        while (!Server.Process.Log.Split('\n').Any(line => line.Contains(who, StringComparison.Ordinal) && line.Contains(why, StringComparison.Ordinal)))
            await Task.Delay(20, deadline.Token);
    }
}
