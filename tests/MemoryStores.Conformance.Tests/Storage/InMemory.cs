namespace MemoryStores.Conformance.Tests.Storage.InMemory;

public sealed class Units : UnitFacts<Model>;

public sealed class Access : AccessFacts<Model>;

public sealed class Stores : StoreFacts<Model>;

public sealed class Memories : MemoryFacts<Model>;

public sealed class Limits : LimitFacts<Model>;

public sealed class Paging : PagingFacts<Model>;

public sealed class Commits : CommitFacts<Model>;

public sealed class Moves : MoveFacts<Model>;

public sealed class CommitIds : CommitIdFacts<Model>;

public sealed class History : HistoryFacts<Model>;

public sealed class Keys : KeyFacts<Model>;

public sealed class Grants : GrantFacts<Model>;

public sealed class Changes : ChangeFacts<Model>;

public sealed class NarrowChanges : NarrowChangeFacts<Model>;

public sealed class Snapshots : SnapshotFacts<Model>;

public sealed class Conflicts : ConflictFacts<Model>;

public sealed class HistoryLists : HistoryListFacts<Model>;

public sealed class Agents : AgentFacts<Model>;

public sealed class Environments : EnvironmentFacts<Model>;

public sealed class Sessions : SessionFacts<Model>;

public sealed class Events : EventFacts<Model>;

public sealed class Tokens : TokenFacts<Model>;

public sealed class Work : WorkFacts<Model>;
