using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Sections 4 and 5 of the sessions contract: sessions and their memory stores.</summary>
public sealed class SessionApiFacts(RunningServer server) : SessionApiBase(server)
{
    [Fact]
    public async Task A_new_session_has_all_fields_whatever_was_given()
    {
        var agent = await AgentAsync();
        var made = (await PostAsync(Sessions, await FieldsAsync(agent: agent))).Ok();

        Assert.Equal(
            ["agent", "archived_at", "budget", "created_at", "deployment_id", "environment_id", "id", "metadata", "outcome_evaluations", "resources", "stats", "status", "title", "type", "updated_at", "usage", "vault_ids"],
            made.FieldNames());
        Assert.Matches("^sesn_01[1-9A-HJ-NP-Za-km-z]{22}$", made.Text("id"));
        Assert.Equal(("session", "idle"), (made.Text("type"), made.Text("status")));
        Assert.Equal(["description", "execution_identity", "id", "mcp_servers", "model", "multiagent", "name", "skills", "system", "tools", "type", "version"], made.GetProperty("agent").FieldNames());
        Assert.Equal((agent, 1), (made.GetProperty("agent").Text("id"), made.GetProperty("agent").GetProperty("version").GetInt64()));
        Assert.Equal(["cache_creation", "cache_read_input_tokens", "input_tokens", "output_tokens"], made.GetProperty("usage").FieldNames());
        Assert.Equal(["ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens"], made.GetProperty("usage").GetProperty("cache_creation").FieldNames());
        Assert.Equal(["active_seconds", "duration_seconds"], made.GetProperty("stats").FieldNames());
        Assert.True(made.IsNull("title") && made.IsNull("budget") && made.IsNull("archived_at"));
        Assert.Equal(made.Text("created_at"), made.Text("updated_at"));
        Assert.Equal(made.GetProperty("agent").GetRawText(), (await GetAsync(Url(made))).Ok().GetProperty("agent").GetRawText());
    }

    [Fact]
    public async Task Its_stores_have_what_they_had_when_it_was_made_at_paths_by_their_names()
    {
        var first = (await Api.PostAsync(ApiClient.Stores, new { name = "User Preferences", description = "likes" })).Ok().Text("id");
        var (second, third) = (await StoreIdAsync("user preferences!"), await StoreIdAsync("日本"));

        var made = await NewSessionAsync($$"""
            ,"resources":[{"type":"memory_store","memory_store_id":"{{first}}","access":"read_only","instructions":"first"},
             {"type":"memory_store","memory_store_id":"{{second}}","access":null,"instructions":null},{"type":"memory_store","memory_store_id":"{{third}}"}]
            """);
        (await Api.PostAsync($"{ApiClient.Stores}/{first}", new { name = "Renamed" })).Ok();

        var resources = (await GetAsync(Url(made))).Ok().GetProperty("resources").EnumerateArray().ToList();
        Assert.Equal($$"""{"type":"memory_store","memory_store_id":"{{first}}","access":"read_only","instructions":"first","name":"User Preferences","description":"likes","mount_path":"/mnt/memory/user-preferences"}""", resources[0].GetRawText());
        Assert.Equal(("/mnt/memory/user-preferences-2", "read_write", ""), (resources[1].Text("mount_path"), resources[1].Text("access"), resources[1].Text("description")));
        Assert.Equal("/mnt/memory/" + third.Replace('_', '-').ToLowerInvariant(), resources[2].Text("mount_path"));
        Assert.Equal(resources.Select(one => one.GetRawText()), (await GetAsync(Url(made) + "/resources")).Ok().Data().Select(one => one.GetRawText()));
        Assert.Equal(resources[1].GetRawText(), (await GetAsync($"{Url(made)}/resources/{second}")).Ok().GetRawText());
    }

    public static TheoryData<string, string> BadFields => new()
    {
        { """ "title":7 """, "title" }, { $"\"title\":\"{new string('t', 501)}\"", "title" }, { """ "metadata":{"k":null} """, "metadata.k" }, { """ "colour":1 """, "colour" },
        { """ "resources":[{}] """, "resources[0].type" }, { """ "resources":[{"type":"moon"}] """, "resources[0].type" }, { """ "resources":[{"type":"memory_store"}] """, "resources[0].memory_store_id" },
        { """ "resources":[{"type":"memory_store","memory_store_id":"memstore_x","access":"all"}] """, "resources[0].access" },
        { """ "resources":[{"type":"memory_store","memory_store_id":"memstore_x","mount_path":"/x"}] """, "resources[0].mount_path" },
        { $"\"resources\":[{{\"type\":\"memory_store\",\"memory_store_id\":\"memstore_x\",\"instructions\":\"{new string('i', 4_097)}\"}}]", "resources.0.memory_store.instructions" },
        { """ "resources":[{"type":"file"}] """, "resources[0].file_id" }, { """ "resources":[{"type":"github_repository"}] """, "resources[0].url" },
        { """ "vault_ids":"v" """, "vault_ids" }, { """ "budget":{"type":"all"} """, "budget.type" }, { """ "budget":{"type":"limit"} """, "budget.max_list_cost" },
        { """ "initial_events":[{"type":"user.interrupt"}] """, "initial_events[0].type" }, { """ "initial_events":[{"type":"user.message"}] """, "initial_events[0].content" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_bad_field_is_refused_by_name(string fields, string name) =>
        Assert.StartsWith(name, (await PostAsync(Sessions, await FieldsAsync("," + fields, "agent_x", "env_x"))).Invalid().Text("message"), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"environment_id":"e"}""", "agent")]
    [InlineData("""{"agent":"a"}""", "environment_id")]
    [InlineData("""{"agent":7,"environment_id":"e"}""", "agent")]
    [InlineData("""{"agent":{"id":"a"},"environment_id":"e"}""", "agent.type")]
    [InlineData("""{"agent":{"type":"agent","id":"a","system":"s"},"environment_id":"e"}""", "agent.system")]
    [InlineData("""{"agent":{"type":"agent_with_overrides","id":"a","name":"s"},"environment_id":"e"}""", "agent.name")]
    [InlineData("""{"agent":"a","environment_id":""}""", "environment_id")]
    public async Task What_it_is_made_of_is_required(string body, string name) =>
        Assert.StartsWith(name, (await PostAsync(Sessions, body)).Invalid().Text("message"), StringComparison.Ordinal);

    [Fact]
    public async Task What_is_unknown_archived_or_twice_is_refused_and_makes_nothing()
    {
        var (agent, environment, store, old) = (await AgentAsync(), await EnvironmentAsync(), await StoreIdAsync(), await StoreIdAsync());
        (await Api.PostAsync($"{ApiClient.Stores}/{old}/archive")).Ok();
        var self = await EnvironmentAsync("""{"type":"self_hosted"}""");

        (await PostAsync(Sessions, await FieldsAsync("", "agent_01ceGPFUY4oTQ3gxaaMvXWXR", environment))).NotFound();
        (await PostAsync(Sessions, await FieldsAsync("", agent, "env_01ceGPFUY4oTQ3gxaaMvXWXR"))).NotFound();
        (await PostAsync(Sessions, await FieldsAsync(Stores("memstore_01ceGPFUY4oTQ3gxaaMvXWXR"), agent, environment))).NotFound();
        Assert.Contains("archived", Message(await PostAsync(Sessions, await FieldsAsync(Stores(store, old), agent, environment))), StringComparison.Ordinal);
        Assert.Contains("duplicate memory_store_id", Message(await PostAsync(Sessions, await FieldsAsync(Stores(store, store), agent, environment))), StringComparison.Ordinal);
        Assert.Contains("resources cannot contain more than 8 memory_store entries", Message(await PostAsync(Sessions, await FieldsAsync(
            Stores([.. Enumerable.Range(0, 9).Select(i => $"memstore_{i}")]), agent, environment))), StringComparison.Ordinal);
        Assert.Contains("self-hosted", Message(await PostAsync(Sessions, await FieldsAsync(""","resources":[{"type":"file","file_id":"f"}]""", agent, self))), StringComparison.Ordinal);
        (await PostAsync($"{Environments}/{environment}/archive")).Ok();
        var refused = (await PostAsync(Sessions, await FieldsAsync("", agent, environment))).Invalid();
        Assert.Equal("environment_archived", refused.GetProperty("details").Text("error_code"));
        (await PostAsync($"{Agents}/{agent}/archive")).Ok();
        Message(await PostAsync(Sessions, await FieldsAsync("", agent, self)));

        Assert.Empty((await GetAsync($"{Sessions}?agent_id={agent}")).Ok().Data());

        static string Message(Answer answer) => answer.Invalid().Text("message");
        static string Stores(params string[] ids) =>
            ",\"resources\":[" + string.Join(',', ids.Select(id => $$"""{"type":"memory_store","memory_store_id":"{{id}}"}""")) + "]";
    }

    [Fact]
    public async Task An_update_patches_and_an_archive_ends()
    {
        var made = await NewSessionAsync(""","title":"one","metadata":{"a":"1","b":"2"},"budget":{"type":"limit","max_list_cost":{"amount":"5"}}""");

        var updated = (await PostAsync(Url(made), """{"title":null,"metadata":{"a":null,"c":"3"},"agent":{"tools":[{"type":"x"}]},"budget":null}""")).Ok();
        Assert.True(updated.IsNull("title") && updated.IsNull("budget"));
        Assert.Equal("""{"b":"2","c":"3"}""", updated.GetProperty("metadata").GetRawText());
        Assert.Equal("""[{"type":"x"}]""", updated.GetProperty("agent").GetProperty("tools").GetRawText());
        Assert.Equal("budget_create_only", (await PostAsync(Url(made), """{"budget":{"type":"limit","max_list_cost":1}}""")).Invalid().GetProperty("details").Text("error_code"));
        foreach (var bad in new[] { """{"vault_ids":[]}""", """{"agent":{"system":"s"}}""", """{"colour":1}""", """{"resources":[]}""" }) (await PostAsync(Url(made), bad)).Invalid();

        var archived = (await PostAsync(Url(made) + "/archive")).Ok();
        Assert.Equal(("terminated", archived.Text("updated_at")), (archived.Text("status"), archived.Text("archived_at")));
        Assert.Equal(archived.GetRawText(), (await PostAsync(Url(made) + "/archive")).Ok().GetRawText());
        (await SendEventsAsync(made, Say("late"))).Invalid();
        (await PostAsync(Url(made), """{"title":"late"}""")).Invalid();
        Assert.Equal("session.status_terminated", (await EventsAsync(made))[^1].Text("type"));

        var gone = (await DeleteAsync(Url(made))).Ok();
        Assert.Equal((made.Text("id"), "session_deleted"), (gone.Text("id"), gone.Text("type")));
        foreach (var path in new[] { "", "/events", "/resources", "/threads" }) (await GetAsync(Url(made) + path)).NotFound();
    }

    [Fact]
    public async Task A_list_pages_both_ways_and_its_token_keeps_the_order()
    {
        var agent = await AgentAsync();
        var environment = await EnvironmentAsync();
        for (var i = 0; i < 5; i++) (await PostAsync(Sessions, await FieldsAsync($",\"title\":\"{i}\"", agent, environment))).Ok();
        var list = $"{Sessions}?agent_id={agent}&limit=2";

        var first = (await GetAsync(list + "&order=asc")).Ok();
        var second = (await GetAsync(ApiClient.With(list, "page", first.Text("next_page")))).Ok();
        var third = (await GetAsync(ApiClient.With(list + "&order=asc", "page", second.Text("next_page")))).Ok();
        var back = (await GetAsync(ApiClient.With(list, "page", third.Text("prev_page")))).Ok();
        var start = (await GetAsync(ApiClient.With(list, "page", back.Text("prev_page")))).Ok();

        Assert.Equal(["data", "next_page", "prev_page"], first.FieldNames());
        Assert.Equal(["0", "1", "2", "3", "4"], new[] { first, second, third }.SelectMany(page => page.Data().Each("title")));
        Assert.Equal(second.Data().Each("id"), back.Data().Each("id"));
        Assert.Equal(first.Data().Each("id"), start.Data().Each("id"));
        Assert.True(first.IsNull("prev_page") && third.IsNull("next_page") && start.IsNull("prev_page"));
        (await GetAsync(ApiClient.With(list + "&order=desc", "page", first.Text("next_page")))).Invalid();
        (await GetAsync(ApiClient.With($"{Sessions}?limit=2", "page", first.Text("next_page")))).Invalid();
        Assert.Equal(["4", "3"], (await GetAsync(list)).Ok().Data().Each("title"));
    }

    [Fact]
    public async Task A_list_has_every_filter()
    {
        var (agent, store) = (await AgentAsync(), await StoreIdAsync());
        var environment = await EnvironmentAsync();
        var one = (await PostAsync(Sessions, await FieldsAsync($$""","resources":[{"type":"memory_store","memory_store_id":"{{store}}"}]""", agent, environment))).Ok();
        var two = (await PostAsync(Sessions, await FieldsAsync("", agent, environment))).Ok();
        var ended = (await PostAsync(Url((await PostAsync(Sessions, await FieldsAsync("", agent, environment))).Ok()) + "/archive")).Ok();

        await AssertListedAsync("", two, one);
        await AssertListedAsync("&include_archived=true", ended, two, one);
        await AssertListedAsync($"&memory_store_id={store}", one);
        await AssertListedAsync("&agent_version=1", two, one);
        await AssertListedAsync("&agent_version=2");
        await AssertListedAsync("&deployment_id=depl_1");
        await AssertListedAsync("&statuses[]=idle&statuses=terminated&include_archived=true", ended, two, one);
        await AssertListedAsync("&statuses%5B%5D=terminated&include_archived=true", ended);
        await AssertListedAsync($"&created_at%5Bgt%5D={one.Text("created_at")}", two);
        await AssertListedAsync($"&created_at[gte]={one.Text("created_at")}&created_at[lt]={two.Text("created_at")}", one);
        await AssertListedAsync($"&created_at[lte]={two.Text("created_at")}", two, one);
        foreach (var bad in new[] { "statuses=gone", "order=up", "limit=0", "limit=101", "created_at[gt]=today", "agent_version=0", "page=page_x", "include_archived=1" })
            (await GetAsync($"{Sessions}?{bad}")).Invalid();

        async Task AssertListedAsync(string filters, params JsonElement[] expected) =>
            Assert.Equal(expected.Each("id"), (await GetAsync($"{Sessions}?agent_id={agent}{filters}")).Ok().Data().Each("id"));
    }

    [Fact]
    public async Task Files_are_added_and_taken_away_and_the_rest_stays()
    {
        var store = await StoreIdAsync();
        var made = await NewSessionAsync($$""","resources":[{"type":"memory_store","memory_store_id":"{{store}}"},{"type":"github_repository","url":"https://h.example/desk","authorization_token":"secret-of-h","checkout":{"type":"branch","name":"b"} }]""");
        var repository = made.GetProperty("resources")[1];
        Assert.Equal(("/workspace/desk", """{"type":"branch","name":"b"}"""), (repository.Text("mount_path"), repository.GetProperty("checkout").GetRawText()));
        Assert.DoesNotContain("secret-of-h", made.GetRawText(), StringComparison.Ordinal);

        var file = (await PostAsync(Url(made) + "/resources", """{"type":"file","file_id":"file_1"}""")).Ok();
        Assert.Matches("^sesrsc_01", file.Text("id"));
        Assert.Equal("/mnt/session/uploads/file_1", file.Text("mount_path"));
        foreach (var bad in new[] { $$"""{"type":"memory_store","memory_store_id":"{{store}}"}""", """{"type":"github_repository","url":"u"}""", """{"file_id":"f"}""", """{"type":"file"}""", """{"type":"file","file_id":"f","mount_path":"x"}""" })
            (await PostAsync(Url(made) + "/resources", bad)).Invalid();
        (await PostAsync($"{Url(made)}/resources/{repository.Text("id")}", """{"authorization_token":"t"}""")).Ok();
        (await PostAsync($"{Url(made)}/resources/{file.Text("id")}", """{"authorization_token":"t"}""")).Invalid();
        (await DeleteAsync($"{Url(made)}/resources/{store}")).Invalid();

        Assert.Equal("session_resource_deleted", (await DeleteAsync($"{Url(made)}/resources/{file.Text("id")}")).Ok().Text("type"));
        (await GetAsync($"{Url(made)}/resources/{file.Text("id")}")).NotFound();
        Assert.Equal(2, (await GetAsync(Url(made) + "/resources")).Ok().Data().Count());
    }

    [Fact]
    public async Task The_thread_it_began_with_can_be_read_and_archived()
    {
        var made = await NewSessionAsync();
        await SendEventsAsync(made, Say("hello"));

        var thread = (await GetAsync(Url(made) + "/threads")).Ok().Data().Single();
        Assert.Equal(
            ["agent", "archived_at", "created_at", "id", "parent_thread_id", "session_id", "stats", "status", "type", "updated_at", "usage", "workflow_run_id"], thread.FieldNames());
        Assert.Equal(("session_thread", made.Text("id"), "idle"), (thread.Text("type"), thread.Text("session_id"), thread.Text("status")));
        var url = $"{Url(made)}/threads/{thread.Text("id")}";
        Assert.Equal(thread.Text("id"), (await GetAsync(url)).Ok().Text("id"));
        Assert.Equal((await EventsAsync(made)).Each("id"), (await WalkAsync(url + "/events")).Each("id"));
        Assert.Empty((await GetAsync(Url(made) + "/threads?statuses[]=running")).Ok().Data());
        foreach (var other in new[] { "sthr_01ceGPFUY4oTQ3gxaaMvXWXR", "x" })
        {
            (await GetAsync($"{Url(made)}/threads/{other}")).NotFound();
            (await GetAsync($"{Url(made)}/threads/{other}/events")).NotFound();
            (await GetAsync($"{Sessions}/x/threads/{other}/events")).NotFound();
        }

        var archived = (await PostAsync(url + "/archive")).Ok();
        Assert.Equal("terminated", archived.Text("status"));
        Assert.Equal(archived.Text("archived_at"), (await PostAsync(url + "/archive")).Ok().Text("archived_at"));
        Assert.Equal("idle", (await GetAsync(Url(made))).Ok().Text("status"));
    }

    [Fact]
    public async Task Who_has_no_right_to_it_has_none_of_it()
    {
        var made = await NewSessionAsync();
        var reader = await KeyAsync(new { name = "r", role = "read" });
        var confined = await KeyAsync(new { name = "c", role = "write", path_prefix = "/a/" });
        var stranger = await KeyAsync(new { name = "s", role = "admin", workspace = "sessions elsewhere" });
        var body = await FieldsAsync();

        foreach (var (method, path, json) in new[]
        {
            (HttpMethod.Post, Sessions, body), (HttpMethod.Get, Sessions, null), (HttpMethod.Get, Url(made), null), (HttpMethod.Post, Url(made), "{}"),
            (HttpMethod.Post, Url(made) + "/archive", null), (HttpMethod.Delete, Url(made), null), (HttpMethod.Get, Url(made) + "/events", null),
            (HttpMethod.Post, Url(made) + "/events", $$"""{"events":[{{Say("x")}}]}"""), (HttpMethod.Get, Url(made) + "/resources", null), (HttpMethod.Get, Url(made) + "/threads", null),
        })
        {
            (await SendAsync(method, path, json, "wrong")).Refused(401, "authentication_error");
            Assert.Contains(Beta, (await SendAsync(method, path, json, beta: ApiClient.Beta)).Invalid().Text("message"), StringComparison.Ordinal);
            if (method != HttpMethod.Get) (await SendAsync(method, path, json, reader)).Refused(403, "permission_error");
            else (await SendAsync(method, path, json, reader)).Ok();
            (await SendAsync(method, path, json, confined)).Refused(403, "permission_error");
            if (path != Sessions) (await SendAsync(method, path, json, stranger)).NotFound();
        }
        Assert.Empty((await GetAsync(Sessions, stranger)).Ok().Data());
    }
}
