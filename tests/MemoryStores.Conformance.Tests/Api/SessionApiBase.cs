using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>The base of facts about sessions: an agent, an environment and sessions of them.</summary>
public abstract class SessionApiBase(RunningServer server) : ManagedFacts(server)
{
    protected const string Sessions = "/v1/sessions";

    protected async Task<string> AgentAsync(string fields = "") => (await PostAsync(Agents, $$"""{"name":"a","model":"m"{{fields}}}""")).Ok().Text("id");

    protected async Task<string> EnvironmentAsync(string config = "null") => (await PostAsync(Environments, $$"""{"name":"e","config":{{config}}}""")).Ok().Text("id");

    /// <summary>The body of a new session, with further fields.</summary>
    protected async Task<string> FieldsAsync(string more = "", string? agent = null, string? environment = null) =>
        $$"""{"agent":"{{agent ?? await AgentAsync()}}","environment_id":"{{environment ?? await EnvironmentAsync()}}"{{more}}}""";

    protected async Task<JsonElement> NewSessionAsync(string more = "") => (await PostAsync(Sessions, await FieldsAsync(more))).Ok();

    protected async Task<string> StoreIdAsync(string name = "Notes") => (await NewStoreAsync(name))[(ApiClient.Stores.Length + 1)..];

    protected static string Url(JsonElement session) => $"{Sessions}/{session.Text("id")}";

    protected static string Say(string text) => $$"""{"type":"user.message","content":[{"type":"text","text":"{{text}}"}]}""";

    protected Task<Answer> SendEventsAsync(JsonElement session, params string[] events) =>
        PostAsync(Url(session) + "/events", $$"""{"events":[{{string.Join(',', events)}}]}""");

    protected Task<Answer> RecordAsync(JsonElement session, params string[] events) =>
        PostAsync($"/ext{Url(session)}/events", $$"""{"events":[{{string.Join(',', events)}}]}""");

    protected async Task<List<JsonElement>> EventsAsync(JsonElement session, string query = "") => await WalkAsync(Url(session) + "/events" + query);
}
