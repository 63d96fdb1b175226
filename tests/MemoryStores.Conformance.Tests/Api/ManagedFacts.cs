using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>The base of facts about agents and environments: calls with the beta header that these take.</summary>
public abstract class ManagedFacts(RunningServer server) : ApiFacts(server)
{
    protected const string Agents = "/v1/agents";
    protected const string Environments = "/v1/environments";
    protected const string Beta = "managed-agents-2026-04-01";

    protected Task<Answer> GetAsync(string path, string key = ServerProcess.Key) => SendAsync(HttpMethod.Get, path, null, key);

    protected Task<Answer> DeleteAsync(string path, string key = ServerProcess.Key) => SendAsync(HttpMethod.Delete, path, null, key);

    protected Task<Answer> PostAsync(string path, string? json = null, string key = ServerProcess.Key) => SendAsync(HttpMethod.Post, path, json, key);

    /// <summary>The pages of a list in its order, following its tokens; something is done between each two.</summary>
    protected async Task<List<JsonElement>> WalkAsync(string path, Func<JsonElement, Task>? between = null)
    {
        var (items, token) = (new List<JsonElement>(), (string?)null);
        do
        {
            var page = (await GetAsync(token is null ? path : ApiClient.With(path, "page", token))).Ok();
            Assert.Equal(["data", "next_page"], page.FieldNames());
            items.AddRange(page.Data());
            token = page.GetProperty("next_page").GetString();
            if (between is not null) await between(page);
        }
        while (token is not null);
        return items;
    }

    /// <summary>A new key of this workspace, or of another.</summary>
    protected async Task<string> KeyAsync(object fields) => (await Api.PostAsync("/ext/v1/keys", fields)).Ok().Text("key");

    protected Task<Answer> SendAsync(HttpMethod method, string path, string? json, string key = ServerProcess.Key, string? beta = Beta)
    {
        var request = ApiClient.Request(method, path, key);
        request.Headers.Remove("anthropic-beta");
        if (beta is not null) request.Headers.Add("anthropic-beta", beta);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return Api.SendAsync(request);
    }

    /// <summary>What every route of these answers to a request that has no right to it.</summary>
    protected async Task AssertGuardedAsync(IReadOnlyList<(HttpMethod Method, string Path)> routes, string reader, string confined, string stranger)
    {
        foreach (var (method, path) in routes)
        {
            var body = method == HttpMethod.Post && !path.EndsWith("/archive", StringComparison.Ordinal) ? """{"name":"n","model":"m"}""" : null;
            if (path.StartsWith(Environments, StringComparison.Ordinal)) body = body?.Replace(""","model":"m" """.TrimEnd(), "", StringComparison.Ordinal);
            (await SendAsync(method, path, body, "wrong")).Refused(401, "authentication_error");
            foreach (var beta in new[] { null, ApiClient.Beta, "dreaming-2026-04-21", Beta + "x" })
                Assert.Contains(Beta, (await SendAsync(method, path, body, beta: beta)).Invalid().Text("message"), StringComparison.Ordinal);
            if (method != HttpMethod.Get) (await SendAsync(method, path, body, reader)).Refused(403, "permission_error");
            (await SendAsync(method, path, body, confined)).Refused(403, "permission_error");
            if (path.Count('/') > 2) (await SendAsync(method, path, body, stranger)).NotFound();
        }
    }
}
