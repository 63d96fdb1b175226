using MemoryStores.Contract;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>Several random writers at once on a few stores, and which of their versions a test may redact.</summary>
public sealed class RandomWriters(Random random, int longPathsOneIn = 20)
{
    private const int Writers = 16;

    private readonly List<RandomWriter> writers = [];

    public IEnumerable<WrittenVersion> Versions => writers.SelectMany(writer => writer.Versions);

    public Task WriteAsync(OpenDatabase database, IReadOnlyList<StoreId> stores, int changes)
    {
        var fresh = Enumerable.Range(0, Writers)
            .Select(i => new RandomWriter(database, stores[i % stores.Count], $"writer{writers.Count + i}", new Random(random.Next()), longPathsOneIn)).ToList();
        writers.AddRange(fresh);
        return Task.WhenAll(fresh.Select(writer => Task.Run(() => writer.WriteAsync(changes / Writers))));
    }

    /// <summary>
    /// Versions of some stores that are no head. Mostly together with all others of the same content, since one that is left
    /// keeps it.
    /// </summary>
    public List<WrittenVersion> Choose(int count, params IReadOnlyCollection<StoreId> stores)
    {
        var heads = writers.SelectMany(writer => writer.Heads).ToHashSet();
        var possible = Versions.Where(version => stores.Contains(version.Store) && !heads.Contains(version.Id)).ToList();
        var byContent = possible.Where(version => version.Content is not null).ToLookup(version => version.Content!.Digest);
        var chosen = new HashSet<WrittenVersion>();
        foreach (var version in possible.OrderBy(_ => random.Next()))
        {
            if (chosen.Count >= count) break;
            chosen.Add(version);
            if (version.Content is { } content && random.Next(4) != 0) chosen.UnionWith(byContent[content.Digest]);
        }
        return [.. chosen];
    }
}
