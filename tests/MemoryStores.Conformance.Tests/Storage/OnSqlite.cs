namespace MemoryStores.Conformance.Tests.Storage.OnSqlite;

public sealed class Units : UnitFacts<SqliteFile>;

public sealed class Access : AccessFacts<SqliteFile>;

public sealed class Stores : StoreFacts<SqliteFile>;

public sealed class Memories : MemoryFacts<SqliteFile>;

public sealed class Limits : LimitFacts<SqliteFile>;

public sealed class Paging : PagingFacts<SqliteFile>;

public sealed class Commits : CommitFacts<SqliteFile>;

public sealed class Moves : MoveFacts<SqliteFile>;

public sealed class CommitIds : CommitIdFacts<SqliteFile>;

public sealed class History : HistoryFacts<SqliteFile>;

public sealed class Keys : KeyFacts<SqliteFile>;

public sealed class Grants : GrantFacts<SqliteFile>;

public sealed class Changes : ChangeFacts<SqliteFile>;

public sealed class NarrowChanges : NarrowChangeFacts<SqliteFile>;

public sealed class Snapshots : SnapshotFacts<SqliteFile>;

public sealed class Conflicts : ConflictFacts<SqliteFile>;

public sealed class HistoryLists : HistoryListFacts<SqliteFile>;

public sealed class Agents : AgentFacts<SqliteFile>;

public sealed class Environments : EnvironmentFacts<SqliteFile>;

public sealed class Sessions : SessionFacts<SqliteFile>;

public sealed class Events : EventFacts<SqliteFile>;

public sealed class Tokens : TokenFacts<SqliteFile>;

public sealed class Work : WorkFacts<SqliteFile>;
