using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine.Commits;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>A version as it was written: what redaction must take away, and what may stay while another version has it.</summary>
public sealed record WrittenVersion(StoreId Store, VersionId Id, MemoryId Memory, MemoryPath Path, MemoryContent? Content);

/// <summary>
/// One client that writes to a store by chance: creates, changes, renames, appends and deletes memories of its own
/// directory, so that several write at once without losing races. Texts are long enough and random enough that no other
/// place of a file has them by accident.
/// </summary>
public sealed class RandomWriter(OpenDatabase database, StoreId store, string name, Random random, int longPathsOneIn = 20)
{
    private readonly List<WrittenVersion> live = [];
    private readonly List<MemoryContent> contents = [];

    public List<WrittenVersion> Versions { get; } = [];

    /// <summary>The versions that are the head of a memory.</summary>
    public IEnumerable<VersionId> Heads => live.Select(version => version.Id);

    public async Task WriteAsync(int changes)
    {
        for (var done = 0; done < changes;)
        {
            // Each memory at most once in a commit, so that what the test expects follows from what is live now.
            var batch = Enumerable.Range(0, Math.Min(random.Next(1, 8), changes - done)).Select(_ => NextChange()).ToList();
            var chosen = batch.DistinctBy(step => step.Before?.Memory ?? (object)step).ToList();
            var request = new CommitRequest(database.Caller, store, [.. chosen.Select(step => step.Change)])
            {
                Atomic = random.Next(2) == 0,
                CommitId = random.Next(4) == 0 ? Guid.NewGuid().ToString() : null,
            };
            var outcome = OpenDatabase.Done(await database.Commit.RunAsync(request, CancellationToken.None));
            for (var i = 0; i < chosen.Count; i++) Take(chosen[i], outcome.Results[i]);
            done += chosen.Count;
        }
    }

    private sealed record Step(Change Change, WrittenVersion? Before, MemoryContent? After);

    private Step NextChange()
    {
        if (live.Count == 0 || random.Next(100) < 25)
        {
            var content = NextContent();
            return new Step(new Change.Create(NextPath(), content), null, content);
        }
        var memory = live[random.Next(live.Count)];
        var target = new Target.ById(memory.Memory);
        switch (random.Next(100))
        {
            case < 50:
                var next = NextContent();
                return new Step(new Change.Update(target, next, null, Expectation.Nothing), memory, next);
            case < 70:
                return new Step(new Change.Update(target, null, NextPath(), Expectation.Nothing), memory, memory.Content);
            case < 80:
                var both = NextContent();
                return new Step(new Change.Update(target, both, NextPath(), Expectation.Nothing), memory, both);
            case < 85 when memory.Content!.Size < 50_000:
                var more = MemoryContent.Of(Letters(random, random.Next(24, 200)));
                return new Step(new Change.Append(target, more, Expectation.Nothing), memory, memory.Content.Append(more));
            default:
                return new Step(new Change.Delete(target, Expectation.Nothing), memory, null);
        }
    }

    private void Take(Step step, ChangeResult result)
    {
        if (result is ChangeResult.Unchanged) return;
        var version = Assert.IsType<ChangeResult.Written>(result).Version;
        var written = new WrittenVersion(store, version.Id, version.Memory, version.Path!, step.After);
        Versions.Add(written);
        if (step.Before is { } before) live.RemoveAt(live.FindIndex(memory => memory.Memory == before.Memory));
        if (step.Change is not Change.Delete) live.Add(written);
    }

    /// <summary>Mostly short, some that fill a page, a few that spill to several; now and then one that was written before.</summary>
    private MemoryContent NextContent()
    {
        if (contents.Count > 0 && random.Next(20) == 0) return contents[random.Next(contents.Count)];
        var size = random.Next(100) switch
        {
            < 60 => random.Next(Needles.Piece, 200),
            < 90 => random.Next(200, 4_200),
            < 99 => random.Next(4_200, 12_000),
            _ => random.Next(12_000, 100_000),
        };
        var content = MemoryContent.Of(Letters(random, size));
        contents.Add(content);
        return content;
    }

    /// <summary>Below the writer's directory; some so long that an index keeps it on a page of its own.</summary>
    private MemoryPath NextPath()
    {
        var text = $"/{name}/{Letters(random, random.Next(longPathsOneIn) == 0 ? random.Next(200, 1_000) : random.Next(Needles.Piece, 40))}";
        Assert.True(MemoryPath.TryParse(text, out var path, out var reason), reason);
        return path!;
    }

    public static string Letters(Random random, int length)
    {
        const string alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
        return string.Create(length, random, static (text, random) => random.GetItems(alphabet, text));
    }

    public static ReadOnlyMemory<byte> Bytes(MemoryPath path) => Encoding.UTF8.GetBytes(path.Value);
}
