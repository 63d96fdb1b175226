using System.Net.Http.Json;
using System.Text.Json;
using MemoryStores.Client;
using MemoryStores.Conformance.Tests.Mount;
using MemoryStores.Contract.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Sandboxes;

/// <summary>A real server with sessions, and the program as their users run it.</summary>
public sealed class SandboxFixture : MountFixture
{
    private HttpClient http = null!;
    private string agent = "", environment = "";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        agent = (await PostAsync("/v1/agents", new { name = "a", model = "m" })).GetProperty("id").GetString()!;
        environment = (await PostAsync("/v1/environments", new { name = "e" })).GetProperty("id").GetString()!;
    }

    public override async Task DisposeAsync()
    {
        http?.Dispose();
        await base.DisposeAsync();
    }

    public async Task<StoreBody> StoreAsync(string name) => (await Api.Stores.CreateAsync(new CreateStoreBody { Name = name })).Value;

    /// <summary>A session that writes one store and reads another.</summary>
    public async Task<string> SessionAsync(StoreBody writes, StoreBody? reads = null)
    {
        var resources = new List<object> { new { type = "memory_store", memory_store_id = writes.Id } };
        if (reads is not null) resources.Add(new { type = "memory_store", memory_store_id = reads.Id, access = "read_only" });
        return (await PostAsync("/v1/sessions", new { agent, environment_id = environment, resources })).GetProperty("id").GetString()!;
    }

    public async Task DeleteAsync(string session) => (await Http().DeleteAsync(new Uri($"/v1/sessions/{session}", UriKind.Relative))).EnsureSuccessStatusCode();

    /// <summary>Paths and writers of a store's current memories.</summary>
    public async Task<Dictionary<string, string?>> WritersAsync(StoreBody store)
    {
        var writers = new Dictionary<string, string?>(StringComparer.Ordinal);
        await foreach (var page in Api.Versions.ListPagesAsync(store.Id, new VersionListQuery()))
            foreach (var version in page.Value.Data.Where(each => each.Path is not null)) writers.TryAdd(version.Path!, version.CreatedBy?.SessionId);
        return writers;
    }

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(Variables)
    {
        ["MEMSTORES_URL"] = Server.Url.ToString(), ["MEMSTORES_API_KEY"] = MountKey.Key!, ["ANTHROPIC_BASE_URL"] = Server.Url.ToString(), ["ANTHROPIC_API_KEY"] = MountKey.Key!,
    };

    public ProgramStart Verb(params string[] words) => new(ServerProcess.Program, words) { Variables = Environment };

    /// <summary>A script in a sandbox of a session.</summary>
    public async Task<ProgramRun> RunAsync(string session, string script, params string[] options) =>
        await ProgramRun.RunAsync(Verb(["run", "--session", session, .. options, "--", "bash", "-c", script]));

    private HttpClient Http()
    {
        if (http is not null && http.BaseAddress == Server.Url) return http;
        http?.Dispose();
        http = Server.Client();
        http.DefaultRequestHeaders.Remove("anthropic-beta");
        http.DefaultRequestHeaders.Add("anthropic-beta", "managed-agents-2026-04-01");
        return http;
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http().PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
