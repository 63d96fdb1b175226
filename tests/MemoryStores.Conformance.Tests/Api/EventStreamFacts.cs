using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 6 of the sessions contract: the stream of a session's events, by the letter of its lines.</summary>
public sealed class EventStreamFacts(RunningServer server) : SessionApiBase(server)
{
    [Fact]
    public async Task It_begins_with_its_headers_and_tells_what_is_sent_from_then_on()
    {
        var session = await NewSessionAsync();
        await SendEventsAsync(session, Say("before"));

        using var stream = await OpenAsync(Url(session) + "/events/stream");
        Assert.Equal(("text/event-stream", "no-store"), (stream.Response.Content.Headers.ContentType!.ToString(), stream.Response.Headers.CacheControl!.ToString()));
        var sent = (await SendEventsAsync(session, Say("now"))).Ok().Data().Single();

        var told = (await stream.NextAsync())!.Value;
        Assert.Equal(("user.message", sent.GetRawText()), (told.Name, told.Data.GetRawText()));
        Assert.Equal("session.error", (await stream.NextAsync())!.Value.Name);
        Assert.Equal("session.status_idle", (await stream.NextAsync())!.Value.Name);
    }

    [Fact]
    public async Task It_tells_everything_once_in_its_order()
    {
        var session = await NewSessionAsync();
        using var stream = await OpenAsync(Url(session) + "/events/stream");
        for (var i = 0; i < 10; i++)
            (await RecordAsync(session, [.. Enumerable.Range(0, 100).Select(n => $$"""{"type":"agent.message","content":[],"n":{{(i * 100) + n}},"processed_at":"2026-01-01T00:00:00Z"}""")])).Ok();

        for (var i = 0; i < 1_000; i++) Assert.Equal(i, (await stream.NextAsync())!.Value.Data.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task It_lives_while_nothing_happens_and_ends_after_the_session_is_deleted()
    {
        var session = await NewSessionAsync();
        using var stream = await OpenAsync(Url(session) + "/events/stream");
        await stream.CommentAsync();
        await stream.CommentAsync();

        (await DeleteAsync(Url(session))).Ok();

        var last = (await stream.NextAsync())!.Value;
        Assert.Equal(("session.deleted", "session.deleted"), (last.Name, last.Data.Text("type")));
        Assert.Equal(["id", "processed_at", "type"], last.Data.FieldNames());
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task The_threads_stream_is_the_sessions()
    {
        var session = await NewSessionAsync();
        var thread = (await GetAsync(Url(session) + "/threads")).Ok().Data().Single().Text("id");
        using var stream = await OpenAsync($"{Url(session)}/threads/{thread}/stream?event_deltas[]=agent.message&event_deltas[]=agent.thinking");
        (await RecordAsync(session, """{"type":"agent.thinking"}""")).Ok();
        Assert.Equal("agent.thinking", (await stream.NextAsync())!.Value.Name);
    }

    [Fact]
    public async Task What_cannot_be_streamed_is_refused_before_it_begins()
    {
        var session = await NewSessionAsync();
        (await GetAsync(Url(session) + "/events/stream?event_deltas[]=user.message")).Invalid();
        (await GetAsync(Url(session) + "/events/stream?" + string.Join('&', Enumerable.Repeat("event_deltas=agent.message", 101)))).Invalid();
        (await GetAsync(Url(session) + "/threads/sthr_x/stream")).NotFound();
        (await GetAsync(Sessions + "/sesn_01ceGPFUY4oTQ3gxaaMvXWXR/events/stream")).NotFound();
    }

    [Fact]
    public async Task A_hundred_idle_streams_all_hear_of_one_event()
    {
        var session = await NewSessionAsync();
        var streams = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => OpenAsync(Url(session) + "/events/stream")));
        (await RecordAsync(session, """{"type":"agent.message","content":[]}""")).Ok();

        foreach (var told in await Task.WhenAll(streams.Select(stream => stream.NextAsync()))) Assert.Equal("agent.message", told!.Value.Name);
        foreach (var stream in streams) stream.Dispose();
    }

    [Fact]
    public async Task A_revoked_keys_stream_ends_soon()
    {
        var session = await NewSessionAsync();
        var key = (await Api.PostAsync("/ext/v1/keys", new { name = "r", role = "read" })).Ok();
        using var stream = await OpenAsync(Url(session) + "/events/stream", key.Text("key"));

        (await Api.PostAsync($"/ext/v1/keys/{key.Text("id")}/revoke")).Ok();
        (await RecordAsync(session, """{"type":"agent.message","content":[]}""")).Ok();

        // What comes from then on is not for it, also before the next beat.
        Assert.Null(await stream.NextAsync());
    }

    private async Task<Frames> OpenAsync(string path, string key = ServerProcess.Key)
    {
        var request = ApiClient.Request(HttpMethod.Get, path, key);
        request.Headers.Remove("anthropic-beta");
        request.Headers.Add("anthropic-beta", Beta);
        request.Headers.Add("accept", "application/json");
        var http = new HttpClient { BaseAddress = Server.Process.Url, Timeout = SentEvents.Deadline };
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        return new Frames(http, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>Frames of a stream, each with a deadline.</summary>
    private sealed class Frames(HttpClient http, HttpResponseMessage response, StreamReader lines) : IDisposable
    {
        public HttpResponseMessage Response => response;

        public async Task CommentAsync() => Assert.StartsWith(":", await LineAsync(), StringComparison.Ordinal);

        public async Task<(string Name, JsonElement Data)?> NextAsync()
        {
            while (await LineAsync() is { } line)
            {
                if (line.StartsWith(':')) continue;
                Assert.StartsWith("event: ", line, StringComparison.Ordinal);
                var data = (await LineAsync())!;
                Assert.StartsWith("data: ", data, StringComparison.Ordinal);
                return (line["event: ".Length..], JsonDocument.Parse(data["data: ".Length..]).RootElement);
            }
            return null;
        }

        public void Dispose()
        {
            lines.Dispose();
            response.Dispose();
            http.Dispose();
        }

        /// <summary>The next line that is not empty; null at the end.</summary>
        private async Task<string?> LineAsync()
        {
            using var deadline = new CancellationTokenSource(SentEvents.Deadline);
            string? line;
            do line = await lines.ReadLineAsync(deadline.Token);
            while (line is { Length: 0 });
            return line;
        }
    }
}
