using MemoryStores.Conformance.Tests.Api;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>kill -9 of the server loses nothing that it had answered, and does nothing twice.</summary>
public sealed class KillFacts
{
    private const int Writers = 16;
    private static readonly int Rounds = Chance.IsSoak ? 30 : 3;

    [Fact]
    public async Task What_was_acknowledged_is_there_once_after_every_kill()
    {
        var random = Chance.For(nameof(What_was_acknowledged_is_there_once_after_every_kill));
        using var directory = new TemporaryDirectory();
        var data = directory.File("data");
        var writers = Enumerable.Range(0, Writers).Select(i => new HttpWriter($"writer{i}", new Random(random.Next()))).ToList();
        var store = (string?)null;
        for (var round = 1; round <= Rounds; round++)
        {
            // Thirty rounds fill a store of the usual limits.
            await using (var server = await ServerProcess.StartAsync(data, "--limit", "memories_per_store=1000000", "--limit", "store_bytes=10000000000"))
            {
                store ??= await NewStoreAsync(server);
                await Task.WhenAll(writers.Select(writer => writer.RepeatAsync(server.Url, store)));

                var enough = new Countdown(random.Next(200, 1_500));
                var writing = Task.WhenAll(writers.Select(writer => writer.WriteAsync(server.Url, store, enough.Step)));
                await Task.WhenAny(enough.Reached, writing);
                if (writing.IsFaulted) await writing;
                Assert.False(writing.IsCompleted, $"The server ended by itself: {server.Log}");
                await server.KillAsync();
                await writing;
            }
            await AcknowledgedWrites.AssertKeptAsync(data, store, [.. writers.SelectMany(writer => writer.Attempts)], $"after kill {round}");
        }
    }

    private static async Task<string> NewStoreAsync(ServerProcess server)
    {
        using var api = new ApiClient(server.Url);
        return ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok().Text("id");
    }

    /// <summary>Tells when so many steps were taken.</summary>
    private sealed class Countdown(int steps)
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int left = steps;

        public Task Reached => reached.Task;

        public void Step()
        {
            if (Interlocked.Decrement(ref left) == 0) reached.SetResult();
        }
    }
}
