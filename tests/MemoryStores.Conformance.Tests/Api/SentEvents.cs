using System.Runtime.CompilerServices;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>One server-sent event, by the letter of its lines.</summary>
public sealed record ServerSentEvent(string Name, string Id, JsonElement Data)
{
    public long Seq => Data.GetProperty("seq").GetInt64();
}

/// <summary>A stream of changes as a test reads it: line by line, with a deadline for each event, and no client of ours between.</summary>
public sealed class SentEvents : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpClient http;
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;

    private SentEvents(HttpClient http, HttpResponseMessage response, StreamReader lines) => (this.http, this.response, this.lines) = (http, response, lines);

    public HttpResponseMessage Response => response;

    /// <summary>The stream behind /ext + this URL of a store.</summary>
    public static async Task<SentEvents> OpenAsync(Uri server, string store, string? after = null, string? lastEventId = null, string key = ServerProcess.Key)
    {
        var http = new HttpClient { BaseAddress = server, Timeout = Deadline };
        using var request = new HttpRequestMessage(HttpMethod.Get, after is null ? $"/ext{store}/changes" : ApiClient.With($"/ext{store}/changes", "after", after));
        request.Headers.Add("x-api-key", key);
        request.Headers.Add("accept", "text/event-stream");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new SentEvents(http, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<ServerSentEvent?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var fields = new Dictionary<string, string>();
        while (await lines.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(':')) continue;
            if (line.Length > 0)
            {
                var colon = line.IndexOf(": ", StringComparison.Ordinal);
                fields.Add(line[..colon], line[(colon + 2)..]);
                continue;
            }
            if (fields.Count == 0) continue;
            Assert.Equal(["data", "event", "id"], fields.Keys.Order());
            return new ServerSentEvent(fields["event"], fields["id"], JsonDocument.Parse(fields["data"]).RootElement);
        }
        return null;
    }

    /// <summary>The next event of this name, past heartbeats.</summary>
    public async Task<ServerSentEvent> NextAsync(string name)
    {
        while (true)
        {
            var told = await NextAsync() ?? throw new EndOfStreamException($"The stream ended before '{name}'.");
            if (told.Name == name) return told;
            Assert.Equal("heartbeat", told.Name);
        }
    }

    public async IAsyncEnumerable<ServerSentEvent> AllAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        while (!stop.IsCancellationRequested && await NextAsync() is { } told) yield return told;
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
        http.Dispose();
    }
}
