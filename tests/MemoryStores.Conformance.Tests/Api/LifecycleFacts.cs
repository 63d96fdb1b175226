using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>A server from its start to its end, and what a data directory makes of it.</summary>
public sealed class LifecycleFacts : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryDirectory directory = new();

    private string Data => directory.File("data");

    public void Dispose() => directory.Dispose();

    // Stopping

    [Fact]
    public async Task Requests_taken_before_SIGTERM_are_answered_and_the_exit_code_is_0()
    {
        const int clients = 8;
        await using (var server = await ServerProcess.StartAsync(Data))
        {
            using var api = new ApiClient(server.Url);
            var store = await NewStoreAsync(api);
            var taken = new List<RawConnection>();
            for (var i = 0; i < clients; i++) taken.Add(await BeginCreateAsync(server, store, i));

            await server.AskToStopAsync();
            while (await AcceptsAsync(server.Url)) { } // it listens no more: the stop has begun
            for (var i = 0; i < clients; i++)
            {
                await taken[i].SendAsync(Body(i));
                Assert.Equal($"/{i}", (await taken[i].ReadAsync()).Ok().Text("path"));
                taken[i].Dispose();
            }

            Assert.Equal(0, await server.EndAsync());
        }
        await using var next = await ServerProcess.StartAsync(Data);
        using var again = new ApiClient(next.Url);
        var only = Assert.Single((await again.GetAsync(ApiClient.Stores)).Ok().Data());
        Assert.Equal(clients, (await again.ListAsync($"{ApiClient.Stores}/{only.Text("id")}/memories")).Count);
    }

    [Fact]
    public async Task Whatever_was_answered_before_and_while_stopping_is_there_after_the_restart()
    {
        var answered = new List<string>();
        string store;
        await using (var server = await ServerProcess.StartAsync(Data))
        {
            using var api = new ApiClient(server.Url);
            store = await NewStoreAsync(api);
            var enough = new TaskCompletionSource();
            var writers = Enumerable.Range(0, 8).Select(async writer =>
            {
                try
                {
                    for (var i = 0; ; i++)
                    {
                        var path = $"/{writer}/{i}";
                        (await api.PostAsync(store + "/memories", new { path, content = "text" })).Ok();
                        lock (answered) answered.Add(path);
                        if (i == 20) enough.TrySetResult();
                    }
                }
                catch (HttpRequestException)
                {
                    // The server is gone; this request was not taken, or not answered.
                }
            }).ToList();
            await enough.Task;

            Assert.Equal(0, await server.StopAsync());
            await Task.WhenAll(writers);
        }

        await using var next = await ServerProcess.StartAsync(Data);
        using var again = new ApiClient(next.Url);
        var there = (await again.ListAsync(store + "/memories?limit=100")).Each("path").ToHashSet();
        Assert.Empty(answered.Except(there));
    }

    [Fact]
    public async Task A_restart_keeps_stores_memories_versions_and_page_tokens()
    {
        var lists = new List<(string Url, string Text)>();
        string next;
        string store;
        await using (var server = await ServerProcess.StartAsync(Data))
        {
            using var api = new ApiClient(server.Url);
            store = await NewStoreAsync(api);
            var first = await api.MemoryAsync(store, "/1", "one");
            await api.MemoryAsync(store, "/2", "two");
            await api.MemoryAsync(store, "/3", "three");
            (await api.PostAsync($"{store}/memories/{first.Text("id")}", new { content = "changed" })).Ok();
            (await api.PostAsync($"{store}/memory_versions/{first.Text("memory_version_id")}/redact")).Ok();
            next = ApiClient.With(store + "/memories?limit=1", "page", (await api.GetAsync(store + "/memories?limit=1")).Ok().Text("next_page"));
            foreach (var url in new[] { ApiClient.Stores, store, store + "/memories?view=full", store + "/memory_versions?view=full", next })
                lists.Add((url, (await api.GetAsync(url)).Ok().GetRawText()));
            Assert.Equal(0, await server.StopAsync());
        }

        await using var again = await ServerProcess.StartAsync(Data);
        using var client = new ApiClient(again.Url);
        foreach (var (url, text) in lists) Assert.Equal(text, (await client.GetAsync(url)).Ok().GetRawText());
    }

    [Fact]
    public async Task A_disk_that_fails_is_a_503_with_retry_after_and_reading_goes_on()
    {
        string store;
        var kept = new List<string>();
        await using (var server = await ServerProcess.StartOnFailingDiskAsync(Data, kibibytes: 2_000))
        {
            using var api = new ApiClient(server.Url);
            store = await NewStoreAsync(api);
            Answer answer;
            do
            {
                answer = await api.PostAsync(store + "/memories", new { path = $"/{kept.Count}", content = new string('x', 100_000) });
                if (answer.Status == 200) kept.Add(answer.Ok().Text("path"));
            }
            while (answer.Status == 200 && kept.Count < 100);

            answer.Refused(503, "overloaded_error");
            Assert.True(int.Parse(answer.Header("retry-after")!, CultureInfo.InvariantCulture) > 0);
            Assert.NotEmpty(kept);
            Assert.Equal(kept.Count, (await api.ListAsync(store + "/memories")).Count);
        }
        await using var healthy = await ServerProcess.StartAsync(Data);
        using var client = new ApiClient(healthy.Url);
        Assert.Equal(kept.Order(StringComparer.Ordinal), (await client.ListAsync(store + "/memories")).Each("path"));
        await client.MemoryAsync(store, "/more");
    }

    // The data directory

    [Fact]
    public async Task The_data_directory_is_private_and_ignored_by_git_and_its_key_is_printed_once_and_stays()
    {
        string key;
        await using (var server = await ServerProcess.StartWithOwnKeyAsync(Data))
        {
            key = (await File.ReadAllTextAsync(Path.Combine(Data, "admin.key"))).Trim();
            Assert.True(key.Length >= 32);
            Assert.Contains(key, server.Announced, StringComparison.Ordinal);
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(Data));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "admin.key")));
            Assert.Equal("*", (await File.ReadAllTextAsync(Path.Combine(Data, ".gitignore"))).Trim());
            Assert.Equal(200, (await AskAsync(server.Url, key)).Status);
            Assert.Equal(0, await server.StopAsync());
        }

        await using var again = await ServerProcess.StartWithOwnKeyAsync(Data);
        Assert.Equal(key, (await File.ReadAllTextAsync(Path.Combine(Data, "admin.key"))).Trim());
        Assert.DoesNotContain(key, again.Announced, StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync(again.Url, key)).Status);
        (await AskAsync(again.Url, ServerProcess.Key)).Refused(401, "authentication_error");
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        await using var first = await ServerProcess.StartAsync(Data);

        var (code, said) = await ServerProcess.FailToStartAsync(Data);

        Assert.Equal(1, code);
        Assert.Contains(first.Id.ToString(CultureInfo.InvariantCulture), said, StringComparison.Ordinal);
        Assert.Contains(Data, said, StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync(first.Url, ServerProcess.Key)).Status);
        await first.KillAsync();
        await using var next = await ServerProcess.StartAsync(Data);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_data_directory_open_to_others_is_refused(UnixFileMode others)
    {
        Directory.CreateDirectory(Data, OwnerOnly);
        File.SetUnixFileMode(Data, OwnerOnly | others);

        var (code, said) = await ServerProcess.FailToStartAsync(Data);

        Assert.Equal(1, code);
        Assert.Contains("chmod 700", said, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Data));
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_refused_and_left_as_it_is()
    {
        await using (var server = await ServerProcess.StartAsync(Data)) Assert.Equal(0, await server.StopAsync());
        var database = Path.Combine(Data, "memories.db");
        Assert.False(File.Exists(database + "-wal"), "A clean end leaves everything in the database file.");
        await SetUserVersionAsync(database, 99);
        var before = await File.ReadAllBytesAsync(database);

        var (code, said) = await ServerProcess.FailToStartAsync(Data);

        Assert.Equal(1, code);
        Assert.Contains("newer release", said, StringComparison.Ordinal);
        Assert.Contains("99", said, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(database));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        Directory.CreateDirectory(Data, OwnerOnly);
        await File.WriteAllTextAsync(Path.Combine(Data, "memories.db"), new string('x', 10_000));

        var (code, said) = await ServerProcess.FailToStartAsync(Data);

        Assert.Equal(1, code);
        Assert.StartsWith("memstores: ", said, StringComparison.Ordinal);
        Assert.Contains("memories.db", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    // Logs

    [Fact]
    public async Task Logs_hold_no_content_no_path_no_key_no_store_name_and_no_query()
    {
        string[] secrets = ["content-7c1", "path-7c2", "name-7c3", "description-7c4", "metadata-7c5", "query-7c6", "wrong-key-7c7", "field-7c8", ServerProcess.Key, "apikey_"];
        await using var server = await ServerProcess.StartAsync(Data, "--log-level", "debug");
        using var api = new ApiClient(server.Url);
        var store = ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores,
            new { name = "name-7c3", description = "description-7c4", metadata = new { k = "metadata-7c5" } })).Ok().Text("id");
        var memory = await api.MemoryAsync(store, "/path-7c2", "content-7c1");
        (await api.PostAsync(store + "/memories", new { path = "/path-7c2/below", content = "content-7c1" })).PathConflict();
        (await api.PostTextAsync(store + "/memories", """{"path":"/path-7c2","field-7c8":"content-7c1"}""")).Invalid();
        (await api.PostTextAsync(store + "/memories", """{"path":"/path-7c2","content":"content-7c1" """)).Invalid();
        (await api.GetAsync(store + "/memories?path_prefix=/path-7c2/&page=query-7c6")).Invalid();
        (await api.GetAsync("/v1/path-7c2?query-7c6")).NotFound();
        (await api.GetAsync($"{store}/memories/path-7c2")).NotFound();
        (await AskAsync(server.Url, "wrong-key-7c7")).Refused(401, "authentication_error");
        (await api.PostAsync($"/ext{store}/commits", new { changes = new[] { new { type = "append", at = "/path-7c2", content = "content-7c1" } } })).Ok();
        (await api.PostAsync($"{store}/memory_versions/{memory.Text("memory_version_id")}/redact")).Ok();
        var last = await api.GetAsync(store);

        Assert.Equal(0, await server.StopAsync());

        // The log is whole: it goes up to the last request.
        Assert.Contains(last.Header("request-id")!, server.Log, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, server.Log, StringComparison.Ordinal));
    }

    private static async Task<string> NewStoreAsync(ApiClient api) =>
        ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok().Text("id");

    private static async Task<Answer> AskAsync(Uri url, string key)
    {
        using var api = new ApiClient(url);
        var request = ApiClient.Request(HttpMethod.Get, ApiClient.Stores);
        request.Headers.Remove("x-api-key");
        request.Headers.Add("x-api-key", key);
        return await api.SendAsync(request);
    }

    private static string Body(int i) => JsonSerializer.Serialize(new { path = $"/{i}", content = "text" });

    /// <summary>A create whose headers the server has taken, as its 100 Continue tells, and whose body is still to come.</summary>
    private static async Task<RawConnection> BeginCreateAsync(ServerProcess server, string store, int i)
    {
        var connection = await RawConnection.OpenAsync(server.Url);
        await connection.SendAsync($"POST {store}/memories HTTP/1.1\r\nhost: localhost\r\nx-api-key: {ServerProcess.Key}\r\n"
            + $"anthropic-version: {ApiClient.Version}\r\nanthropic-beta: {ApiClient.Beta}\r\ncontent-type: application/json\r\n"
            + $"expect: 100-continue\r\ncontent-length: {Encoding.UTF8.GetByteCount(Body(i))}\r\n\r\n");
        Assert.Equal(100, (await connection.ReadHeadAsync()).Status);
        return connection;
    }

    private static async Task<bool> AcceptsAsync(Uri url)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>SQLite keeps user_version in bytes 60 to 63 of the file.</summary>
    private static async Task SetUserVersionAsync(string database, int version)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, version);
        await using var file = new FileStream(database, FileMode.Open, FileAccess.Write);
        file.Position = 60;
        await file.WriteAsync(bytes);
    }
}
