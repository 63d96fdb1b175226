using System.Net.Http.Json;
using System.Text.Json;

namespace MemoryStores.Samples.Agent;

/// <summary>What this server adds to the official API of a session: the note for the prompt, and a transcript from outside.</summary>
internal sealed class SessionRecord : IDisposable
{
    private readonly HttpClient http;

    public SessionRecord(string url, string key, string session)
    {
        http = new HttpClient { BaseAddress = new Uri($"{url.TrimEnd('/')}/ext/v1/sessions/{session}/") };
        http.DefaultRequestHeaders.Add("x-api-key", key);
    }

    public async Task<string> PromptAsync() => (await http.GetFromJsonAsync<JsonElement>("prompt")).GetProperty("text").GetString()!;

    /// <summary>Returns when the event is on the server's disk.</summary>
    public async Task AddAsync(object happened)
    {
        using var answer = await http.PostAsJsonAsync("events", new { events = new[] { happened } });
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => http.Dispose();
}
