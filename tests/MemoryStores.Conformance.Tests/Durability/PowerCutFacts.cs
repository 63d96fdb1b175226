using System.Globalization;
using System.Text.RegularExpressions;
using MemoryStores.Conformance.Tests.Api;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>
/// The API acknowledges nothing that a loss of power could take back. The server runs under strace; its writes are played
/// into another directory up to a moment, without those that were not synced by then, and what was answered must be there.
/// </summary>
public sealed partial class PowerCutFacts
{
    private const int Writers = 8;
    private const int StepsAlone = 40;
    private static readonly int StepsTogether = Chance.IsSoak ? 400 : 40;
    private static readonly int Cuts = Chance.IsSoak ? 300 : 12;

    [FactWithStrace]
    public async Task An_acknowledged_write_survives_the_loss_of_everything_that_was_not_synced()
    {
        var random = Chance.For(nameof(An_acknowledged_write_survives_the_loss_of_everything_that_was_not_synced));
        using var directory = new TemporaryDirectory();
        var data = directory.File("data");
        var alone = new HttpWriter("alone", new Random(random.Next()));
        var together = Enumerable.Range(0, Writers).Select(i => new HttpWriter($"writer{i}", new Random(random.Next()))).ToList();
        var store = await WriteTracedAsync(data, directory.File("trace"), alone, together);
        var events = DiskTrace.Read(directory.File("trace"), data).Events;

        var answered = AnswersByName(events);
        AssertNothingWasPendingWhenAnswered(events, alone, answered, data);
        for (var cut = 0; cut < Cuts; cut++) await AssertSurvivesAsync(events, random, data, store, [alone, .. together], answered);
    }

    private static async Task<string> WriteTracedAsync(string data, string trace, HttpWriter alone, List<HttpWriter> together)
    {
        await using var server = await ServerProcess.StartUnderAsync(DiskTrace.Command(trace), data);
        using var api = new ApiClient(server.Url);
        var store = ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok().Text("id");
        for (var i = 0; i < StepsAlone; i++) await alone.StepAsync(api, store);
        await Task.WhenAll(together.Select(async writer =>
        {
            for (var i = 0; i < StepsTogether; i++) await writer.StepAsync(api, store);
        }));
        // The server goes first; strace follows it when it has written the last line.
        var pid = int.Parse(await File.ReadAllTextAsync(Path.Combine(data, "server.pid")), CultureInfo.InvariantCulture);
        using (var traced = System.Diagnostics.Process.GetProcessById(pid)) traced.Kill();
        await server.EndAsync();
        return store;
    }

    /// <summary>With one client there is no other's write under way: when its answer leaves, all of the log is on the disk.</summary>
    private static void AssertNothingWasPendingWhenAnswered(
        IReadOnlyList<DiskEvent> events, HttpWriter alone, Dictionary<string, int> answered, string data)
    {
        var log = Path.Combine(data, OpenDatabase.Name + "-wal");
        var before = 0;
        foreach (var attempt in alone.Attempts.Where(attempt => attempt.Version is not null).DistinctBy(attempt => answered[attempt.Version!]))
        {
            var answer = answered[attempt.Version!];
            Assert.True(events.Take(answer).Skip(before).Any(written => written is DiskEvent.Written { File: var file } && file == log),
                $"{attempt.Version} was answered, and nothing was written to the log before.");
            Assert.True(PowerCut.PendingWrites(events, answer, data, log) == 0, $"{attempt.Version} was answered before the log was synced.");
            before = answer;
        }
    }

    private static async Task AssertSurvivesAsync(
        IReadOnlyList<DiskEvent> events, Random random, string data, string store, IReadOnlyList<HttpWriter> writers, Dictionary<string, int> answered)
    {
        // The moment is one in which an answer has just left: the promise is new, and whatever is missing is missing now.
        var moment = answered.Values.ElementAt(random.Next(answered.Count)) + 1;
        var unsynced = (PowerCut.Unsynced)random.Next(3);
        using var left = new TemporaryDirectory();
        PowerCut.Leave(events, moment, data, unsynced, random, left.Path);

        var promised = writers.SelectMany(writer => writer.Attempts).Select(attempt => attempt with
        {
            Version = IsAnswered(attempt.Version) ? attempt.Version : null,
            IsAnswered = attempt.IsDeletion && IsAnswered(attempt.Memory),
        });
        await AcknowledgedWrites.AssertKeptAsync(left.Path, store, [.. promised], $"after a power cut at event {moment}, unsynced writes {unsynced}");

        bool IsAnswered(string? name) => name is not null && answered.TryGetValue(name, out var at) && at < moment;
    }

    /// <summary>Which event first answered with a version's id, or the id of a memory it deleted.</summary>
    private static Dictionary<string, int> AnswersByName(IReadOnlyList<DiskEvent> events)
    {
        var answers = new Dictionary<string, int>();
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is not DiskEvent.Answered answer) continue;
            foreach (Match name in Names().Matches(answer.Text)) answers.TryAdd(name.Groups["id"].Value, i);
        }
        return answers;
    }

    [GeneratedRegex("""(?<id>memver_\w+)|"id":"(?<id>mem_\w+)","type":"memory_deleted""")]
    private static partial Regex Names();
}
