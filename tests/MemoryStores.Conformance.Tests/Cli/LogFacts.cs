using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>memstores log, as a person and a script read it.</summary>
public sealed class LogFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    [Fact]
    public async Task Everything_that_happened_is_told_in_words_newest_first()
    {
        var store = await program.NewStoreAsync();
        var first = await program.DoAsync("memory", "put", store, "/house/roof.md", "--content", "one", "-q");
        await program.DoAsync("memory", "put", store, "/house/roof.md", "--content", "two");
        await program.DoAsync("memory", "rename", store, "/house/roof.md", "/house/top.md");
        await program.DoAsync("version", "redact", store, first, "--yes");
        await program.DoAsync("memory", "rm", store, "/house/top.md");
        await program.DoAsync("store", "archive", store, "--yes");

        var lines = (await program.DoAsync("log", store)).Split('\n');

        Assert.Matches(@"^SEQ +WHEN +WHAT +PATH +WHO$", lines[0]);
        Assert.Equal(["store archived", "deleted", "redacted", "renamed", "modified", "created", "store created"],
            lines[1..].Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[2]));
        Assert.Contains("/house/roof.md → /house/top.md", lines[4], StringComparison.Ordinal);
        Assert.Contains(first, lines[3], StringComparison.Ordinal);
        Assert.Contains("(redacted)", lines[6], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.Contains("apikey_", line, StringComparison.Ordinal));
        Assert.Equal("7\n6", await program.DoAsync("log", store, "-q", "--limit", "2"));
        Assert.Equal("6\n4", await program.DoAsync("log", store, "-q", "--path", "/house/top.md"));
        Assert.Equal("6\n4\n3", await program.DoAsync("log", store, "-q", "--prefix", "/house"));
        Assert.Equal("7\n6\n5\n4\n3\n2\n1", await program.DoAsync("log", store, "-q", "--all"));
    }

    [Fact]
    public async Task A_conflict_names_both_versions_and_the_command_it_gives_shows_the_other_text()
    {
        var store = await program.NewStoreAsync();
        Assert.Contains("No conflicts.", (await program.RunAsync("log", store, "--conflicts")).Error, StringComparison.Ordinal);
        var theirs = await ConflictAsync(store);

        var lines = (await program.DoAsync("log", store, "--conflicts")).Split('\n');

        Assert.Equal(4, lines.Length);
        Assert.Contains("conflict  /a", lines[1], StringComparison.Ordinal);
        Assert.Matches($"^ +memver_\\w+ contradicts {theirs}$", lines[2]);
        var command = lines[3].Split("the other text: memstores ")[1].Split(' ');
        Assert.Equal("theirs", await program.DoAsync(command));
        Assert.Contains(lines[3].Trim(), await program.DoAsync("log", store), StringComparison.Ordinal);
        // What is to be copied is whole, however narrow the terminal.
        var narrow = await Terminal.RunAsync(program.Start("log", store, "--conflicts"), columns: 40);
        Assert.Contains($"get {store} {theirs} --content", narrow.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_what_the_wire_says()
    {
        var store = await program.NewStoreAsync();
        var id = await program.DoAsync("store", "get", store, "-q");
        await ConflictAsync(store);
        using var http = program.Server.Client();

        Assert.Equal(await http.GetStringAsync($"/ext/v1/memory_stores/{id}/history"), await program.DoAsync("log", store, "--json"));
        Assert.Equal(await http.GetStringAsync($"/ext/v1/memory_stores/{id}/history?limit=2"), await program.DoAsync("log", store, "--json", "--limit", "2"));
        Assert.Equal(await http.GetStringAsync($"/ext/v1/memory_stores/{id}/history?kind=memory.conflict"), await program.DoAsync("log", store, "--json", "--conflicts", "--all"));
    }

    [Fact]
    public async Task Following_shows_the_newest_and_goes_on_oldest_first_each_entry_once()
    {
        var store = await program.NewStoreAsync();
        foreach (var path in new[] { "/1", "/2", "/3" }) await program.DoAsync("memory", "put", store, path, "--content", "x");
        await using var words = Follow(store, "--limit", "2");
        await using var json = Follow(store, "--json", "--limit", "0");
        await using var conflicts = Follow(store, "--conflicts", "-q");
        Assert.Matches(@"^ +3  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  created   /2  apikey_\w+$", await words.NextAsync());
        Assert.Contains("/3", await words.NextAsync(), StringComparison.Ordinal);

        await ConflictAsync(store);
        for (var i = 0; i < 20; i++) await program.DoAsync("memory", "put", store, "/1", "--content", $"{i}");

        Assert.Contains("created   /a", await words.NextAsync(), StringComparison.Ordinal);
        for (var seq = 5; seq <= 8 + 20; seq++)
            Assert.Equal(seq, JsonDocument.Parse(await json.NextAsync()).RootElement.GetProperty("seq").GetInt32());
        Assert.Equal("8", await conflicts.NextAsync());
    }

    [Fact]
    public async Task Following_survives_a_server_that_is_killed_and_comes_back_and_ends_with_its_store()
    {
        using var directory = new TemporaryDirectory();
        var server = await ServerProcess.StartAsync(directory.File("data"));
        var url = server.Url;
        async Task<string> DoAsync(params string[] words)
        {
            var run = await ProgramRun.RunAsync(At(url, words));
            Assert.True(run.ExitCode == 0, run.Error);
            return run.Text;
        }
        await DoAsync("store", "create", "notes");
        await using var followed = new Followed(At(url, "log", "notes", "--follow", "-q"));
        Assert.Equal("1", await followed.NextAsync());
        await DoAsync("memory", "put", "notes", "/a", "--content", "1");
        Assert.Equal("2", await followed.NextAsync());

        await server.KillAsync();
        await server.DisposeAsync();
        server = await ServerProcess.StartAsync(directory.File("data"), "--listen", url.ToString());
        await DoAsync("memory", "put", "notes", "/a", "--content", "2");
        await DoAsync("memory", "put", "notes", "/a", "--content", "3");

        Assert.Equal("3", await followed.NextAsync());
        Assert.Equal("4", await followed.NextAsync());
        await DoAsync("store", "rm", "notes", "--yes");
        Assert.Equal(3, await followed.EndAsync());
        await server.DisposeAsync();
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_and_a_server_without_a_history_says_so()
    {
        var store = await program.NewStoreAsync();
        foreach (var bad in new string[][]
        {
            ["--path", "/a", "--prefix", "/b/"], ["--limit", "0"], ["--limit", "101"], ["--limit", "x"], ["--all", "--limit", "3"], ["--follow", "--all"],
            ["--follow", "--page", "page_x"], ["--path", "a"], ["--prefix", "a/"],
        })
        {
            Assert.Equal(2, (await program.RunAsync(["log", store, .. bad])).ExitCode);
        }
        Assert.Equal(3, (await program.RunAsync("log", "memstore_01ceGPFUY4oTQ3gxaaMvXWXR")).ExitCode);
        await using var official = new OfficialOnly(program.Server.Url);
        foreach (var words in new string[][] { ["log", store], ["log", store, "--follow"] })
        {
            var refused = await ProgramRun.RunAsync(program.Start([.. words, "--url", official.Url, "--key", ServerProcess.Key]));
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("does not tell its history", refused.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>A memory at /a that somebody else changed, saved against that: three versions and a conflict. The version contradicted.</summary>
    private async Task<string> ConflictAsync(string store)
    {
        var id = await program.DoAsync("store", "get", store, "-q");
        await program.DoAsync("memory", "put", store, "/a", "--content", "one");
        var theirs = await program.DoAsync("memory", "put", store, "/a", "--content", "theirs", "-q");
        using var http = program.Server.Client();
        var commit = $$"""{"changes":[{"type":"update","at":"/a","content":"mine","expected_version_id":"anything","conflict_with":"{{theirs}}"}]}""";
        (await http.PostAsync($"/ext/v1/memory_stores/{id}/commits", new StringContent(commit, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        return theirs;
    }

    private Followed Follow(string store, params string[] options) => new(program.Start(["log", store, "--follow", .. options]));

    private static ProgramStart At(Uri url, params string[] words) => new(ServerProcess.Program, [.. words, "--url", url.ToString(), "--key", ServerProcess.Key]);
}
