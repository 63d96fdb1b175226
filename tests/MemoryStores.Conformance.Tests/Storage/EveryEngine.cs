namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A topic that one engine does not run proves nothing about it.</summary>
public sealed class EveryEngine
{
    [Fact]
    public void Runs_every_topic_of_the_suite()
    {
        var types = typeof(EveryEngine).Assembly.GetTypes();
        // A base of several topics is none itself.
        var suite = types.Where(type => type.IsAbstract && Above(type).Contains(typeof(StorageConformance<>))).ToList();
        var topics = suite.Where(type => !suite.Any(other => Above(other).Contains(type))).ToList();
        var engines = types.Where(type => type.BaseType == typeof(StorageUnderTest)).ToList();
        var run = types.Select(type => type.BaseType).ToHashSet();

        Assert.True(topics.Count > 5 && engines.Count > 1);
        foreach (var topic in topics)
        {
            foreach (var engine in engines)
                Assert.True(run.Contains(topic.MakeGenericType(engine)), $"{topic.Name} does not run on {engine.Name}.");
        }
    }
    /// <summary>The generic classes that a type comes from.</summary>
    private static IEnumerable<Type> Above(Type type)
    {
        for (var above = type.BaseType; above is not null; above = above.BaseType)
            if (above.IsGenericType) yield return above.GetGenericTypeDefinition();
    }
}
