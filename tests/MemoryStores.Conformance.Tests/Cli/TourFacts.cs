using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>The verbs as a person and a script use them, against the real server.</summary>
public sealed class TourFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    [Fact]
    public async Task A_store_is_made_shown_changed_archived_and_deleted()
    {
        var name = "Tour " + Guid.NewGuid().ToString("N");
        var id = await program.DoAsync("store", "create", name, "--description", "first", "--metadata", "team=roof", "--quiet");
        Assert.StartsWith("memstore_", id, StringComparison.Ordinal);
        Assert.Equal(id, await program.DoAsync("store", "get", name, "-q"));
        Assert.Contains("team=roof", await program.DoAsync("store", "get", id), StringComparison.Ordinal);
        await program.DoAsync("store", "update", name, "--description", "second", "--remove-metadata", "team", "--metadata", "a=b");
        Assert.Contains("second", await program.DoAsync("store", "list"), StringComparison.Ordinal);
        Assert.Equal(2, (await program.RunAsync("store", "archive", name)).ExitCode);
        await program.DoAsync("store", "archive", name, "--yes");
        Assert.DoesNotContain(id, await program.DoAsync("store", "list"), StringComparison.Ordinal);
        Assert.Contains(id, await program.DoAsync("store", "list", "--archived"), StringComparison.Ordinal);
        Assert.Equal(2, (await program.RunAsync("store", "rm", name)).ExitCode);
        await program.DoAsync("store", "rm", name, "--yes");
        Assert.Equal(3, (await program.RunAsync("store", "get", name)).ExitCode);
    }

    [Fact]
    public async Task Content_comes_and_goes_byte_for_byte()
    {
        var store = await program.NewStoreAsync();
        foreach (var content in new[] { "", "no line end", "\uFEFFBOM\r\nand CRLF\r\n", "e\u0301 \0 \u001b[31m 🏠\n" })
        {
            Assert.Equal(0, (await program.PipeAsync(content, "memory", "put", store, "/exact.md")).ExitCode);
            Assert.Equal(Encoding.UTF8.GetBytes(content), (await program.RunAsync("memory", "get", store, "/exact.md")).Output);
        }
        var file = program.Directory.File("from-file");
        await File.WriteAllTextAsync(file, "from a file");
        await program.DoAsync("memory", "put", store, "/exact.md", "--file", file);
        Assert.Equal("from a file", await program.DoAsync("memory", "get", store, "/exact.md"));
        var notText = await ProgramRun.RunAsync(program.Start("memory", "put", store, "/exact.md") with { Input = [0xFF, 0xFE] });
        Assert.Equal((1, 0), (notText.ExitCode, notText.Output.Length));
    }

    [Fact]
    public async Task A_write_lands_only_where_its_condition_holds()
    {
        var store = await program.NewStoreAsync();
        var first = await program.DoAsync("memory", "put", store, "/a", "--content", "1", "-q");
        var second = await program.DoAsync("memory", "put", store, "/a", "--content", "2", "-q", "--if-version", first);
        Assert.Equal(4, (await program.RunAsync("memory", "put", store, "/a", "--content", "3", "--if-version", first)).ExitCode);
        Assert.Equal(4, (await program.RunAsync("memory", "put", store, "/a", "--content", "3", "--if-sha256", new string('0', 64))).ExitCode);
        Assert.Equal(4, (await program.RunAsync("memory", "put", store, "/a", "--content", "3", "--create-only")).ExitCode);
        Assert.Equal(4, (await program.RunAsync("memory", "create", store, "/a/b", "--content", "3")).ExitCode);
        Assert.Equal(4, (await program.RunAsync("memory", "put", store, "/a/b", "--content", "3")).ExitCode);
        Assert.Equal("2", await program.DoAsync("memory", "get", store, "/a"));
        Assert.Contains(second, await program.DoAsync("memory", "get", store, "/a", "--info"), StringComparison.Ordinal);
        Assert.Equal(3, (await program.RunAsync("memory", "put", store, "/new", "--content", "3", "--if-version", first)).ExitCode);
        Assert.Equal(2, (await program.RunAsync("memory", "put", store, "no-slash", "--content", "3")).ExitCode);
    }

    [Fact]
    public async Task A_memory_grows_moves_and_is_found_by_patterns()
    {
        var store = await program.NewStoreAsync();
        foreach (var path in new[] { "/a.md", "/notes/b.md", "/notes/deep/c.md", "/notes/deep/d.txt" }) await program.DoAsync("memory", "create", store, path, "--content", "x");
        Assert.Equal(0, (await program.PipeAsync(" more", "memory", "append", store, "/a.md")).ExitCode);
        Assert.Equal("x more", await program.DoAsync("memory", "get", store, "/a.md"));
        Assert.Equal("/a.md\n/notes/b.md\n/notes/deep/c.md\n/notes/deep/d.txt", await program.DoAsync("memory", "list", store));
        Assert.Equal("/notes/b.md\n/notes/deep/", await program.DoAsync("memory", "list", store, "/notes/", "--depth", "1"));
        Assert.Equal("/notes/b.md\n/notes/deep/c.md", await program.DoAsync("memory", "list", store, "/notes/**/*.md"));
        Assert.Equal("/notes/b.md", await program.DoAsync("memory", "list", store, "/notes/*"));
        Assert.Equal(3, (await program.RunAsync("memory", "get", store, "/notes/deep")).ExitCode);
        await program.DoAsync("memory", "rename", store, "/a.md", "/notes/");
        Assert.Equal("x more", await program.DoAsync("memory", "get", store, "/notes/a.md"));
        Assert.Equal(3, (await program.DoAsync("version", "list", store, "--memory", "/notes/a.md", "--all", "-q")).Split('\n').Length);
    }

    [Fact]
    public async Task Many_memories_are_deleted_only_when_that_was_meant()
    {
        var store = await program.NewStoreAsync();
        foreach (var path in new[] { "/a", "/b/c", "/b/d", "/[x]" }) await program.DoAsync("memory", "create", store, path, "--content", path);
        Assert.Equal(2, (await program.RunAsync("memory", "rm", store, "/b/**")).ExitCode);
        Assert.Equal("would delete /b/c\nwould delete /b/d", await program.DoAsync("memory", "rm", store, "/b/**", "--dry-run"));
        Assert.Equal("deleted /b/c\ndeleted /b/d", await program.DoAsync("memory", "rm", store, "/b/", "--yes"));
        Assert.Equal("deleted /a", await program.DoAsync("memory", "rm", store, "/[ab]"));
        Assert.Equal("deleted /[x]", await program.DoAsync("memory", "rm", store, @"/\[x\]"));
        Assert.Equal(3, (await program.RunAsync("memory", "rm", store, "/**", "--yes")).ExitCode);
        Assert.Equal(3, (await program.RunAsync("memory", "rm", store, "/a")).ExitCode);
    }

    [Fact]
    public async Task A_version_is_read_brought_back_and_redacted()
    {
        var store = await program.NewStoreAsync();
        var old = await program.DoAsync("memory", "put", store, "/a", "--content", "secret", "-q");
        var head = await program.DoAsync("memory", "put", store, "/a", "--content", "public", "-q");
        Assert.Equal($"{head}\n{old}", await program.DoAsync("version", "list", store, "-q"));
        Assert.Equal(old, await program.DoAsync("version", "list", store, "-q", "--operation", "created"));
        Assert.Equal("secret", await program.DoAsync("version", "get", store, old, "--content"));
        Assert.Equal(2, (await program.RunAsync("version", "redact", store, old)).ExitCode);
        Assert.Equal(1, (await program.RunAsync("version", "redact", store, head, "--yes")).ExitCode);
        Assert.Equal("redacted " + old, await program.DoAsync("version", "redact", store, old, "--yes"));
        Assert.Equal(1, (await program.RunAsync("version", "get", store, old, "--content")).ExitCode);
        Assert.Contains("(redacted)", await program.DoAsync("version", "list", store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_what_the_wire_says()
    {
        using var http = program.Server.Client();
        var store = await program.NewStoreAsync();
        var id = await program.DoAsync("store", "get", store, "-q");
        Assert.Equal(await http.GetStringAsync($"/v1/memory_stores/{id}"), await program.DoAsync("store", "get", store, "--json"));
        var created = await program.DoAsync("memory", "create", store, "/ä/1", "--content", "é\0\"", "--json");
        var memory = JsonDocument.Parse(created).RootElement.GetProperty("id").GetString();
        Assert.Equal(await http.GetStringAsync($"/v1/memory_stores/{id}/memories/{memory}?view=basic"), created);
        Assert.Equal(await http.GetStringAsync($"/v1/memory_stores/{id}/memories/{memory}"), await program.DoAsync("memory", "get", store, "/ä/1", "--json"));
        await program.DoAsync("memory", "create", store, "/b", "--content", "");
        Assert.Equal(await http.GetStringAsync($"/v1/memory_stores/{id}/memories?depth=1"), await program.DoAsync("memory", "list", store, "--depth", "1", "--json"));
        Assert.Equal(await http.GetStringAsync($"/v1/memory_stores/{id}/memories?view=full"), await program.DoAsync("memory", "list", store, "--full", "--json"));
        Assert.Equal(await http.GetStringAsync($"/v1/memory_stores/{id}/memories?limit=1"), await program.DoAsync("memory", "list", store, "--limit", "1", "--json"));
        Assert.Equal(await http.GetStringAsync($"/v1/memory_stores/{id}/memory_versions"), await program.DoAsync("version", "list", store, "--all", "--json"));
        var put = await program.DoAsync("memory", "put", store, "/b", "--content", "2", "--json", "--if-version", VersionOf(await program.DoAsync("memory", "get", store, "/b", "--json")));
        Assert.Equal(put, await http.GetStringAsync($"/v1/memory_stores/{id}/memories/{JsonDocument.Parse(put).RootElement.GetProperty("id").GetString()}?view=basic"));
        Assert.Equal($$"""{"id":"{{memory}}","type":"memory_deleted"}""", await program.DoAsync("memory", "rm", store, "/ä/1", "--json"));
    }

    [Fact]
    public async Task All_pages_are_joined_to_one_document_in_order()
    {
        var store = await program.NewStoreAsync();
        using var http = program.Server.Client();
        var id = await program.DoAsync("store", "get", store, "-q");
        var changes = string.Join(',', Enumerable.Range(0, 230).Select(i => $$"""{"type":"create","path":"/{{i:0000}}","content":""}"""));
        (await http.PostAsync($"/ext/v1/memory_stores/{id}/commits", new StringContent($$"""{"changes":[{{changes}}]}""", Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        var paths = Enumerable.Range(0, 230).Select(i => $"/{i:0000}").ToList();
        Assert.Equal(paths, (await program.DoAsync("memory", "list", store)).Split('\n'));
        var json = JsonDocument.Parse(await program.DoAsync("memory", "list", store, "--json")).RootElement;
        Assert.Equal(paths, json.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("path").GetString()!));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("next_page").ValueKind);
        Assert.Equal("/0229", (await program.DoAsync("memory", "list", store, "/*9")).Split('\n')[^1]);
        Assert.Equal(230, (await program.DoAsync("memory", "rm", store, "/", "--yes", "-q")).Split('\n').Length);
    }

    [Fact]
    public async Task A_store_is_named_by_a_name_that_it_alone_has()
    {
        var name = await program.NewStoreAsync();
        var typo = await program.RunAsync("memory", "list", name[..^1]);
        Assert.Equal(3, typo.ExitCode);
        Assert.Contains($"did you mean '{name}'?", typo.Error, StringComparison.Ordinal);
        var second = await program.DoAsync("store", "create", name, "-q");
        var twice = await program.RunAsync("memory", "list", name);
        Assert.Equal(2, twice.ExitCode);
        Assert.Contains(second, twice.Error, StringComparison.Ordinal);
        await program.DoAsync("store", "archive", second, "--yes");
        Assert.Equal("", await program.DoAsync("memory", "list", name));
    }

    private static string VersionOf(string json) => JsonDocument.Parse(json).RootElement.GetProperty("memory_version_id").GetString()!;
}
