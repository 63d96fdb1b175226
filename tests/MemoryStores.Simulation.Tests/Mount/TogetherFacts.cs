using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>Two mounts and a client of the API change one store. All see the same in the end, and nothing that was written is lost.</summary>
public sealed class TogetherFacts(ITestOutputHelper output)
{
    private static readonly int Rounds = Chance.IsSoak ? 60 : 4;

    [MountFact]
    public async Task What_others_write_is_shown_and_nothing_anybody_wrote_is_lost()
    {
        var random = Chance.For(nameof(What_others_write_is_shown_and_nothing_anybody_wrote_is_lost));
        await using var together = await MountedTogether.StartAsync();
        var (one, two) = (await together.MountAsync(), await together.MountAsync());
        var written = new HashSet<string>();
        var steps = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            for (var step = 0; step < 30; step++)
            {
                var word = $"r{round:D3}s{step:D2}";
                var path = $"/{"abcd"[random.Next(4)]}/{random.Next(3)}.md";
                var mount = random.Next(2) == 0 ? one : two;
                var kind = random.Next(8);
                var target = $"/{"abcd"[random.Next(4)]}/{random.Next(3)}.md";
                var began = DateTime.UtcNow;
                var isWritten = await TryWriteAsync(kind, random, together.Store, mount, path, target, word);
                if (isWritten) written.Add(word);
                steps.Add($"{began:ss.ffffff} {word}: {kind} by {(mount == one ? "one" : "two")} at {path}{(kind == 4 ? " to " + target : "")}{(isWritten ? "" : ", not written")}");
            }
            await SameEverywhereAsync(together, one, two);
            var history = string.Join('\n', await together.Store.HistoryAsync());
            Assert.True(written.All(word => history.Contains(word, StringComparison.Ordinal)),
                $"Lost: {string.Join(' ', written.Where(word => !history.Contains(word, StringComparison.Ordinal)))}; {Chance.Replay}\n{string.Join('\n', steps.TakeLast(30))}");
        }
        output.WriteLine($"{Rounds} rounds, {written.Count} writes; {Chance.Replay}");
    }

    [MountFact]
    public async Task Lines_that_two_mounts_and_the_api_append_at_once_are_all_there()
    {
        const int lines = 150;
        await using var together = await MountedTogether.StartAsync();
        var memory = await together.Store.CreateAsync("/log.md", "begin\n");
        var (one, two) = (await together.MountAsync(), await together.MountAsync());
        // One opens for each line, the other keeps its descriptor, the third has none.
        var byShell = Task.Run(() =>
        {
            for (var line = 0; line < lines; line++) File.AppendAllText(one.Path + "/log.md", $"one {line}\n");
        });
        var byHolder = Task.Run(() =>
        {
            var log = Sys.Open(two.Path + "/log.md", Sys.WriteOnly | Sys.Append);
            for (var line = 0; line < lines; line++)
            {
                var text = System.Text.Encoding.UTF8.GetBytes($"two {line}\n");
                Assert.Equal(text.Length, Sys.Write(log, text, 0));
            }
            Assert.Equal(0, Sys.Sync(log));
            Assert.Equal(0, Sys.Close(log));
        });
        var byApi = Task.Run(async () =>
        {
            for (var line = 0; line < lines; line++) await together.Store.AppendAsync(memory, $"api {line}\n");
        });
        await Task.WhenAll(byShell, byHolder, byApi);
        await SameEverywhereAsync(together, one, two);
        var text = await File.ReadAllLinesAsync(one.Path + "/log.md");
        string[] expected = [.. Enumerable.Range(0, lines).SelectMany(line => new[] { $"one {line}", $"two {line}", $"api {line}" }), "begin"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), text.Order(StringComparer.Ordinal));
        foreach (var writer in new[] { "one", "two", "api" })
            Assert.Equal(Enumerable.Range(0, lines).Select(line => $"{writer} {line}"), text.Where(line => line.StartsWith(writer, StringComparison.Ordinal)));
    }

    [MountFact]
    public async Task A_change_by_the_api_is_shown_whatever_the_kernel_had_cached()
    {
        await using var together = await MountedTogether.StartAsync();
        var mount = await together.MountAsync();
        var path = mount.Path + "/notes/today.md";
        Assert.False(File.Exists(path)); // Now known to be missing.
        var memory = await together.Store.CreateAsync("/notes/today.md", "first");
        await MountedTogether.UntilAsync(() => File.Exists(path) && File.ReadAllText(path) == "first", () => "the new memory is missing");
        Assert.Equal(["notes"], Directory.GetFileSystemEntries(mount.Path).Select(Path.GetFileName));

        // The same length, so that neither size nor blocks betray it.
        await together.Store.UpdateAsync(memory, "other");
        await MountedTogether.UntilAsync(() => File.ReadAllText(path) == "other", () => File.ReadAllText(path));

        await together.Store.MoveAsync(memory, "/elsewhere/today.md");
        await MountedTogether.UntilAsync(() => !File.Exists(path) && File.Exists(mount.Path + "/elsewhere/today.md"), () => "it has not moved");
        Assert.False(Directory.Exists(mount.Path + "/notes"));

        await together.Store.DeleteAsync(memory);
        await MountedTogether.UntilAsync(() => !Directory.Exists(mount.Path + "/elsewhere"), () => "it is still there");
    }

    /// <summary>One change by one of the three; false when the rules forbid it just then.</summary>
    private static async Task<bool> TryWriteAsync(int kind, Random random, StoreApi store, MountProcess mount, string path, string target, string word)
    {
        var file = mount.Path + path;
        try
        {
            switch (kind)
            {
                case 0:
                    await store.CreateAsync(path, word + "\n");
                    return true;
                case 1 when (await store.MemoriesAsync()).TryGetValue(path, out var there):
                    await store.UpdateAsync(there.Id, $"{word}\n{there.Text}");
                    return true;
                case 2 when (await store.MemoriesAsync()).TryGetValue(path, out var grows):
                    await store.AppendAsync(grows.Id, word + "\n");
                    return true;
                case 3 when (await store.MemoriesAsync()).TryGetValue(path, out var goes):
                    if (random.Next(2) == 0) await store.DeleteAsync(goes.Id);
                    else await store.MoveAsync(goes.Id, $"/d/moved-{word}.md");
                    return false;
                case 4:
                    Directory.CreateDirectory(Path.GetDirectoryName(mount.Path + target)!);
                    if (File.Exists(file)) File.Move(file, mount.Path + target, overwrite: true);
                    return false;
                case 5:
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    await File.AppendAllTextAsync(file, word + "\n");
                    return true;
                case 6:
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    // As careful programs save.
                    await File.WriteAllTextAsync(file + ".tmp", word + "\n");
                    File.Move(file + ".tmp", file, overwrite: true);
                    return true;
                default:
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    await File.WriteAllTextAsync(file, word + "\n" + (File.Exists(file) ? await File.ReadAllTextAsync(file) : ""));
                    return true;
            }
        }
        catch (HttpRequestException)
        {
            return false; // Taken, or gone.
        }
        catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return false; // Between a look and the next call somebody else was faster.
        }
    }

    private static async Task SameEverywhereAsync(MountedTogether together, MountProcess one, MountProcess two)
    {
        await one.DrainCleanAsync();
        await two.DrainCleanAsync();
        await one.DrainCleanAsync();
        SortedDictionary<string, string> expected = [], first = [], second = [];
        try
        {
            await MountedTogether.UntilAsync(() =>
            {
                expected = new(together.Store.MemoriesAsync().GetAwaiter().GetResult().ToDictionary(one => one.Key, one => one.Value.Text), StringComparer.Ordinal);
                (first, second) = (Read(one), Read(two));
                return expected.SequenceEqual(first) && expected.SequenceEqual(second);
            }, () => "they differ");
        }
        catch (Xunit.Sdk.XunitException)
        {
            var status = (await one.RunAsync("mounts", "--json")).Text + (await two.RunAsync("mounts", "--json")).Text;
            Assert.Fail($"The store:\n{Lines(expected)}\none mount:\n{Lines(first)}\nthe other:\n{Lines(second)}\n{status}\n{Chance.Replay}");
        }
    }

    private static SortedDictionary<string, string> Read(MountProcess mount)
    {
        try
        {
            return MountedTogether.Files(mount);
        }
        catch (IOException)
        {
            return []; // Something moved meanwhile.
        }
    }

    private static string Lines(SortedDictionary<string, string> files) => string.Join('\n', files.Select(file => $"    {file.Key}: {file.Value.ReplaceLineEndings(" ")}"));
}
