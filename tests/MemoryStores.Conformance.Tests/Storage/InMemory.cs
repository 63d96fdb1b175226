namespace MemoryStores.Conformance.Tests.Storage.InMemory;

public sealed class Units : UnitFacts<Model>;

public sealed class Access : AccessFacts<Model>;

public sealed class Stores : StoreFacts<Model>;
