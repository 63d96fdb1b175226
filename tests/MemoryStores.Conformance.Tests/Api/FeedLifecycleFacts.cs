using System.Net.Sockets;
using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Feeds on servers of their own: caps, slow readers, the server's end, and a backup put back.</summary>
public sealed class FeedLifecycleFacts : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Data => directory.File("data");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Streams_and_long_polls_are_counted_by_key_and_by_workspace_and_free_when_closed()
    {
        await using var server = await ServerProcess.StartAsync(Data, "--limit", "feeds_per_key=2", "--limit", "feeds_per_workspace=3");
        using var api = new ApiClient(server.Url);
        var store = await NewStoreAsync(api);
        var other = (await api.PostAsync("/ext/v1/keys", new { name = "o", role = "read" })).Ok().Text("key");
        var cursor = await CursorAsync(api, store);
        var first = await SentEvents.OpenAsync(server.Url, store);
        using var second = await SentEvents.OpenAsync(server.Url, store);
        await first.NextAsync("heartbeat");
        await second.NextAsync("heartbeat");

        var refused = await api.GetAsync(ApiClient.With($"/ext{store}/changes", "after", cursor) + "&wait=30");
        Assert.Contains("API key", refused.Refused(429, "rate_limit_error").Text("message"), StringComparison.Ordinal);
        Assert.NotNull(refused.Header("retry-after"));
        using var third = await SentEvents.OpenAsync(server.Url, store, key: other);
        await third.NextAsync("heartbeat");
        using (var fourth = await SentEvents.OpenAsync(server.Url, store, key: other)) Assert.Equal(429, (int)fourth.Response.StatusCode);
        await CursorAsync(api, store); // A page that does not wait takes no place.

        first.Dispose();
        await UntilAsync(async () =>
        {
            using var again = await SentEvents.OpenAsync(server.Url, store);
            return (int)again.Response.StatusCode == 200;
        });
    }

    [Fact]
    public async Task A_server_that_stops_sends_its_streams_on_and_answers_its_long_polls()
    {
        await using var server = await ServerProcess.StartAsync(Data);
        using var api = new ApiClient(server.Url);
        var store = await NewStoreAsync(api);
        var cursor = await CursorAsync(api, store);
        using var stream = await SentEvents.OpenAsync(server.Url, store);
        await stream.NextAsync("heartbeat");
        using var raw = await RawConnection.OpenAsync(server.Url);
        await raw.SendAsync($"GET /ext{store}/changes?after={cursor}&wait=30 HTTP/1.1\r\nHost: {server.Url.Authority}\r\nx-api-key: {ServerProcess.Key}\r\n\r\n");
        await UntilAsync(async () => (await api.GetAsync("/metrics")).Text.Contains("memstores_http_feeds_open 2\n", StringComparison.Ordinal));

        await server.AskToStopAsync();

        var resume = await stream.NextAsync("resume");
        Assert.Equal(("server_stopping", cursor), (resume.Data.Text("reason"), resume.Id));
        Assert.Null(await stream.NextAsync());
        Assert.Equal(cursor, (await raw.ReadAsync()).Ok().Text("cursor"));
        Assert.Equal(0, await server.EndAsync());
    }

    [Fact]
    public async Task A_cursor_is_good_after_a_kill_and_a_restart()
    {
        string store, cursor;
        await using (var server = await ServerProcess.StartAsync(Data))
        {
            using var api = new ApiClient(server.Url);
            store = await NewStoreAsync(api);
            await api.MemoryAsync(store, "/a");
            cursor = await CursorAsync(api, store);
            await api.MemoryAsync(store, "/b");
            await server.KillAsync();
        }
        await using var next = await ServerProcess.StartAsync(Data);
        using var stream = await SentEvents.OpenAsync(next.Url, store, cursor);
        Assert.Equal(3, (await stream.NextAsync("change")).Seq);
    }

    [Fact]
    public async Task A_backup_that_was_put_back_is_noticed_by_every_cursor_from_after_it()
    {
        string store, before, after;
        await using (var server = await ServerProcess.StartAsync(Data))
        {
            using var api = new ApiClient(server.Url);
            store = await NewStoreAsync(api);
            await api.MemoryAsync(store, "/a");
            before = await CursorAsync(api, store);
            await server.StopAsync();
        }
        Copy(Data, directory.File("backup"));
        await using (var server = await ServerProcess.StartAsync(Data))
        {
            using var api = new ApiClient(server.Url);
            await api.MemoryAsync(store, "/b", "one thing");
            after = await CursorAsync(api, store);
            await server.StopAsync();
        }
        Directory.Delete(Data, recursive: true);
        Copy(directory.File("backup"), Data);

        await using var restored = await ServerProcess.StartAsync(Data);
        using var client = new ApiClient(restored.Url);
        Assert.Equal("unknown_cursor", await ResetAsync(client, store, after));
        await client.MemoryAsync(store, "/b", "another thing");
        Assert.Equal("contradicted_cursor", await ResetAsync(client, store, after));
        await client.MemoryAsync(store, "/c", "and more");
        Assert.Equal("contradicted_cursor", await ResetAsync(client, store, after));
        var good = (await client.GetAsync(ApiClient.With($"/ext{store}/changes", "after", before))).Ok();
        Assert.True(good.IsNull("reset"));
        Assert.Equal(2, good.Data().Count());
        using var stream = await SentEvents.OpenAsync(restored.Url, store, lastEventId: after);
        Assert.Equal("contradicted_cursor", (await stream.NextAsync("reset")).Data.Text("reason"));
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_cut_and_holds_up_neither_writers_nor_other_readers()
    {
        // Socket buffers take some megabytes before the server has to wait: more changes than that, at 230 bytes each.
        const int commits = 50, each = 1_000;
        await using var server = await ServerProcess.StartAsync(Data);
        using var api = new ApiClient(server.Url);
        var store = await NewStoreAsync(api);
        var cursor = await CursorAsync(api, store);
        using var stuck = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await stuck.ConnectAsync(server.Url.Host, server.Url.Port);
        await stuck.SendAsync(Encoding.ASCII.GetBytes($"GET /ext{store}/changes?after={cursor} HTTP/1.1\r\nHost: {server.Url.Authority}\r\nx-api-key: {ServerProcess.Key}\r\naccept: text/event-stream\r\n\r\n"));
        using var reader = await SentEvents.OpenAsync(server.Url, store, cursor);

        var reading = Task.Run(async () =>
        {
            for (var seq = 2; seq <= 1 + (commits * each); seq++) Assert.Equal(seq, (await reader.NextAsync("change")).Seq);
        });
        var memory = (await api.MemoryAsync(store, "/a", "")).Text("id");
        for (var i = 0; i < commits; i++)
        {
            var count = i == 0 ? each - 1 : each;
            (await api.PostAsync("/ext" + store + "/commits", new { changes = Enumerable.Range(0, count).Select(n => new { type = "append", memory_id = memory, content = "x" }) })).Ok();
        }
        await reading;

        await UntilAsync(async () => (await api.GetAsync("/metrics")).Text.Contains("memstores_http_feeds_cut_total 1\n", StringComparison.Ordinal));
        await UntilAsync(async () => (await api.GetAsync("/metrics")).Text.Contains("memstores_http_feeds_open 1\n", StringComparison.Ordinal));
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", server.Log, StringComparison.Ordinal);
    }

    private static async Task<string> ResetAsync(ApiClient api, string store, string cursor)
    {
        var page = (await api.GetAsync(ApiClient.With($"/ext{store}/changes", "after", cursor) + "&wait=30")).Ok();
        Assert.Empty(page.Data());
        Assert.Equal(await CursorAsync(api, store), page.Text("cursor"));
        Assert.False(page.GetProperty("has_more").GetBoolean());
        return page.GetProperty("reset").Text("reason");
    }

    private static async Task<string> NewStoreAsync(ApiClient api) => ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok().Text("id");

    private static async Task<string> CursorAsync(ApiClient api, string store) => (await api.GetAsync($"/ext{store}/changes")).Ok().Text("cursor");

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await holds()) await Task.Delay(50, deadline.Token);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
