using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>Agents, environments and sessions as a person and a script use them, against the real server.</summary>
public sealed class SessionFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    private async Task<(string Agent, string Environment)> HomeAsync()
    {
        var name = "home-" + Guid.NewGuid().ToString("N");
        await program.DoAsync("agent", "create", name, "--model", "some-model");
        await program.DoAsync("environment", "create", name, "--type", "self_hosted");
        return (name, name);
    }

    private async Task<string> NewAsync()
    {
        var (agent, environment) = await HomeAsync();
        return await program.DoAsync("session", "create", "--agent", agent, "--environment", environment, "-q");
    }

    [Fact]
    public async Task An_agent_is_made_changed_by_version_and_archived()
    {
        var name = "agent " + Guid.NewGuid().ToString("N");
        var id = await program.DoAsync("agent", "create", name, "--model", "m1", "--system", "Be brief.", "--tools", """[{"type":"agent_toolset_20260401"}]""", "-q");
        Assert.StartsWith("agent_", id, StringComparison.Ordinal);
        Assert.Contains("Be brief.", await program.DoAsync("agent", "get", name), StringComparison.Ordinal);
        await program.DoAsync("agent", "update", name, "--model", "m2", "--if-version", "1");
        Assert.Equal(4, (await program.RunAsync("agent", "update", name, "--model", "m3", "--if-version", "1")).ExitCode);
        Assert.Equal("2\n1", await program.DoAsync("agent", "versions", name, "-q"));
        Assert.Contains("\"m1\"", await program.DoAsync("agent", "get", id, "--at-version", "1", "--json"), StringComparison.Ordinal);
        Assert.Equal(2, (await program.RunAsync("agent", "create", name)).ExitCode);
        Assert.Equal(2, (await program.RunAsync("agent", "create", name, "--model", "m", "--tools", "{")).ExitCode);
        await program.DoAsync("agent", "archive", name, "--yes");
        Assert.DoesNotContain(id, await program.DoAsync("agent", "list", "-q"), StringComparison.Ordinal);
        Assert.Contains(id, await program.DoAsync("agent", "list", "--archived"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_environment_is_made_changed_and_deleted()
    {
        var name = "environment " + Guid.NewGuid().ToString("N");
        var id = await program.DoAsync("environment", "create", name, "--config", """{"type":"cloud","packages":{"apt":["jq"]}}""", "-q");
        await program.DoAsync("environment", "update", name, "--description", "under the desk", "--metadata", "a=b");
        Assert.Contains("under the desk", await program.DoAsync("environment", "list"), StringComparison.Ordinal);
        Assert.Equal(2, (await program.RunAsync("environment", "rm", name)).ExitCode);
        await program.DoAsync("environment", "archive", name, "--yes");
        await program.DoAsync("environment", "rm", name, "--yes");
        Assert.Equal(3, (await program.RunAsync("environment", "get", id)).ExitCode);
    }

    [Fact]
    public async Task A_session_has_the_stores_it_was_given_and_is_named_by_its_title()
    {
        var ((agent, environment), notes, house) = (await HomeAsync(), await program.NewStoreAsync(), await program.NewStoreAsync());
        var title = "Roof " + Guid.NewGuid().ToString("N");
        var id = await program.DoAsync("session", "create", "--agent", agent, "--environment", environment, "--title", title,
            "--store", notes, "--store", house + ":read_only", "--instructions", notes + "=Write it down.", "--metadata", "user_id=anna", "-q");
        var session = JsonDocument.Parse(await program.DoAsync("session", "get", title, "--json")).RootElement;
        Assert.Equal(id, session.GetProperty("id").GetString());
        var resources = session.GetProperty("resources");
        Assert.Equal(("read_write", "Write it down."), (resources[0].GetProperty("access").GetString(), resources[0].GetProperty("instructions").GetString()));
        Assert.Equal("read_only", resources[1].GetProperty("access").GetString());
        Assert.Contains(notes, await program.DoAsync("session", "list", "--store", notes), StringComparison.Ordinal);
        Assert.Equal(id, await program.DoAsync("session", "list", "--agent", agent, "-q"));
        await program.DoAsync("session", "update", title, "--title", title + " 2", "--remove-metadata", "user_id");
        Assert.Equal(3, (await program.RunAsync("session", "get", title)).ExitCode);
        Assert.Single((await program.DoAsync("session", "threads", id, "-q")).Split('\n'));
        Assert.Equal(2, (await program.RunAsync("session", "create", "--agent", agent)).ExitCode);
        Assert.Equal(3, (await program.RunAsync("session", "create", "--agent", agent, "--environment", "nowhere-at-all")).ExitCode);
        await program.DoAsync("session", "archive", id, "--yes");
        await program.DoAsync("session", "rm", id, "--yes");
        Assert.Equal(3, (await program.RunAsync("session", "get", id)).ExitCode);
    }

    [Fact]
    public async Task What_is_sent_is_listed_shown_and_followed()
    {
        var id = await NewAsync();
        var sent = await program.DoAsync("session", "send", id, "Look at the roof.", "-q");
        await using var followed = new Followed(program.Start("session", "events", id, "--type", "user.message", "--follow", "--quiet"));
        Assert.Equal(sent, await followed.NextAsync());
        Assert.Equal(0, (await program.PipeAsync("from a pipe\n", "session", "send", id)).ExitCode);
        var second = (await program.DoAsync("session", "events", id, "--type", "user.message", "-q")).Split('\n')[^1];
        Assert.Equal(second, await followed.NextAsync());
        var shown = await program.DoAsync("session", "show", id);
        Assert.Contains("  Look at the roof.", shown, StringComparison.Ordinal);
        Assert.Contains("harness_unavailable", shown, StringComparison.Ordinal);
        using var http = program.Server.Client();
        http.DefaultRequestHeaders.Remove("anthropic-beta");
        http.DefaultRequestHeaders.Add("anthropic-beta", "managed-agents-2026-04-01");
        Assert.Equal(await http.GetStringAsync($"/v1/sessions/{id}/events?limit=1000"), await program.DoAsync("session", "events", id, "--json"));
        await program.DoAsync("session", "send", id, "--interrupt");
        Assert.Equal(2, (await program.RunAsync("session", "send", id, "text", "--interrupt")).ExitCode);
        await program.DoAsync("session", "rm", id, "--yes");
    }
}
