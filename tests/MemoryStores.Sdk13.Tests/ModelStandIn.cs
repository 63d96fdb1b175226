using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace MemoryStores.Sdk.Tests;

/// <summary>The Messages API on loopback: answers with the contents it was given, one after the other, and keeps what it was asked.</summary>
internal sealed class ModelStandIn : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task serving;

    public string Url { get; }
    public ConcurrentQueue<JsonElement> Asked { get; } = [];

    public ModelStandIn(params string[] contents)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        serving = ServeAsync(contents);
    }

    public static string Text(string text) => JsonSerializer.Serialize(new[] { new { type = "text", text } });

    public static string Use(string id, string name, object input) => JsonSerializer.Serialize(new[] { new { type = "tool_use", id, name, input } });

    private async Task ServeAsync(string[] contents)
    {
        try
        {
            foreach (var content in contents)
            {
                var http = await listener.GetContextAsync();
                Asked.Enqueue((await JsonDocument.ParseAsync(http.Request.InputStream)).RootElement);
                var reason = content.Contains("tool_use", StringComparison.Ordinal) ? "tool_use" : "end_turn";
                var answer = Encoding.UTF8.GetBytes($$"""
                    {"id":"msg_1","type":"message","role":"assistant","model":"m","content":{{content}},"stop_reason":"{{reason}}","stop_sequence":null,
                     "usage":{"input_tokens":1,"output_tokens":1} }
                    """);
                http.Response.ContentType = "application/json";
                await http.Response.OutputStream.WriteAsync(answer);
                http.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }
}
