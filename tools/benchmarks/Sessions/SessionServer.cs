using System.Text.Json.Nodes;
using MemoryStores.Benchmarks.Rows;

namespace MemoryStores.Benchmarks.Sessions;

/// <summary>A server of its own with an agent and an environment, for rows about sessions; caps on streams out of the way.</summary>
internal sealed class SessionServer : IAsyncDisposable
{
    private readonly DirectoryInfo directory;
    private readonly string agent;
    private readonly string environment;

    public Child Child { get; private set; }
    public HttpClient Client { get; private set; }

    private SessionServer(DirectoryInfo directory, Child child, HttpClient client, string agent, string environment) =>
        (this.directory, Child, Client, this.agent, this.environment) = (directory, child, client, agent, environment);

    public static async Task<SessionServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("memstores-bench-");
        var (child, client) = await OpenAsync(directory);
        var agent = await BenchServer.PostAsync(client, "/v1/agents", new { name = "bench", model = "bench" });
        var environment = await BenchServer.PostAsync(client, "/v1/environments", new { name = "bench" });
        return new SessionServer(directory, child, client, agent, environment);
    }

    /// <summary>The same data in a new process, which holds nothing of what was done so far.</summary>
    public async Task StartAnewAsync()
    {
        Client.Dispose();
        await Child.StopAsync();
        await Child.DisposeAsync();
        (Child, Client) = await OpenAsync(directory);
    }

    private static async Task<(Child Child, HttpClient Client)> OpenAsync(DirectoryInfo directory)
    {
        var child = await Child.ServerAsync(Path.Combine(directory.FullName, "data"), "--limit", "feeds_per_key=5000", "--limit", "feeds_per_workspace=5000");
        var client = child.Client();
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.Remove("anthropic-beta");
        client.DefaultRequestHeaders.Add("anthropic-beta", "managed-agents-2026-04-01");
        return (child, client);
    }

    public Task<string> NewSessionAsync() => BenchServer.PostAsync(Client, "/v1/sessions", new { agent, environment_id = environment });

    /// <summary>Events of some 600 bytes, numbered; returns when they are on disk.</summary>
    public async Task RecordAsync(string session, int from, int count = 1)
    {
        var events = new JsonArray([.. Enumerable.Range(from, count).Select(number => (JsonNode)new JsonObject
        {
            ["type"] = "agent.message",
            ["processed_at"] = "2026-01-01T00:00:00Z",
            ["n"] = number,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Text }),
        })]);
        using var body = new StringContent(new JsonObject { ["events"] = events }.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync($"/ext/v1/sessions/{session}/events", body);
        answer.EnsureSuccessStatusCode();
    }

    private static readonly string Text = string.Concat(Enumerable.Repeat("The roof leaks again in June. ", 16));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Child.DisposeAsync();
        directory.Delete(recursive: true);
    }
}
