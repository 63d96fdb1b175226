using System.Net;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>Stands before a real server and knows /v1 alone, as any compatible server may.</summary>
internal sealed class OfficialOnly : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly HttpClient behind;
    private readonly Task serving;

    public string Url { get; }
    public int Refused { get; private set; }

    public OfficialOnly(Uri server)
    {
        behind = new HttpClient { BaseAddress = server };
        Url = $"http://127.0.0.1:{FreePort()}";
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
        behind.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext http;
            try
            {
                http = await listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            await PassAsync(http);
        }
    }

    private async Task PassAsync(HttpListenerContext http)
    {
        var path = http.Request.RawUrl!;
        var official = path.StartsWith("/v1/", StringComparison.Ordinal);
        if (!official) Refused++;
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.HttpMethod), official ? path : "/nowhere");
        foreach (var name in new[] { "x-api-key", "anthropic-version", "anthropic-beta" }) request.Headers.TryAddWithoutValidation(name, http.Request.Headers[name]);
        if (http.Request.HasEntityBody)
        {
            using var body = new MemoryStream();
            await http.Request.InputStream.CopyToAsync(body);
            request.Content = new ByteArrayContent(body.ToArray()) { Headers = { ContentType = new("application/json") } };
        }
        using var response = await behind.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        http.Response.StatusCode = (int)response.StatusCode;
        http.Response.ContentType = "application/json";
        await http.Response.OutputStream.WriteAsync(answer);
        http.Response.Close();
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
