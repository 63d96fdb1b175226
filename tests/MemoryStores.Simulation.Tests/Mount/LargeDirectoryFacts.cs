using System.Diagnostics;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>A store with very many memories in one directory: 10,000, and 100,000 in the long run.</summary>
public sealed class LargeDirectoryFacts(ITestOutputHelper output)
{
    private static readonly int Memories = Chance.IsSoak ? 100_000 : 10_000;

    [MountFact]
    public async Task A_directory_of_very_many_memories_is_listed_whole_while_entries_come_and_go()
    {
        await using var together = await MountedTogether.StartAsync(["--limit", "memories_per_store=200000", "--limit", "store_bytes=1000000000"]);
        await TimedAsync("fill", () => FillAsync(together.Store));
        MountProcess mount = null!;
        await TimedAsync("mount", async () => mount = await together.MountAsync());
        var all = Enumerable.Range(0, Memories).Select(Name).ToHashSet(StringComparer.Ordinal);
        Timed("list", () => Assert.True(all.SetEquals(Names(mount))));
        Timed("list again", () => Assert.Equal(Memories, Names(mount).Count));
        Timed("stat of 1,000", () =>
        {
            for (var number = 0; number < 1_000; number++)
                Assert.Equal(0, Sys.Stat($"{mount.Path}/many/{Name(number * (Memories / 1_000))}", out _, out _));
        });
        Timed("create and delete of 100", () =>
        {
            for (var number = 0; number < 100; number++)
            {
                File.WriteAllText($"{mount.Path}/many/new-{number}.md", "new");
                File.Delete($"{mount.Path}/many/{Name(number)}");
            }
        });
        all.ExceptWith(Enumerable.Range(0, 100).Select(Name));
        all.UnionWith(Enumerable.Range(0, 100).Select(number => $"new-{number}.md"));

        // Names that stay are listed exactly once each, whatever comes and goes around them.
        using var enough = new CancellationTokenSource();
        var comesAndGoes = ComeAndGoAsync(together.Store, mount, enough.Token);
        for (var listing = 0; listing < 5; listing++)
        {
            var names = Names(mount);
            Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(all, names.Where(all.Contains).ToHashSet(StringComparer.Ordinal));
        }
        await enough.CancelAsync();
        await comesAndGoes;

        await TimedAsync("drain", mount.DrainCleanAsync);
        var remote = Stopwatch.StartNew();
        await together.Store.CreateAsync("/many/from elsewhere.md", "here");
        await MountedTogether.UntilAsync(() => File.Exists(mount.Path + "/many/from elsewhere.md"), () => "a memory made elsewhere is missing");
        output.WriteLine($"made elsewhere, seen after {remote.ElapsedMilliseconds} ms");
        Assert.Contains("from elsewhere.md", Names(mount));
        output.WriteLine($"{Memories} memories; the daemon holds {mount.ResidentBytes / 1024 / 1024} MB");
    }

    private static string Name(int number) => $"memory-{number:D6}.md";

    private static async Task FillAsync(StoreApi store)
    {
        const int atOnce = 500;
        for (var number = 0; number < Memories; number += atOnce)
        {
            var several = Enumerable.Range(number, Math.Min(atOnce, Memories - number));
            await store.CommitAsync([.. several.Select(one => new { type = "create", path = "/many/" + Name(one), content = $"This is number {one}.\n" })]);
        }
    }

    /// <summary>The directory's names as one listing gives them, those that come twice twice.</summary>
    private static List<string> Names(MountProcess mount) =>
        [.. Directory.EnumerateFileSystemEntries(mount.Path + "/many").Select(path => path[(path.LastIndexOf('/') + 1)..])];

    private static async Task ComeAndGoAsync(StoreApi store, MountProcess mount, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var made = await store.CreateAsync($"/many/remote-{number}.md", "remote");
            await File.WriteAllTextAsync($"{mount.Path}/many/local-{number}.md", "local", CancellationToken.None);
            if (number > 10) File.Delete($"{mount.Path}/many/local-{number - 10}.md");
            if (number % 2 == 0) await store.DeleteAsync(made);
        }
    }

    private void Timed(string what, Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        output.WriteLine($"{what}: {clock.ElapsedMilliseconds} ms");
    }

    private async Task TimedAsync(string what, Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action();
        output.WriteLine($"{what}: {clock.ElapsedMilliseconds} ms");
    }
}
