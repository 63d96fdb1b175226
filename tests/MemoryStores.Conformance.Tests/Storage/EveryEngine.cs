namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A topic that one engine does not run proves nothing about it.</summary>
public sealed class EveryEngine
{
    [Fact]
    public void Runs_every_topic_of_the_suite()
    {
        var types = typeof(EveryEngine).Assembly.GetTypes();
        var topics = types.Where(type => type.IsAbstract && type.BaseType is { IsGenericType: true } above
            && above.GetGenericTypeDefinition() == typeof(StorageConformance<>)).ToList();
        var engines = types.Where(type => type.BaseType == typeof(StorageUnderTest)).ToList();
        var run = types.Select(type => type.BaseType).ToHashSet();

        Assert.True(topics.Count > 5 && engines.Count > 1);
        foreach (var topic in topics)
        {
            foreach (var engine in engines)
                Assert.True(run.Contains(topic.MakeGenericType(engine)), $"{topic.Name} does not run on {engine.Name}.");
        }
    }
}
