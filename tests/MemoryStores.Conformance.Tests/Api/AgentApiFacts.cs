using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 2 of the sessions contract: agents.</summary>
public sealed class AgentApiFacts(RunningServer server) : ManagedFacts(server)
{
    private static readonly string[] Fields =
    [
        "archived_at", "created_at", "description", "execution_identity", "id", "mcp_servers", "metadata", "model", "multiagent", "name", "skills",
        "system", "tools", "type", "updated_at", "version",
    ];

    [Fact]
    public async Task A_new_agent_has_all_fields_whatever_was_given()
    {
        var agent = await NewAsync("""{"name":"Plain","model":"claude-opus-4-8"}""");

        Assert.Equal(Fields, agent.FieldNames());
        Assert.Matches("^agent_01[1-9A-HJ-NP-Za-km-z]{22}$", agent.Text("id"));
        Assert.Equal(("agent", 1, "Plain"), (agent.Text("type"), agent.GetProperty("version").GetInt64(), agent.Text("name")));
        Assert.Equal("""{"id":"claude-opus-4-8","speed":"standard"}""", agent.GetProperty("model").GetRawText());
        Assert.Equal("""{"type":"service_account"}""", agent.GetProperty("execution_identity").GetRawText());
        foreach (var list in new[] { "tools", "mcp_servers", "skills" }) Assert.Equal("[]", agent.GetProperty(list).GetRawText());
        Assert.Equal("{}", agent.GetProperty("metadata").GetRawText());
        foreach (var nothing in new[] { "description", "system", "multiagent", "archived_at" }) Assert.True(agent.IsNull(nothing), nothing);
        Assert.Matches(Shapes.Time, agent.Text("created_at"));
        Assert.Equal(agent.Text("created_at"), agent.Text("updated_at"));
    }

    [Fact]
    public async Task What_nothing_here_interprets_comes_back_as_it_was_given()
    {
        const string tools = """[{"type":"agent_toolset_20260401","configs":[{"name":"bash","enabled":false}],"default_config":{"enabled":true,"permission_policy":{"type":"always_ask"}}},{"type":"custom","name":"Ü🌳\u0000\ud83c\uDF33 \" \\","input_schema":{"z":1.50e+300,"a":[null,true,-0,12345678901234567890]}},{"type":"not known yet"}]""";
        const string servers = """[{"type":"url","url":"https://x.example/?a=b&c","name":"x"}]""";
        const string skills = """[{"skill_id":"xlsx","version":null,"type":"anthropic"}]""";
        const string multiagent = """{"agents":["agent_x",{"type":"self"}],"type":"coordinator"}""";

        var made = await NewAsync($$"""{"name":"n","model":"m","tools":{{tools}},"mcp_servers":{{servers}},"skills":{{skills}},"multiagent":{{multiagent}}}""");
        var read = (await GetAsync(Url(made))).Ok();

        Assert.Equal(made.GetRawText(), read.GetRawText());
        Assert.Equal(tools, read.GetProperty("tools").GetRawText());
        Assert.Equal(servers, read.GetProperty("mcp_servers").GetRawText());
        Assert.Equal(skills, read.GetProperty("skills").GetRawText());
        Assert.Equal(multiagent, read.GetProperty("multiagent").GetRawText());
    }

    [Theory]
    [InlineData(""" "m" """, """{"id":"m","speed":"standard"}""")]
    [InlineData("""{"id":"m"}""", """{"id":"m","speed":"standard"}""")]
    [InlineData("""{"id":"m","speed":"fast","effort":"high"}""", """{"id":"m","speed":"fast","effort":{"type":"high"}}""")]
    [InlineData("""{"id":"m","speed":null,"effort":{"type":"xhigh"},"inference_geo":"eu"}""", """{"id":"m","speed":"standard","effort":{"type":"xhigh"},"inference_geo":"eu"}""")]
    public async Task A_model_is_always_an_object(string given, string kept) =>
        Assert.Equal(kept, (await NewAsync($$"""{"name":"n","model":{{given}}}""")).GetProperty("model").GetRawText());

    public static TheoryData<string, string> BadFields => new()
    {
        { "", "name" }, { """ "name":null """, "name" }, { """ "name":7 """, "name" }, { """ "name":"","model":"m" """, "name" }, { $"\"name\":\"{new string('n', 257)}\",\"model\":\"m\"", "name" },
        { """ "name":"\ud800" """, "name" }, { """ "name":"n" """, "model" }, { """ "name":"n","model":null """, "model" }, { """ "name":"n","model":7 """, "model" },
        { """ "name":"n","model":"" """, "model.id" }, { $"\"name\":\"n\",\"model\":\"{new string('m', 257)}\"", "model.id" }, { """ "name":"n","model":{} """, "model.id" },
        { Good("""  "description":[] """), "description" }, { Good($"\"description\":\"{new string('d', 2_049)}\""), "description" },
        { Good($"\"system\":\"{new string('s', 100_001)}\""), "system" }, { Good(""" "system":"\udc00" """), "system" },
        { """ "name":"n","model":{"id":"m","speed":"slow"} """, "model.speed" }, { """ "name":"n","model":{"id":"m","effort":"huge"} """, "model.effort" },
        { """ "name":"n","model":{"id":"m","effort":{}} """, "model.effort.type" }, { """ "name":"n","model":{"id":"m","effort":3} """, "model.effort" },
        { """ "name":"n","model":{"id":"m","colour":1} """, "model.colour" }, { """ "name":"n","model":["m"] """, "model" },
        { Good(""" "tools":{} """), "tools" }, { Good(""" "tools":["bash"] """), "tools[0]" }, { Good(""" "tools":[{"type":"a"},{}] """), "tools[1].type" },
        { Good(""" "tools":[{"type":7}] """), "tools[0].type" }, { Good(""" "tools":[{"type":"a","b":["\ud800"]}] """), "tools[0]" }, { Good(""" "tools":[{"type":"a","b":[{"\udc00":1}]}] """), "" },
        { Good($"\"tools\":[{string.Join(',', Enumerable.Repeat("""{"type":"a"}""", 257))}]"), "tools" },
        { Good($"\"mcp_servers\":[{string.Join(',', Enumerable.Repeat("""{"type":"url"}""", 21))}]"), "mcp_servers" }, { Good(""" "skills":[null] """), "skills[0]" },
        { Good(""" "multiagent":[] """), "multiagent" }, { Good(""" "multiagent":{} """), "multiagent.type" },
        { Good(""" "metadata":{"k":null} """), "metadata.k" }, { Good(""" "metadata":{"k":1} """), "metadata.k" }, { Good(""" "metadata":[] """), "metadata" },
        { Good($"\"metadata\":{{\"{new string('k', 65)}\":\"v\"}}"), "metadata key" }, { Good($"\"metadata\":{{\"k\":\"{new string('v', 513)}\"}}"), "metadata.k" },
        { Good($"\"metadata\":{{{string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"k{i}\":\"v\""))}}}"), "metadata" },
        { Good(""" "execution_identity":{"type":"me"} """), "execution_identity.type" }, { Good(""" "execution_identity":{"type":"aws_role"} """), "execution_identity.role_arn" },
        { Good(""" "execution_identity":"service_account" """), "execution_identity" }, { Good(""" "version":1 """), "version" }, { Good(""" "colour":"red" """), "colour" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_bad_field_is_refused_by_name(string fields, string name) =>
        Assert.StartsWith(name.Length == 0 ? "" : name + ": ", (await PostAsync(Agents, "{" + fields + "}")).Invalid().Text("message"), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"name":"n","name":"n","model":"m"}""")]
    [InlineData("""{"name":"n","model":"m","tools":[{"type":"a","b":1,"b":2}]}""")]
    [InlineData("""{"name":"n","model":"m","tools":[{"type":"a","\ud800":1}]}""")]
    public async Task A_body_that_is_no_object_with_distinct_fields_is_refused(string body) => (await PostAsync(Agents, body)).Invalid();

    [Fact]
    public async Task Tools_of_megabytes_are_refused_as_a_whole() =>
        (await PostAsync(Agents, $$"""{"name":"n","model":"m","tools":[{"type":"{{new string('x', 600_000)}}"}]}""")).Invalid();

    [Fact]
    public async Task An_update_makes_the_next_version_and_a_stale_one_is_a_conflict()
    {
        var made = await NewAsync("""{"name":"one","model":"m","system":"s","metadata":{"keep":"1","drop":"1"}}""");

        var updated = (await PostAsync(Url(made), """{"version":1,"name":"two","system":null,"tools":[{"type":"a"}],"metadata":{"drop":null,"add":""}}""")).Ok();

        Assert.Equal((2, "two"), (updated.GetProperty("version").GetInt64(), updated.Text("name")));
        Assert.True(updated.IsNull("system"));
        Assert.Equal("""{"add":"","keep":"1"}""", updated.GetProperty("metadata").GetRawText());
        Assert.Equal(made.Text("created_at"), updated.Text("created_at"));
        Assert.True(string.CompareOrdinal(updated.Text("updated_at"), made.Text("updated_at")) > 0);
        var lost = (await PostAsync(Url(made), """{"version":1,"name":"three"}""")).Refused(409, "conflict_error");
        Assert.Contains("version 2", lost.Text("message"), StringComparison.Ordinal);
        (await PostAsync(Url(made), """{"version":3,"name":"three"}""")).Refused(409, "conflict_error");
        Assert.Equal(updated.GetRawText(), (await GetAsync(Url(made))).Text);
        Assert.Equal(3, (await PostAsync(Url(made), """{"name":"three","tools":null}""")).Ok().GetProperty("version").GetInt64());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"name":"one","model":{"id":"m","speed":"standard"},"description":"","system":"s","tools":[ { "type" :  "a" } ],"skills":null}""")]
    [InlineData("""{"metadata":null,"multiagent":null,"execution_identity":null}""")]
    [InlineData("""{"metadata":{"never":null}}""")]
    public async Task An_update_that_changes_nothing_keeps_the_version(string patch)
    {
        var made = await NewAsync("""{"name":"one","model":"m","system":"s","tools":[{"type":"a"}]}""");

        Assert.Equal(made.GetRawText(), (await PostAsync(Url(made), patch)).Ok().GetRawText());
        Assert.Single((await GetAsync(Url(made) + "/versions")).Ok().Data());
    }

    [Theory]
    [InlineData("""{"name":"new","version":0}""")]
    [InlineData("""{"name":"new","version":"1"}""")]
    [InlineData("""{"name":"new","version":1.5}""")]
    [InlineData("""{"name":"new","version":99999999999999999999}""")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"new","model":null}""")]
    [InlineData("""{"name":"new","model":{"effort":"low"}}""")]
    [InlineData("""{"name":"new","tools":[7]}""")]
    [InlineData("""{"name":"new","metadata":{"k":7}}""")]
    [InlineData("""{"name":"new","colour":"red"}""")]
    public async Task A_bad_update_changes_nothing(string patch)
    {
        var made = await NewAsync("""{"name":"one","model":"m"}""");

        (await PostAsync(Url(made), patch)).Invalid();

        Assert.Equal(made.GetRawText(), (await GetAsync(Url(made))).Text);
    }

    [Fact]
    public async Task Versions_are_read_one_by_one_and_listed_the_current_one_first()
    {
        var made = await NewAsync("""{"name":"v1","model":"m"}""");
        for (var i = 2; i <= 5; i++) (await PostAsync(Url(made), $$"""{"name":"v{{i}}"}""")).Ok();
        var more = 5;

        var listed = await WalkAsync(Url(made) + "/versions?limit=2", async _ => (await PostAsync(Url(made), $$"""{"name":"v{{++more}}"}""")).Ok());

        Assert.Equal(["v5", "v4", "v3", "v2", "v1"], listed.Each("name"));
        Assert.Equal(made.GetRawText(), listed[^1].GetRawText());
        foreach (var version in listed) Assert.Equal(version.GetRawText(), (await GetAsync($"{Url(made)}?version={version.GetProperty("version")}")).Ok().GetRawText());
        (await GetAsync(Url(made) + "?version=99")).NotFound();
        foreach (var bad in new[] { "0", "-1", "x", "1.5", "99999999999999999999" }) (await GetAsync($"{Url(made)}?version={bad}")).Invalid();
        Assert.Equal("v8", (await GetAsync(Url(made) + "?version=")).Ok().Text("name"));
    }

    [Fact]
    public async Task Archiving_happens_once_and_closes_the_agent_for_changes()
    {
        var made = await NewAsync("""{"name":"one","model":"m"}""");

        (await PostAsync(Url(made) + "/archive", """{"because":"done"}""")).Invalid();
        var archived = (await PostAsync(Url(made) + "/archive")).Ok();

        Assert.Matches(Shapes.Time, archived.Text("archived_at"));
        Assert.Equal(archived.GetRawText(), (await PostAsync(Url(made) + "/archive", "{}")).Ok().GetRawText());
        Assert.Equal(archived.GetRawText(), (await GetAsync(Url(made))).Ok().GetRawText());
        (await PostAsync(Url(made), """{"name":"two"}""")).Invalid();
        (await PostAsync(Url(made), "{}")).Invalid();
        Assert.Single((await GetAsync(Url(made) + "/versions")).Ok().Data());
        (await DeleteAsync(Url(made))).Refused(405, "invalid_request_error");
    }

    [Fact]
    public async Task Agents_are_listed_newest_first_within_bounds_archived_ones_only_when_asked_for()
    {
        var made = new List<JsonElement>();
        for (var i = 0; i < 6; i++) made.Insert(0, await NewAsync($$"""{"name":"{{i}}","model":"m"}"""));
        (await PostAsync(Url(made[2]) + "/archive")).Ok();
        var between = ApiClient.With(ApiClient.With(Agents + "?limit=2", "created_at[gte]", made[4].Text("created_at")), "created_at[lte]", made[1].Text("created_at"));

        var listed = await WalkAsync(between, async _ => await NewAsync("""{"name":"more","model":"m"}"""));

        Assert.Equal(["4", "2", "1"], listed.Each("name"));
        Assert.Equal(["4", "3", "2", "1"], (await WalkAsync(between + "&include_archived=true")).Each("name"));
        var token = (await GetAsync(between)).Ok().Text("next_page");
        (await GetAsync(ApiClient.With(between, "page", token))).Ok();
        foreach (var other in new[] { Agents, between + "&include_archived=true", Environments, Url(made[0]) + "/versions" })
            (await GetAsync(ApiClient.With(other, "page", token))).Invalid();
        foreach (var bad in new[] { "limit=0", "limit=101", "limit=x", "include_archived=yes", "created_at[gte]=yesterday", "page=page_AAAA", "page=2" })
            (await GetAsync($"{Agents}?{bad}")).Invalid();
    }

    [Theory]
    [InlineData("agent_01ceGPFUY4oTQ3gxaaMvXWXR")]
    [InlineData("agent_")]
    [InlineData("nonsense")]
    [InlineData("%20")]
    [InlineData("..%2f..")]
    [InlineData("%F0%9F%8C%B3")]
    public async Task An_id_of_no_agent_is_not_found_whatever_it_looks_like(string id)
    {
        (await GetAsync($"{Agents}/{id}")).NotFound();
        (await GetAsync($"{Agents}/{id}?version=1")).NotFound();
        (await PostAsync($"{Agents}/{id}", """{"name":"n"}""")).NotFound();
        (await PostAsync($"{Agents}/{id}/archive")).NotFound();
        (await GetAsync($"{Agents}/{id}/versions")).NotFound();
    }

    [Fact]
    public async Task Every_route_is_guarded()
    {
        var url = Url(await NewAsync("""{"name":"n","model":"m"}"""));
        var (reader, confined) = (await KeyAsync(new { name = "reader", role = "read" }), await KeyAsync(new { name = "confined", role = "write", path_prefix = "/a/" }));
        var stranger = await KeyAsync(new { name = "stranger", role = "admin", workspace = "elsewhere" });

        await AssertGuardedAsync(
        [
            (HttpMethod.Post, Agents), (HttpMethod.Get, Agents), (HttpMethod.Get, url), (HttpMethod.Post, url), (HttpMethod.Post, url + "/archive"),
            (HttpMethod.Get, url + "/versions"),
        ], reader, confined, stranger);

        (await GetAsync(url, reader)).Ok();
        Assert.DoesNotContain(url.Split('/')[^1], (await GetAsync(Agents + "?limit=100", stranger)).Ok().GetRawText(), StringComparison.Ordinal);
        (await SendAsync(HttpMethod.Get, url, null, beta: $"{Beta}, {ApiClient.Beta}")).Ok(); // Only memory endpoints mind both.
    }

    private static string Good(string more) => """ "name":"n","model":"m", """ + more;

    private static string Url(JsonElement agent) => $"{Agents}/{agent.Text("id")}";

    private async Task<JsonElement> NewAsync(string body) => (await PostAsync(Agents, body)).Ok();
}
