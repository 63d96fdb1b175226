using System.Globalization;
using System.Net;
using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>
/// The official Python SDK as the wire sees it: the bytes that it and its HTTP library, httpx, write for a call. What stands here
/// is what their published sources do: which headers in which order and case, which calls carry a content-type, how a query
/// is encoded. The SDK itself cannot be installed where these tests run. The first generation is that of the 0.x releases, with
/// x-api-key and ?beta=true; the other that of 1.x.
/// </summary>
public sealed record PythonSdk(Uri Url, bool IsFirst)
{
    /// <summary>What the called part of the API goes by.</summary>
    public string Beta { get; init; } = ApiClient.Beta;

    private string Release => IsFirst ? "0.116.0" : "1.4.0";

    /// <summary>A call; the query as Python's urlencode writes its pairs, the body as its json.dumps writes the object.</summary>
    public byte[] Call(string method, string path, IEnumerable<(string Name, string Value)>? query = null, string? json = null)
    {
        var body = Encoding.UTF8.GetBytes(json ?? "");
        var lines = new List<string> { $"{method} {path}{Query(query ?? [])} HTTP/1.1", $"Host: {Url.Authority}" };
        // httpx announces the absent body of a POST, and does so up here; the length of one that is there comes last.
        if (method == "POST" && json is null) lines.Add("Content-Length: 0");
        lines.AddRange(["Accept-Encoding: gzip, deflate, br, zstd", "Connection: keep-alive", "Accept: application/json"]);
        // 0.x first sent this with a GET as well, and each still sends it with a DELETE.
        if (method != "GET" || IsFirst) lines.Add("Content-Type: application/json");
        lines.AddRange(
        [
            $"User-Agent: Anthropic/Python {Release}", "X-Stainless-Lang: python", $"X-Stainless-Package-Version: {Release}", "X-Stainless-OS: Linux",
            "X-Stainless-Arch: x64", "X-Stainless-Runtime: CPython", "X-Stainless-Runtime-Version: 3.13.5",
            IsFirst ? $"X-Api-Key: {ServerProcess.Key}" : $"Authorization: Bearer {ServerProcess.Key}",
            "X-Stainless-Async: false", $"anthropic-version: {(IsFirst ? "2023-06-01" : "2026-10-21")}", $"anthropic-beta: {Beta}",
            "x-stainless-retry-count: 0", "x-stainless-read-timeout: 600",
        ]);
        if (json is not null) lines.Add(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}"));
        return [.. Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. body];
    }

    /// <summary>json.dumps of httpx: compact and in UTF-8 since 0.28, with spaces and all in ASCII before.</summary>
    public string Json(params (string Name, string Value)[] fields) =>
        "{" + string.Join(IsFirst ? ", " : ",", fields.Select(field => $"\"{field.Name}\":{(IsFirst ? " " : "")}{Quoted(field.Value)}")) + "}";

    /// <summary>What is already JSON stays as it is: an object or a list inside.</summary>
    private string Quoted(string value)
    {
        if (value.StartsWith('{') || value.StartsWith('[')) return value;
        var quoted = new StringBuilder("\"");
        foreach (var one in value)
        {
            if (one == '\n') quoted.Append("\\n");
            else if (IsFirst && one > '~') quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}");
            else quoted.Append(one);
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>beta=true is part of the path of 0.x, and comes first. Lists repeat their bare name.</summary>
    private string Query(IEnumerable<(string Name, string Value)> pairs)
    {
        var all = IsFirst ? pairs.Prepend(("beta", "true")) : pairs;
        var text = string.Join('&', all.Select(pair => $"{Escape(pair.Item1)}={Escape(pair.Item2)}"));
        return text.Length == 0 ? "" : "?" + text;
    }

    /// <summary>urllib's quote_plus: letters, digits and "_.-~" stay, a space becomes '+', escapes are in upper case.</summary>
    private static string Escape(string text) =>
        WebUtility.UrlEncode(text).Replace("%7E", "~", StringComparison.Ordinal).Replace("!", "%21", StringComparison.Ordinal)
            .Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal).Replace("*", "%2A", StringComparison.Ordinal);
}
