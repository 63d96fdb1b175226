namespace MemoryStores.Conformance.Tests.Storage.InMemory;

public sealed class Units : UnitFacts<Model>;

public sealed class Access : AccessFacts<Model>;

public sealed class Stores : StoreFacts<Model>;

public sealed class Keys : KeyFacts<Model>;

public sealed class Grants : GrantFacts<Model>;
