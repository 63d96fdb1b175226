using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>The API as a test speaks it: a path and a body of JSON in, an <see cref="Answer"/> out, whatever the status.</summary>
public sealed class ApiClient : IDisposable
{
    public const string Stores = "/v1/memory_stores";
    public const string Version = "2023-06-01";
    public const string Beta = "agent-memory-2026-07-22";

    private readonly HttpClient http;
    private readonly string key;

    /// <summary>A client with the key every server of the tests begins with, or another; by TCP, or as the handler connects.</summary>
    public ApiClient(Uri url, string key = ServerProcess.Key, HttpMessageHandler? handler = null)
    {
        this.key = key;
        http = handler is null ? new HttpClient() : new HttpClient(handler);
        http.BaseAddress = url;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(Request(HttpMethod.Get, path, key));

    public Task<Answer> DeleteAsync(string path) => SendAsync(Request(HttpMethod.Delete, path, key));

    /// <summary>A POST with an object as its JSON; without one, neither a body nor a content-type.</summary>
    public Task<Answer> PostAsync(string path, object? body = null) =>
        body is null ? SendAsync(Request(HttpMethod.Post, path, key)) : PostTextAsync(path, JsonSerializer.Serialize(body));

    /// <summary>A POST of exactly this text.</summary>
    public Task<Answer> PostTextAsync(string path, string json) => PostBytesAsync(path, Encoding.UTF8.GetBytes(json));

    public Task<Answer> PostBytesAsync(string path, byte[] body, string contentType = "application/json")
    {
        var request = Request(HttpMethod.Post, path, key);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        return SendAsync(request);
    }

    /// <summary>A request with the headers every call needs; a test takes away or adds its own.</summary>
    public static HttpRequestMessage Request(HttpMethod method, string path, string key = ServerProcess.Key)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("x-api-key", key);
        request.Headers.Add("anthropic-version", Version);
        request.Headers.Add("anthropic-beta", Beta);
        return request;
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        using (var response = await http.SendAsync(request))
        {
            return new Answer((int)response.StatusCode, Headers(response), await response.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Every item of a list, page after page.</summary>
    public async Task<List<JsonElement>> ListAsync(string path)
    {
        var items = new List<JsonElement>();
        await foreach (var page in PagesAsync(path)) items.AddRange(page);
        return items;
    }

    public async IAsyncEnumerable<IReadOnlyList<JsonElement>> PagesAsync(string path)
    {
        var token = (string?)null;
        var seen = new HashSet<string>();
        do
        {
            var page = (await GetAsync(token is null ? path : With(path, "page", token))).Ok();
            Assert.Equal(["data", "next_page"], page.EnumerateObject().Select(field => field.Name).Order());
            token = page.GetProperty("next_page").GetString();
            Assert.True(token is null || seen.Add(token), $"The walk through {path} goes in circles.");
            yield return [.. page.GetProperty("data").EnumerateArray()];
        }
        while (token is not null);
    }

    /// <summary>A memory made with content, as its creation answered.</summary>
    public async Task<JsonElement> MemoryAsync(string store, string path, string content = "text") =>
        (await PostAsync(store + "/memories", new { path, content })).Ok();

    public static string With(string path, string name, string value) =>
        $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";

    public static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    public static object Precondition(string hash) => new { type = "content_sha256", content_sha256 = hash };

    public void Dispose() => http.Dispose();

    private static Dictionary<string, string> Headers(HttpResponseMessage response) =>
        response.Headers.Concat<KeyValuePair<string, IEnumerable<string>>>(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>What a server answered.</summary>
public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public JsonElement Body => JsonDocument.Parse(Text).RootElement;

    /// <summary>The body of a success.</summary>
    public JsonElement Ok()
    {
        Assert.True(Status == 200, $"200 was expected, not {Status}: {Text}");
        Assert.Equal("application/json", Header("content-type"));
        Assert.Matches(Shapes.RequestId, Header("request-id"));
        return Body;
    }

    /// <summary>The error of a refusal, after looking at the whole envelope around it.</summary>
    public JsonElement Refused(int status, string type)
    {
        Assert.True(Status == status, string.Create(CultureInfo.InvariantCulture, $"{status} was expected, not {Status}: {Text}"));
        Assert.Equal("application/json", Header("content-type"));
        var envelope = Body;
        Assert.Equal(["error", "request_id", "type"], envelope.EnumerateObject().Select(field => field.Name).Order());
        Assert.Equal("error", envelope.Text("type"));
        Assert.Matches(Shapes.RequestId, envelope.Text("request_id"));
        Assert.Equal(Header("request-id"), envelope.Text("request_id"));
        var error = envelope.GetProperty("error");
        Assert.Equal(type, error.Text("type"));
        Assert.NotEmpty(error.Text("message"));
        Assert.Equal(status == 409 ? "false" : null, Header("x-should-retry"));
        return error;
    }

    public JsonElement Invalid() => Refused(400, "invalid_request_error");

    public JsonElement NotFound() => Refused(404, "not_found_error");

    public JsonElement PreconditionFailed() => Refused(409, "memory_precondition_failed_error");

    public JsonElement PathConflict() => Refused(409, "memory_path_conflict_error");
}

/// <summary>What ids and times look like on the wire.</summary>
internal static class Shapes
{
    private const string Rest = "_01[1-9A-HJ-NP-Za-km-z]{22}$";

    public const string RequestId = "^req" + Rest;
    public const string StoreId = "^memstore" + Rest;
    public const string MemoryId = "^mem" + Rest;
    public const string VersionId = "^memver" + Rest;
    public const string KeyId = "^apikey" + Rest;
    public const string Time = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$";

    /// <summary>A string of an object that must be one.</summary>
    public static string Text(this JsonElement body, string field) =>
        body.GetProperty(field).GetString() ?? throw new InvalidOperationException($"{field} is null in {body}");

    public static bool IsNull(this JsonElement body, string field) => body.GetProperty(field).ValueKind == JsonValueKind.Null;

    public static IEnumerable<string> FieldNames(this JsonElement body) => body.EnumerateObject().Select(field => field.Name).Order();

    public static IEnumerable<string> Each(this IEnumerable<JsonElement> items, string field) => items.Select(item => item.Text(field));

    public static IEnumerable<JsonElement> Data(this JsonElement page) => page.GetProperty("data").EnumerateArray();
}
