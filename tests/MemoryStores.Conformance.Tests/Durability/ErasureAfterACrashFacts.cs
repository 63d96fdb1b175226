using System.Collections.Concurrent;
using Dapper;
using MemoryStores.Conformance.Tests.Api;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;
using MemoryStores.Testing;
using Microsoft.Data.Sqlite;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>An erasure that a crash cut short is finished by the next start, and then the files are as clean as without it.</summary>
public sealed class ErasureAfterACrashFacts
{
    private static readonly int Crashes = Chance.IsSoak ? 200 : 5;

    [Fact]
    public async Task Wherever_a_crash_cuts_erasures_the_next_start_finishes_them()
    {
        var random = Chance.For(nameof(Wherever_a_crash_cuts_erasures_the_next_start_finishes_them));
        for (var crashes = 0; crashes < Crashes;)
        {
            using var directory = new TemporaryDirectory();
            await using var database = await OpenDatabase.OpenAsync(directory.Path);
            var (gone, kept) = (await database.NewStoreAsync("gone"), await database.NewStoreAsync("kept"));
            var writers = new RandomWriters(random, longPathsOneIn: 2);
            await writers.WriteAsync(database, [gone, gone, gone, kept], 2_500);

            // The store's rows go in slices; between them others are redacted, and the machine crashes.
            var doomed = new Queue<WrittenVersion>(writers.Choose(int.MaxValue, kept));
            var deleting = database.DeleteStore.RunAsync(database.Caller, gone, CancellationToken.None).AsTask();
            var redacting = new List<Task>();
            while (!deleting.IsCompleted)
            {
                redacting.AddRange(Enumerable.Range(0, Math.Min(doomed.Count, random.Next(10))).Select(_ => database.RedactAsync([doomed.Dequeue()])));
                if (random.Next(4) == 0 && crashes++ < Crashes) await AssertCleanAfterCrashAsync(database, directory.Path, writers, doomed);
                else await database.Engine.RunAsync(null, _ => ValueTask.FromResult(true), CancellationToken.None);
            }
            OpenDatabase.Done(await deleting);
            await Task.WhenAll(redacting);
        }
    }

    [Fact]
    public async Task Redactions_in_flight_when_the_server_is_killed_are_finished_by_the_next_start()
    {
        var random = Chance.For(nameof(Redactions_in_flight_when_the_server_is_killed_are_finished_by_the_next_start));
        using var directory = new TemporaryDirectory();
        var writers = new RandomWriters(random);
        await using (var database = await OpenDatabase.OpenAsync(directory.Path))
            await writers.WriteAsync(database, [await database.NewStoreAsync("A store")], 2_000);

        var answered = new ConcurrentBag<VersionId>();
        await using (var server = await ServerProcess.StartAsync(directory.Path))
        {
            using var api = new ApiClient(server.Url);
            var enough = new TaskCompletionSource();
            var limit = random.Next(1, 200);
            var redacting = Task.WhenAll(writers.Choose(400, [.. writers.Versions.Select(version => version.Store).Distinct()]).Select(async version =>
            {
                try
                {
                    (await api.PostAsync($"{ApiClient.Stores}/{version.Store}/memory_versions/{version.Id}/redact")).Ok();
                    answered.Add(version.Id);
                    if (answered.Count >= limit) enough.TrySetResult();
                }
                catch (HttpRequestException)
                {
                    // The server was killed meanwhile.
                }
            }));
            await Task.WhenAny(enough.Task, redacting);
            await server.KillAsync();
            await redacting;
        }

        await using var restarted = await OpenDatabase.OpenAsync(directory.Path);
        await restarted.Engine.StartupWork;
        Assert.Null(restarted.Engine.Ailment);
        var (lost, left) = await DivideAsync(restarted, writers.Versions);
        Assert.Subset(lost.Select(version => version.Id).ToHashSet(), answered.ToHashSet());
        ErasedText.Of(lost, left).AssertNoneStandsIn(directory.Path, "after a kill and a restart");
    }

    private static async Task AssertCleanAfterCrashAsync(OpenDatabase database, string data, RandomWriters writers, IEnumerable<WrittenVersion> more)
    {
        using var copy = new TemporaryDirectory();
        await database.CopyAsOfACrashAsync(data, copy.Path);
        AssertResidueIsNoted(copy.File(OpenDatabase.Name), writers.Versions.Count());
        await using var restarted = await OpenDatabase.OpenAsync(copy.Path);
        // Redactions do not wait for what the last server left: their rows may have moved while it removed others.
        await restarted.RedactAsync(more.Take(64));
        await restarted.Engine.StartupWork;
        Assert.Null(restarted.Engine.Ailment);
        var (lost, left) = await DivideAsync(restarted, writers.Versions);
        ErasedText.Of(lost, left).AssertNoneStandsIn(copy.Path, "after a restart");
    }

    /// <summary>
    /// Once rows are gone, the database says that others may have moved: the next erasure cannot know it otherwise, and the
    /// copies that moving leaves are too rare for the search above to meet one in every run.
    /// </summary>
    private static void AssertResidueIsNoted(string file, int written)
    {
        // Read-only, so that closing it does not tidy up what the restart is to find.
        using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        database.Open();
        var left = database.ExecuteScalar<long>("SELECT count(*) FROM history WHERE version IS NOT NULL");
        // Once the store's own erasure is done, a later one may have rewritten the file, after which there is nothing to note.
        var underWay = database.ExecuteScalar<long>("SELECT count(*) FROM erasures WHERE version IS NULL") > 0;
        if (underWay && left < written) Assert.Equal(1, database.ExecuteScalar<long>("SELECT count(*) FROM settings WHERE name = 'residue'"));
    }

    /// <summary>Which versions the database has lost, to a redaction or with their store, and which it still has.</summary>
    private static async Task<(List<WrittenVersion> Lost, List<WrittenVersion> Left)> DivideAsync(
        OpenDatabase database, IEnumerable<WrittenVersion> versions)
    {
        var left = new HashSet<VersionId>();
        foreach (var store in versions.Select(version => version.Store).Distinct())
        {
            if (await database.Engine.ReadAsync(reader => reader.FindHeadAsync(database.Caller.Workspace, store), CancellationToken.None) is null) continue;
            var all = await database.Engine.ReadAsync(
                reader => reader.ListVersionsAsync(new VersionQuery(store, int.MaxValue, WithContent: false)), CancellationToken.None);
            left.UnionWith(all.Where(version => version.Redacted is null).Select(version => version.Id));
        }
        var halves = versions.ToLookup(version => left.Contains(version.Id));
        return ([.. halves[false]], [.. halves[true]]);
    }
}
