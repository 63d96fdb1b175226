using System.Text.Json;
using Anthropic;
using Anthropic.Models.Beta.Agents;
using Anthropic.Models.Beta.Sessions;
using Anthropic.Models.Beta.Sessions.Events;
using MemoryStores.Testing;

namespace MemoryStores.Sdk.Tests;

/// <summary>samples/agent for real: our server, two stores mounted by the kernel, and a model on loopback that tries more than it may.</summary>
public sealed class AgentSampleFacts : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly List<string> mounted = [];
    private ServerProcess server = null!;
    private AnthropicClient client = null!;

    public async Task InitializeAsync()
    {
        server = await ServerProcess.StartAsync(directory.File("data"));
        client = new AnthropicClient { BaseUrl = server.Url.ToString().TrimEnd('/'), ApiKey = ServerProcess.Key };
    }

    public async Task DisposeAsync()
    {
        foreach (var mount in mounted) await RunAsync(ServerProcess.Program, "unmount", mount, "--force");
        await server.DisposeAsync();
    }

    public void Dispose()
    {
        client.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task The_agent_answers_from_its_memory_and_writes_to_nothing_else()
    {
        var house = await client.Beta.MemoryStores.Create(new() { Name = "House" });
        var rules = await client.Beta.MemoryStores.Create(new() { Name = "Rules" });
        await client.Beta.MemoryStores.Memories.Create(house.ID, new() { Path = "/roof.md", Content = "Mended in May.\n" });
        var agent = await client.Beta.Agents.Create(new() { Name = "Caretaker", System = "You look after a house.", Model = new BetaManagedAgentsModelConfigParams("a-model") });
        var session = await client.Beta.Sessions.Create(new()
        {
            Agent = agent.ID, EnvironmentID = (await client.Beta.Environments.Create(new() { Name = "Here" })).ID,
            Resources =
            [
                new BetaManagedAgentsMemoryStoreResourceParam { MemoryStoreID = house.ID },
                new BetaManagedAgentsMemoryStoreResourceParam { MemoryStoreID = rules.ID, Access = "read_only" },
            ],
        });
        await client.Beta.Sessions.Events.Send(session.ID, new()
        {
            Events = [new BetaManagedAgentsUserMessageEventParams { Content = [new BetaManagedAgentsTextBlock { Text = "The roof leaks again." }] }],
        });
        var stores = directory.File("memory");
        Directory.CreateDirectory(stores);
        foreach (var (store, slug) in new[] { (house.ID, "house"), (rules.ID, "rules") }) await MountAsync(store, Path.Combine(stores, slug));
        var secret = directory.File("secret");
        await File.WriteAllTextAsync(secret, "not for the model");
        File.CreateSymbolicLink(Path.Combine(stores, "rulez"), directory.File("."));

        await using var model = new ModelStandIn(
            ModelStandIn.Use("toolu_1", "list_files", new { path = "/mnt/memory/house" }),
            ModelStandIn.Use("toolu_2", "read_file", new { path = "/mnt/memory/house/roof.md" }),
            ModelStandIn.Use("toolu_3", "write_file", new { path = "/mnt/memory/house/log/june.md", content = "Leaks again in June.\n" }),
            ModelStandIn.Use("toolu_4", "write_file", new { path = "/mnt/memory/rules/mine.md", content = "x" }),
            ModelStandIn.Use("toolu_5", "read_file", new { path = "/mnt/memory/house/../../../../../../" + secret }),
            ModelStandIn.Use("toolu_6", "read_file", new { path = secret }),
            ModelStandIn.Use("toolu_7", "read_file", new { path = "/mnt/memory/rulez/secret" }),
            ModelStandIn.Text("I have noted it."));
        var run = await RunAsync(Sample, session.ID, stores, ("ANTHROPIC_BASE_URL", model.Url), ("ANTHROPIC_API_KEY", "for-the-model"));

        Assert.Equal((0, "I have noted it.\n", ""), (run.ExitCode, run.Text, run.Error));
        var first = model.Asked.First();
        Assert.Equal(("a-model", "The roof leaks again."), (first.GetProperty("model").GetString(), first.GetProperty("messages")[0].GetProperty("content").GetString()));
        Assert.StartsWith("You look after a house.", first.GetProperty("system").GetString(), StringComparison.Ordinal);
        Assert.Contains("/mnt/memory/rules", first.GetProperty("system").GetString(), StringComparison.Ordinal);
        var results = model.Asked.Skip(1).Select(asked => asked.GetProperty("messages").EnumerateArray().Last().GetProperty("content")[0]).ToList();
        Assert.Equal(
            [
                "/mnt/memory/house/roof.md", "Mended in May.\n", "Written.", "/mnt/memory/rules is read-only.",
                $"/mnt/memory/house/../../../../../../{secret} is not in your memory.", $"{secret} is not in your memory.", "/mnt/memory/rulez/secret is not in your memory.",
            ],
            results.Select(Said));
        Assert.Equal([false, false, false, true, true, true, true], results.Select(result => result.GetProperty("is_error").GetBoolean()));

        // What it wrote is a memory, and all it did is in the transcript.
        await RunAsync(ServerProcess.Program, "drain", mounted[0]);
        Assert.Equal(["/log/june.md", "/roof.md"], (await client.Beta.MemoryStores.Memories.List(house.ID)).Items.Select(memory => memory.Path).Order(StringComparer.Ordinal));
        Assert.Empty((await client.Beta.MemoryStores.Memories.List(rules.ID)).Items);
        var told = (await client.Beta.Sessions.Events.List(session.ID)).Items.Select(one => one.Json).ToList();
        Assert.Equal(
            ["session.status_running", .. Enumerable.Repeat(new[] { "agent.tool_use", "agent.tool_result" }, 7).SelectMany(pair => pair), "agent.message", "session.status_idle"],
            told.Select(one => one.GetProperty("type").GetString()).Where(type => type is not ("user.message" or "session.error")).Skip(1));
        Assert.Equal("end_turn", told[^1].GetProperty("stop_reason").GetProperty("type").GetString());
        Assert.All(told, one => Assert.NotEqual(JsonValueKind.Null, one.GetProperty("processed_at").ValueKind));
    }

    private static readonly string Sample = Path.Combine(SampleFacts.Samples, "agent/bin", SampleFacts.Configuration, "net10.0/agent");

    private static string? Said(JsonElement result) =>
        result.GetProperty("content") is { ValueKind: JsonValueKind.Array } blocks ? blocks[0].GetProperty("text").GetString() : result.GetProperty("content").GetString();

    private async Task MountAsync(string store, string place)
    {
        var run = await RunAsync(ServerProcess.Program, "mount", "--background", store, place);
        Assert.True(run.ExitCode == 0, run.Error);
        mounted.Add(place);
    }

    private Task<ProgramRun> RunAsync(string program, params string[] arguments) => RunAsync(program, arguments, []);

    private Task<ProgramRun> RunAsync(string program, string session, string stores, params (string, string)[] more) => RunAsync(program, [session, stores], more);

    /// <summary>With nothing of the user's own: mounts register and keep their files below the test's directory.</summary>
    private Task<ProgramRun> RunAsync(string program, string[] arguments, (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string> { ["MEMSTORES_URL"] = client.BaseUrl, ["MEMSTORES_API_KEY"] = ServerProcess.Key };
        foreach (var (name, value) in more) variables[name] = value;
        foreach (var (name, place) in new[] { ("XDG_RUNTIME_DIR", "run"), ("XDG_STATE_HOME", "state"), ("HOME", "home") })
        {
            variables[name] = directory.File(place);
            Directory.CreateDirectory(variables[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return ProgramRun.RunAsync(new ProgramStart(program, arguments) { Variables = variables });
    }
}
