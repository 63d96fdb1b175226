using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 3 of the sessions contract: environments.</summary>
public sealed class EnvironmentApiFacts(RunningServer server) : ManagedFacts(server)
{
    private const string Unrestricted = """{"type":"unrestricted"}""";
    private const string NoPackages = """{"apt":[],"cargo":[],"gem":[],"go":[],"npm":[],"pip":[]}""";

    [Fact]
    public async Task A_new_environment_has_all_fields_whatever_was_given()
    {
        var made = await NewAsync("""{"name":"Plain"}""");

        Assert.Equal(["archived_at", "config", "created_at", "description", "id", "metadata", "name", "scope", "type", "updated_at"], made.FieldNames());
        Assert.Matches("^env_01[1-9A-HJ-NP-Za-km-z]{22}$", made.Text("id"));
        Assert.Equal(("environment", "Plain", "organization"), (made.Text("type"), made.Text("name"), made.Text("scope")));
        Assert.Equal($$"""{"type":"cloud","networking":{{Unrestricted}},"packages":{{NoPackages}}}""", made.GetProperty("config").GetRawText());
        Assert.True(made.IsNull("description") && made.IsNull("archived_at"));
        Assert.Equal("{}", made.GetProperty("metadata").GetRawText());
        Assert.Equal(made.Text("created_at"), made.Text("updated_at"));
        Assert.Equal(made.GetRawText(), (await GetAsync(Url(made))).Ok().GetRawText());
    }

    [Theory]
    [InlineData("null", """{"type":"cloud","networking":{"type":"unrestricted"},"packages":{"apt":[],"cargo":[],"gem":[],"go":[],"npm":[],"pip":[]}}""")]
    [InlineData("""{"type":"self_hosted"}""", """{"type":"self_hosted"}""")]
    [InlineData("""{"type":"cloud","networking":null,"packages":{"type":"packages","pip":["a==1","Ü"],"go":null}}""",
        """{"type":"cloud","networking":{"type":"unrestricted"},"packages":{"apt":[],"cargo":[],"gem":[],"go":[],"npm":[],"pip":["a==1","Ü"]}}""")]
    [InlineData("""{"type":"cloud","networking":{"type":"limited","allowed_hosts":["b","a"],"allow_mcp_servers":true,"allow_package_managers":null}}""",
        """{"type":"cloud","networking":{"type":"limited","allowed_hosts":["b","a"],"allow_mcp_servers":true,"allow_package_managers":false},"packages":{"apt":[],"cargo":[],"gem":[],"go":[],"npm":[],"pip":[]}}""")]
    public async Task A_configuration_is_completed(string given, string kept) =>
        Assert.Equal(kept, (await NewAsync($$"""{"name":"n","config":{{given}}}""")).GetProperty("config").GetRawText());

    public static TheoryData<string, string> BadFields => new()
    {
        { "", "name" }, { """ "name":null """, "name" }, { """ "name":"" """, "name" }, { $"\"name\":\"{new string('n', 257)}\"", "name" }, { """ "name":"\ud800" """, "name" },
        { """ "name":"n","description":7 """, "description" }, { $"\"name\":\"n\",\"description\":\"{new string('d', 2_049)}\"", "description" },
        { """ "name":"n","scope":"account" """, "scope" }, { """ "name":"n","colour":1 """, "colour" }, { """ "name":"n","config":"cloud" """, "config" },
        { Config("{}"), "config.type" }, { Config("""{"type":"moon"}"""), "config.type" }, { Config("""{"type":null}"""), "config.type" }, { Config("""{"type":"cloud","colour":1}"""), "config.colour" },
        { Config("""{"type":"self_hosted","networking":{"type":"unrestricted"}}"""), "config.networking" }, { Config("""{"type":"self_hosted","packages":{}}"""), "config.packages" },
        { Config("""{"type":"cloud","networking":{}}"""), "config.networking.type" }, { Config("""{"type":"cloud","networking":{"type":"some"}}"""), "config.networking.type" },
        { Config("""{"type":"cloud","networking":{"type":"unrestricted","allowed_hosts":["a"]}}"""), "config.networking.type" },
        { Config("""{"type":"cloud","networking":{"type":"limited","allowed_hosts":"a"}}"""), "config.networking.allowed_hosts" },
        { Config("""{"type":"cloud","networking":{"type":"limited","allowed_hosts":[""]}}"""), "config.networking.allowed_hosts[0]" },
        { Config("""{"type":"cloud","networking":{"type":"limited","allowed_hosts":["a",7]}}"""), "config.networking.allowed_hosts[1]" },
        { Config("""{"type":"cloud","networking":{"type":"limited","allow_mcp_servers":"yes"}}"""), "config.networking.allow_mcp_servers" },
        { Config("""{"type":"cloud","networking":{"type":"limited","colour":1}}"""), "config.networking.colour" },
        { Config("""{"type":"cloud","packages":[]}"""), "config.packages" }, { Config("""{"type":"cloud","packages":{"type":"bundle"}}"""), "config.packages.type" },
        { Config("""{"type":"cloud","packages":{"npm":["\ud800"]}}"""), "config.packages.npm" }, { Config("""{"type":"cloud","packages":{"brew":[]}}"""), "config.packages.brew" },
        { Config($"{{\"type\":\"cloud\",\"packages\":{{\"apt\":[{string.Join(',', Enumerable.Repeat("\"a\"", 1_001))}]}}}}"), "config.packages.apt" },
        { Config($"{{\"type\":\"cloud\",\"packages\":{{\"apt\":[\"{new string('a', 1_025)}\"]}}}}"), "config.packages.apt[0]" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_bad_field_is_refused_by_name(string fields, string name) =>
        Assert.StartsWith(name, (await PostAsync(Environments, "{" + fields + "}")).Invalid().Text("message"), StringComparison.Ordinal);

    [Fact]
    public async Task Metadata_beyond_a_bound_is_refused_with_its_code()
    {
        var url = Url(await NewAsync($$"""{"name":"n","metadata":{{Pairs(16)}}}"""));

        foreach (var bad in new[] { Pairs(17), $$"""{"{{new string('k', 65)}}":"v"}""", $$"""{"k":"{{new string('v', 513)}}"}""", """{"":"v"}""" })
            Assert.Equal("invalid_metadata", CodeOf((await PostAsync(Environments, $$"""{"name":"n","metadata":{{bad}}}""")).Invalid()));
        Assert.Equal("invalid_metadata", CodeOf((await PostAsync(url, """{"metadata":{"more":"v"}}""")).Invalid()));
        (await PostAsync(url, """{"metadata":{"more":"v","k0":"","k1":null}}""")).Ok();
        (await PostAsync(Environments, """{"name":"n","metadata":{"k":null}}""")).Invalid();
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_moves_updated_at()
    {
        var made = await NewAsync("""{"name":"one","description":"text","metadata":{"a":"1","b":"2","c":"3"},"config":{"type":"cloud","networking":{"type":"limited","allowed_hosts":["h"]}}}""");

        var updated = (await PostAsync(Url(made), """{"name":"two","description":null,"metadata":{"a":null,"b":"","c":"4"},"config":{"type":"cloud","networking":{"type":"limited","allow_mcp_servers":true},"packages":{"go":["g"]}}}""")).Ok();

        Assert.Equal("two", updated.Text("name"));
        Assert.True(updated.IsNull("description"));
        Assert.Equal("""{"c":"4"}""", updated.GetProperty("metadata").GetRawText());
        Assert.Equal("""{"type":"limited","allowed_hosts":["h"],"allow_mcp_servers":true,"allow_package_managers":false}""", updated.GetProperty("config").GetProperty("networking").GetRawText());
        Assert.Equal("""["g"]""", updated.GetProperty("config").GetProperty("packages").GetProperty("go").GetRawText());
        Assert.Equal(made.Text("created_at"), updated.Text("created_at"));
        Assert.True(string.CompareOrdinal(updated.Text("updated_at"), made.Text("updated_at")) > 0);
        Assert.Equal("", (await PostAsync(Url(made), """{"description":""}""")).Ok().Text("description"));
        Assert.Equal("invalid_config_type_change", CodeOf((await PostAsync(Url(made), """{"name":"x","config":{"type":"self_hosted"}}""")).Invalid()));
        Assert.Equal("two", (await GetAsync(Url(made))).Ok().Text("name"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":null,"config":null,"metadata":null,"scope":null}""")]
    [InlineData("""{"name":"one","description":null,"scope":"organization","config":{"type":"cloud","networking":{"type":"unrestricted"},"packages":{"apt":[]}},"metadata":{"never":""}}""")]
    public async Task An_update_that_changes_nothing_answers_the_environment_as_it_is(string patch)
    {
        var made = await NewAsync("""{"name":"one"}""");

        Assert.Equal(made.GetRawText(), (await PostAsync(Url(made), patch)).Ok().GetRawText());
    }

    [Fact]
    public async Task Archiving_happens_once_and_closes_the_environment_until_it_is_deleted()
    {
        var made = await NewAsync("""{"name":"one"}""");

        (await PostAsync(Url(made) + "/archive", """{"because":"done"}""")).Invalid();
        var archived = (await PostAsync(Url(made) + "/archive")).Ok();

        Assert.Matches(Shapes.Time, archived.Text("archived_at"));
        Assert.Equal(archived.GetRawText(), (await PostAsync(Url(made) + "/archive", "{}")).Ok().GetRawText());
        Assert.Equal(archived.GetRawText(), (await GetAsync(Url(made))).Ok().GetRawText());
        Assert.Equal("environment_archived", CodeOf((await PostAsync(Url(made), """{"name":"two"}""")).Invalid()));
        Assert.Equal($$"""{"id":"{{made.Text("id")}}","type":"environment_deleted"}""", (await DeleteAsync(Url(made))).Ok().GetRawText());
        foreach (var gone in new[] { await GetAsync(Url(made)), await DeleteAsync(Url(made)), await PostAsync(Url(made), "{}"), await PostAsync(Url(made) + "/archive") }) gone.NotFound();
    }

    [Fact]
    public async Task Environments_are_listed_newest_first_while_others_come_and_go_archived_ones_only_when_asked_for()
    {
        var key = await KeyAsync(new { name = "lister", role = "write", workspace = $"environments {Guid.NewGuid()}" });
        var made = new List<JsonElement>();
        for (var i = 0; i < 6; i++) made.Insert(0, (await PostAsync(Environments, $$"""{"name":"{{i}}"}""", key)).Ok());
        (await PostAsync(Url(made[2]) + "/archive", null, key)).Ok();
        var (met, path) = (new List<string>(), Environments + "?limit=2");

        for (var token = (string?)""; token is not null;)
        {
            var page = (await GetAsync(ApiClient.With(path, "page", token), key)).Ok();
            met.AddRange(page.Data().Each("name"));
            token = page.GetProperty("next_page").GetString();
            (await DeleteAsync(Url(page.Data().Last()), key)).Ok(); // the very one the token stands at
            (await PostAsync(Environments, """{"name":"more"}""", key)).Ok();
        }

        Assert.Equal(["5", "4", "2", "1", "0"], met);
        Assert.Contains("3", (await GetAsync(Environments + "?include_archived=true", key)).Ok().Data().Each("name"));
        Assert.DoesNotContain("3", (await GetAsync(Environments + "?include_archived=false", key)).Ok().Data().Each("name"));
        foreach (var bad in new[] { "limit=0", "limit=101", "include_archived=1", "page=page_AAAA" }) (await GetAsync($"{Environments}?{bad}")).Invalid();
    }

    [Theory]
    [InlineData("env_01ceGPFUY4oTQ3gxaaMvXWXR")]
    [InlineData("nonsense")]
    [InlineData("%20")]
    [InlineData("..%2f..")]
    public async Task An_id_of_no_environment_is_not_found_whatever_it_looks_like(string id)
    {
        (await GetAsync($"{Environments}/{id}")).NotFound();
        (await PostAsync($"{Environments}/{id}", """{"name":"n"}""")).NotFound();
        (await PostAsync($"{Environments}/{id}/archive")).NotFound();
        (await DeleteAsync($"{Environments}/{id}")).NotFound();
    }

    [Fact]
    public async Task Every_route_is_guarded()
    {
        var made = await NewAsync("""{"name":"n"}""");
        var url = Url(made);
        var store = (await NewStoreAsync()).Split('/')[^1];
        var (reader, confined) = (await KeyAsync(new { name = "reader", role = "read" }), await KeyAsync(new { name = "confined", role = "write", stores = new[] { store } }));
        var stranger = await KeyAsync(new { name = "stranger", role = "admin", workspace = "elsewhere" });

        await AssertGuardedAsync(
        [
            (HttpMethod.Post, Environments), (HttpMethod.Get, Environments), (HttpMethod.Get, url), (HttpMethod.Post, url), (HttpMethod.Post, url + "/archive"),
            (HttpMethod.Delete, url),
        ], reader, confined, stranger);

        Assert.Equal(made.GetRawText(), (await GetAsync(url, reader)).Ok().GetRawText());
    }

    private static string Config(string config) => """ "name":"n","config": """ + config;

    private static string Pairs(int count) => "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":\"v\"")) + "}";

    private static string CodeOf(JsonElement error) => error.GetProperty("details").Text("error_code");

    private static string Url(JsonElement environment) => $"{Environments}/{environment.Text("id")}";

    private async Task<JsonElement> NewAsync(string body) => (await PostAsync(Environments, body)).Ok();
}
