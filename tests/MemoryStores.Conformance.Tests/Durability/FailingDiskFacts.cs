using System.Globalization;
using MemoryStores.Conformance.Tests.Api;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>The real server on a disk that fails: strace makes a system call of it come back with an error.</summary>
public sealed class FailingDiskFacts
{
    private const int Writers = 4;

    // Opening a new database takes some 100 writes to the log and 10 syncs on the writer's thread.
    private const int FirstWrite = 1_000;
    private const int FirstSync = 60;

    private readonly Random random = Chance.For(nameof(FailingDiskFacts));

    [FactWithStrace]
    public async Task After_a_failed_sync_the_server_writes_no_more_says_so_and_a_restart_has_all_that_was_acknowledged()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.File("data");
        var failing = FirstSync + random.Next(100);
        string store;
        List<Attempt> attempts;
        await using (var server = await StartFailingAsync(directory, "fdatasync", "EIO", $"{failing}"))
        {
            using var api = new ApiClient(server.Url);
            store = await NewStoreAsync(api);
            attempts = await WriteUntilRefusedAsync(api, store);

            // The disk would take everything again, but nobody knows what became of what it was given before.
            (await api.PostAsync(store + "/memories", new { path = "/more", content = "more" })).Refused(503, "overloaded_error");
            var ready = await api.GetAsync("/readyz");
            Assert.Equal(503, ready.Status);
            Assert.Contains("restart the server", ready.Body.Text("reason"), StringComparison.Ordinal);
            Assert.Equal(200, (await api.GetAsync("/healthz")).Status);
            foreach (var attempt in attempts.Where(attempt => attempt.IsAcknowledged))
                Assert.Equal(attempt.Content, (await api.GetAsync($"{store}/memory_versions/{attempt.Version}")).Ok().Text("content"));
            await KillTracedAsync(server, data);
        }
        await AcknowledgedWrites.AssertKeptAsync(data, store, attempts, $"after sync {failing} failed");
        await AssertWritesAgainAsync(data, store);
    }

    [FactWithStrace]
    public async Task While_the_disk_is_full_writes_are_refused_and_with_room_again_they_go_on()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.File("data");
        var first = FirstWrite + random.Next(500);
        string store;
        List<Attempt> attempts;
        await using (var server = await StartFailingAsync(directory, "pwrite64", "ENOSPC", $"{first}..{first + 40}"))
        {
            using var api = new ApiClient(server.Url);
            store = await NewStoreAsync(api);
            attempts = await WriteUntilRefusedAsync(api, store);
            Assert.Equal(200, (await api.GetAsync("/readyz")).Status);

            // Each refused write used up some of the errors; then there is room.
            var made = await api.PostAsync(store + "/memories", new { path = "/more", content = "more" });
            while (made.Status != 200)
            {
                Assert.Contains("The disk is full", made.Refused(503, "overloaded_error").Text("message"), StringComparison.Ordinal);
                made = await api.PostAsync(store + "/memories", new { path = "/more", content = "more" });
            }
            await KillTracedAsync(server, data);
        }
        await AcknowledgedWrites.AssertKeptAsync(data, store, attempts, $"after write {first} found the disk full");
        await AssertWritesAgainAsync(data, store);
    }

    private static Task<ServerProcess> StartFailingAsync(TemporaryDirectory directory, string call, string error, string when)
    {
        var log = Path.Combine(directory.File("data"), OpenDatabase.Name + "-wal");
        return ServerProcess.StartUnderAsync(
            ["strace", "-f", "-o", directory.File("trace"), "-P", log, "-e", "signal=none", "-e", $"trace={call}", "-e", $"inject={call}:error={error}:when={when}"],
            directory.File("data"));
    }

    private static async Task<string> NewStoreAsync(ApiClient api) =>
        ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok().Text("id");

    /// <summary>Several clients create memories, each until one is refused; that one must be refused for the disk's sake.</summary>
    private async Task<List<Attempt>> WriteUntilRefusedAsync(ApiClient api, string store)
    {
        var writers = Enumerable.Range(0, Writers).Select(_ => new Random(random.Next())).Select(async chance =>
        {
            for (var attempts = new List<Attempt>(); ;)
            {
                var attempt = new Attempt("/" + RandomWriter.Letters(chance, 20), RandomWriter.Letters(chance, chance.Next(20, 2_000)), null);
                attempts.Add(attempt);
                var answer = await api.PostAsync(store + "/memories", new { path = attempt.Path, content = attempt.Content });
                if (answer.Status != 200)
                {
                    answer.Refused(503, "overloaded_error");
                    return attempts;
                }
                attempt.Version = answer.Ok().Text("memory_version_id");
            }
        });
        return [.. (await Task.WhenAll(writers)).SelectMany(attempts => attempts)];
    }

    private static async Task KillTracedAsync(ServerProcess server, string data)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(Path.Combine(data, "server.pid")), CultureInfo.InvariantCulture);
        using (var traced = System.Diagnostics.Process.GetProcessById(pid)) traced.Kill();
        await server.EndAsync();
    }

    private static async Task AssertWritesAgainAsync(string data, string store)
    {
        await using var server = await ServerProcess.StartAsync(data);
        using var api = new ApiClient(server.Url);
        await api.MemoryAsync(store, "/again", "again");
        Assert.Equal(200, (await api.GetAsync("/readyz")).Status);
    }
}
