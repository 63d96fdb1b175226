using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>A store over the API: what others do to it, and what it holds.</summary>
internal sealed class StoreApi : IDisposable
{
    private readonly HttpClient http;

    private StoreApi(HttpClient http, string id) => (this.http, Id) = (http, id);

    public string Id { get; }

    private string Memories => $"/v1/memory_stores/{Id}/memories";

    internal sealed record Memory(string Id, string Path, string Text);

    public static async Task<StoreApi> CreateAsync(ServerProcess server, string name)
    {
        var http = server.Client();
        var made = await SendAsync(http, HttpMethod.Post, "/v1/memory_stores", new { name });
        return new StoreApi(http, made.GetProperty("id").GetString()!);
    }

    /// <summary>The same store of another server, or of one started anew.</summary>
    public StoreApi On(ServerProcess server) => new(server.Client(), Id);

    public async Task<string> CreateAsync(string path, string content) =>
        (await SendAsync(http, HttpMethod.Post, Memories, new { path, content })).GetProperty("id").GetString()!;

    public Task UpdateAsync(string memory, string content) => SendAsync(http, HttpMethod.Post, $"{Memories}/{memory}", new { content });

    public Task MoveAsync(string memory, string path) => SendAsync(http, HttpMethod.Post, $"{Memories}/{memory}", new { path });

    public Task DeleteAsync(string memory) => SendAsync(http, HttpMethod.Delete, $"{Memories}/{memory}", null);

    public Task AppendAsync(string memory, string content) =>
        CommitAsync([new { type = "append", memory_id = memory, content }]);

    public Task CommitAsync(IReadOnlyList<object> changes) =>
        SendAsync(http, HttpMethod.Post, $"/ext/v1/memory_stores/{Id}/commits", new { changes });

    public async Task<Dictionary<string, Memory>> MemoriesAsync()
    {
        var found = new Dictionary<string, Memory>(StringComparer.Ordinal);
        await foreach (var one in ListAsync($"{Memories}?view=full&limit=20"))
        {
            var path = one.GetProperty("path").GetString()!;
            found.Add(path, new Memory(one.GetProperty("id").GetString()!, path, one.GetProperty("content").GetString()!));
        }
        return found;
    }

    /// <summary>The content of every version there ever was.</summary>
    public async Task<List<string>> HistoryAsync()
    {
        var texts = new List<string>();
        await foreach (var one in ListAsync($"/v1/memory_stores/{Id}/memory_versions?view=full&limit=20"))
        {
            if (one.TryGetProperty("content", out var content) && content.GetString() is { } text) texts.Add(text);
        }
        return texts;
    }

    public void Dispose() => http.Dispose();

    private async IAsyncEnumerable<JsonElement> ListAsync(string path)
    {
        string? page = null;
        do
        {
            var answer = await SendAsync(http, HttpMethod.Get, page is null ? path : $"{path}&page={Uri.EscapeDataString(page)}", null);
            foreach (var one in answer.GetProperty("data").EnumerateArray()) yield return one;
            page = answer.GetProperty("next_page").GetString();
        }
        while (page is not null);
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {text}", null, response.StatusCode);
        using var parsed = JsonDocument.Parse(text);
        return parsed.RootElement.Clone();
    }
}
