namespace MemoryStores.Conformance.Tests.Storage.OnSqlite;

public sealed class Units : UnitFacts<SqliteFile>;

public sealed class Access : AccessFacts<SqliteFile>;

public sealed class Stores : StoreFacts<SqliteFile>;

public sealed class Keys : KeyFacts<SqliteFile>;

public sealed class Grants : GrantFacts<SqliteFile>;
