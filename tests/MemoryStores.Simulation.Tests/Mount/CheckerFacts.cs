using System.Diagnostics;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>A mount does what a local file system does, and the store then holds the same.</summary>
public sealed class CheckerFacts(ITestOutputHelper output)
{
    private static readonly TimeSpan Time = Chance.IsSoak ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(12);
    private const int StepsBetweenRests = 400;
    private const int StepsBetweenLooks = 40;

    [MountFact]
    public async Task A_mount_does_what_a_local_file_system_does()
    {
        var (random, clock, steps, rests) = (Chance.For(nameof(A_mount_does_what_a_local_file_system_does)), Stopwatch.StartNew(), 0, 0);
        while (clock.Elapsed < Time)
        {
            var seed = random.Next();
            try
            {
                var played = await PlayAsync(new Random(seed), clock);
                (steps, rests) = (steps + played.Steps, rests + played.Rests);
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"{failed.Message}\nSeed {seed}; {Chance.Replay}", failed);
            }
        }
        output.WriteLine($"{steps} steps, {rests} rests; {Chance.Replay}");
    }

    [MountFact]
    public async Task And_so_with_these_seeds()
    {
        foreach (var seed in Chance.IsSoak ? Enumerable.Range(1, 20) : [7, 11]) await PlayAsync(new Random(seed), Stopwatch.StartNew(), rests: Chance.IsSoak ? 6 : 1);
    }

    private static async Task<(int Steps, int Rests)> PlayAsync(Random random, Stopwatch clock, int rests = int.MaxValue)
    {
        using var directory = new TemporaryDirectory();
        using var model = new ModelDirectory();
        await using var server = await ServerProcess.StartAsync(directory.File("data"));
        using var store = await StoreApi.CreateAsync(server, "checked");
        var (place, home) = (directory.File("mount"), directory.File("home"));
        var mount = await MountProcess.StartAsync(server, store.Id, place, home);
        var checker = new Checker(random, place, model.Path);
        try
        {
            var rest = 0;
            while (rest < rests && (rest == 0 || clock.Elapsed < Time))
            {
                for (var step = 0; step < StepsBetweenRests; step++)
                {
                    checker.Step();
                    if (step % StepsBetweenLooks == 0) checker.CompareAll();
                    if (random.Next(150) == 0) DropCaches();
                }
                rest++;
                checker.ComeToRest();
                checker.CompareAll();
                await mount.DrainCleanAsync();
                await SameAsStoreAsync(checker, store);
                await SameInASecondMountAsync(checker, server, store, directory, model.Path);
                if (random.Next(3) > 0) continue;
                Assert.Equal(0, await mount.StopAsync());
                await mount.DisposeAsync();
                mount = await MountProcess.StartAsync(server, store.Id, place, home);
                checker.ForgetEmptyDirectories();
                checker.CompareAll();
            }
            return (checker.Steps, rest);
        }
        catch (Exception failed)
        {
            throw new InvalidOperationException($"{failed.Message}\n{checker.Told}\n{mount.Log}\n{(await mount.RunAsync("mounts", "--json")).Text}", failed);
        }
        finally
        {
            checker.CloseAll();
            await mount.DisposeAsync();
        }
    }

    private static async Task SameAsStoreAsync(Checker checker, StoreApi store)
    {
        var (expected, memories) = (checker.Expected(), await store.MemoriesAsync());
        Assert.Equal(expected.Keys, memories.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, text) in expected) Assert.True(text == memories[path].Text, $"{path} is another on the server.");
    }

    private static async Task SameInASecondMountAsync(Checker checker, ServerProcess server, StoreApi store, TemporaryDirectory directory, string model)
    {
        await using var second = await MountProcess.StartAsync(server, store.Id, directory.File("second"), directory.File("second-home"), "--read-only");
        var expected = checker.Expected();
        var files = Directory.EnumerateFiles(second.Path, "*", SearchOption.AllDirectories).ToDictionary(path => path[second.Path.Length..], File.ReadAllText);
        Assert.Equal(expected, new SortedDictionary<string, string>(files, StringComparer.Ordinal));
        Assert.NotEqual(model, second.Path);
    }

    private static void DropCaches()
    {
        try
        {
            File.WriteAllText("/proc/sys/vm/drop_caches", "3");
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            // Not ours to drop here.
        }
    }

    /// <summary>A directory in memory.</summary>
    private sealed class ModelDirectory : IDisposable
    {
        public string Path { get; } = Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory($"/dev/shm/memstores-test-{Guid.NewGuid():N}").FullName
            : Directory.CreateTempSubdirectory("memstores-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
