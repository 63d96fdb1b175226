using System.Text.Json;
using System.Text.Json.Nodes;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Server.OpenApi;

/// <summary>An example of every record of the wire, written as the server writes them.</summary>
internal static class Examples
{
    private const string Time = "2026-11-02T08:15:30.120000Z";
    private const string StoreId = "memstore_01ceGPFUY4oTQ3gxaaMvXWXR";
    private const string MemoryId = "mem_01BejcL6L48nPdsSQMRmQQ1r";
    private const string VersionId = "memver_01JShQ1pdoW3aLj7EeBqu5Ax";
    private const string SessionId = "sesn_01ceGPFUY4oTQ3gxaaMvXWXR";
    private const string KeyId = "apikey_01VeaRKoEn9T7U9x9LEzWQwN";
    private const string Workspace = "wrkspc_01K1S6rVYfvZ8mXzTq4nB7cW";
    private const string Cursor = "18-9f2c51d07ab3e644";
    private const string RequestId = "req_01sNKoNU923rYH2Jm5Co164J";

    private static readonly MemoryContent Content = MemoryContent.Of("test");

    private static readonly ActorBody Writer = ActorBody.From(new Actor(ActorKind.ApiKey, KeyId));

    private static readonly StoreBody Store = new()
    {
        Id = StoreId, Name = "User Preferences", Description = "", Metadata = new Dictionary<string, string> { ["team"] = "support" },
        CreatedAt = Time, UpdatedAt = Time, ArchivedAt = null,
    };

    private static readonly MemoryBody Memory = new()
    {
        Id = MemoryId, MemoryStoreId = StoreId, MemoryVersionId = VersionId, Path = "/preferences/formatting.md", Content = Content,
        ContentSha256 = Content.Digest.ToString(), ContentSizeBytes = Content.Size, CreatedAt = Time, UpdatedAt = Time,
    };

    private static readonly VersionBody Version = new()
    {
        Id = VersionId, MemoryStoreId = StoreId, MemoryId = MemoryId, Operation = "created", Path = "/preferences/formatting.md", Content = Content,
        ContentSha256 = Content.Digest.ToString(), ContentSizeBytes = Content.Size, CreatedAt = Time, CreatedBy = Writer, RedactedAt = null, RedactedBy = null,
    };

    private static readonly AgentBody Agent = new()
    {
        Id = "agent_01ceGPFUY4oTQ3gxaaMvXWXR", Version = 1, Name = "Support agent", Description = null, System = "Be brief.",
        Model = new AgentModel("claude-opus-4-8") { Effort = new ModelEffort("high") }, Tools = [StoredJson.FromStorage("""{"type":"agent_toolset_20260401"}""")],
        McpServers = [], Skills = [], Metadata = new Dictionary<string, string> { ["team"] = "support" }, Multiagent = null,
        ExecutionIdentity = ExecutionIdentity.ServiceAccount, CreatedAt = Time, UpdatedAt = Time, ArchivedAt = null,
    };

    private static readonly EnvironmentBody Environment = new()
    {
        Id = "env_01BejcL6L48nPdsSQMRmQQ1r", Name = "Office", Description = "For the support agents", Config = EnvironmentConfig.Of(EnvironmentConfig.Cloud),
        Metadata = new Dictionary<string, string>(), CreatedAt = Time, UpdatedAt = Time, ArchivedAt = null,
    };

    private static readonly SessionAgent RunningAgent = new()
    {
        Id = Agent.Id, Version = 1, Name = Agent.Name, Description = null, System = Agent.System, Model = Agent.Model, Tools = Agent.Tools, McpServers = [],
        Skills = [], Multiagent = null, ExecutionIdentity = ExecutionIdentity.ServiceAccount,
    };

    private static readonly StoreResource MountedStore = new()
    {
        MemoryStoreId = StoreId, Access = StoreResource.ReadWrite, Instructions = "Read this first.", Name = "User Preferences", Description = "",
        MountPath = "/mnt/memory/user-preferences",
    };

    private static readonly FileResource File = new()
        { Id = "sesrsc_01BejcL6L48nPdsSQMRmQQ1r", FileId = "file_01abc", MountPath = "/mnt/session/uploads/file_01abc", CreatedAt = Time, UpdatedAt = Time };

    private static readonly RepositoryResource Repository = new()
    {
        Id = "sesrsc_01JShQ1pdoW3aLj7EeBqu5Ax", Url = "https://github.com/example/desk", Checkout = StoredJson.FromStorage("""{"type":"branch","name":"main"}"""),
        MountPath = "/workspace/desk", CreatedAt = Time, UpdatedAt = Time,
    };

    private static readonly SessionBody Session = new()
    {
        Id = SessionId, Status = "idle", Title = "Mail of November", Metadata = new Dictionary<string, string> { ["user_id"] = "u1" }, EnvironmentId = Environment.Id,
        Agent = RunningAgent, Resources = [MountedStore], VaultIds = [], Budget = null, Stats = new SessionStatsBody(0, 12), CreatedAt = Time, UpdatedAt = Time, ArchivedAt = null,
    };

    private static readonly SessionThreadBody SessionThread = new()
    {
        Id = "sthr_01ceGPFUY4oTQ3gxaaMvXWXR", SessionId = SessionId, Agent = RunningAgent, Status = "idle", Stats = new SessionStatsBody(0, 12), CreatedAt = Time, UpdatedAt = Time,
        ArchivedAt = null,
    };

    private static readonly StoredJson Event = StoredJson.FromStorage(
        $$"""{"id":"sevt_01BejcL6L48nPdsSQMRmQQ1r","type":"user.message","content":[{"type":"text","text":"Good morning."}],"processed_at":"{{Time}}"}""");

    private static readonly TokenBody Token = new()
        { Id = KeyId, Type = "session_token", SessionId = SessionId, Name = "Worker", CreatedAt = Time, ExpiresAt = null, EndedAt = null, RevokedAt = null };

    private static readonly WorkBody Work = new()
    {
        Id = "work_01ceGPFUY4oTQ3gxaaMvXWXR", EnvironmentId = Environment.Id, State = "queued", Data = new WorkDataBody(SessionId), Metadata = new Dictionary<string, string>(),
        CreatedAt = Time, AcknowledgedAt = null, StartedAt = null, LatestHeartbeatAt = null, StopRequestedAt = null, StoppedAt = null,
    };

    private static readonly KeyBody Key = new()
    {
        Id = KeyId, WorkspaceId = Workspace, Name = "Support agent", Role = "write", Stores = [StoreId], PathPrefix = "/support/",
        CreatedAt = Time, ExpiresAt = null, RevokedAt = null,
    };

    private static readonly ChangeResultBody Change = new("written")
        { MemoryId = MemoryId, MemoryVersionId = VersionId, Seq = 7, ContentSha256 = Content.Digest.ToString(), CreatedAt = Time };

    private static readonly ChangeEventBody Changed = new()
        { Type = "memory_changed", Seq = 18, MemoryId = MemoryId, MemoryVersionId = VersionId, Operation = "modified", CommitId = "0d6f3c1e" };

    private static readonly HistoryEntryBody Entry = new()
    {
        Seq = 18, CreatedAt = Time, Kind = "memory.modified", Actor = Writer, CommitId = "0d6f3c1e", MemoryId = MemoryId, MemoryVersionId = VersionId, About = null,
        Path = "/preferences/formatting.md", PreviousPath = "/formatting.md", ContentSha256 = Content.Digest.ToString(), ContentSizeBytes = Content.Size,
        Entry = "84a5189cc9ec2a5ae7130f472f503279611d330684e47548fe821b2cc333032f", Link = "9f2c51d07ab3e644b0bba05d0efbce17353777cb9ca1a380dfa71287dbe4362e",
    };

    private static readonly ResetBody Reset = new("contradicted_cursor", "The store's history is another one at that place.");

    private static readonly LimitsBody Limits = new()
    {
        MemoryBytes = 102_400, MemoriesPerStore = 10_000, StoreBytes = 104_857_600, StoresPerWorkspace = 1_000, PathBytes = 1_024,
        RequestBodyBytes = 4_194_304, ChangesPerCommit = 1_000, FeedsPerKey = 256, FeedsPerWorkspace = 1_024, ChangesPerMinute = null, ReadsPerMinute = null,
    };

    private static readonly LinksBody Links = new("/v1/memory_stores", "/openapi/v1.json", "/healthz", "/readyz", "/metrics");

    private static readonly ErrorDetailBody Conflict = new("memory_path_conflict_error", "The path is taken.") { ConflictingPath = "/notes", ConflictingMemoryId = MemoryId };

    private static readonly Dictionary<Type, object> All = new object[]
    {
        Agent, Environment, new PageBody<AgentBody>([Agent], null), new PageBody<EnvironmentBody>([Environment], null),
        RunningAgent, MountedStore, File, Repository, Session, SessionThread, Session.Stats, Session.Usage, Session.Usage.CacheCreation,
        new SessionPageBody([Session], null, null), new PageBody<SessionThreadBody>([SessionThread], null), new PageBody<SessionResource>([MountedStore], null),
        Token, new PageBody<TokenBody>([Token], null), new SessionPromptBody(SessionId, "You have memory …"), new SentEventsBody([Event]), new RecordedEventsBody([Event], 1), new EventPageBody([Event], null),
        Work, Work.Data, new PageBody<WorkBody>([Work], null), new WorkHeartbeatBody(Time, true, "active", 90), new WorkStatsBody(1, 0, Time, 2), new LeaseState(Time, "active", 90),
        Store, Memory, new MemoryPrefixBody("/projects/foo/"), Version, Writer, Key, Change, Conflict,
        new CommitBody { MemoryStoreId = StoreId, CommitId = "0d6f3c1e", Repeated = false, Seq = 7, Results = [Change] },
        new ChangesBody { MemoryStoreId = StoreId, Data = [Changed], Cursor = Cursor, HeadSeq = 18, HasMore = false, Reset = null }, Changed, Reset, Entry,
        new FeedNoteBody("heartbeat", Cursor) { HeadSeq = 18 },
        new SnapshotBody { MemoryStoreId = StoreId, Seq = 18, Cursor = Cursor, Memories = 1, ArchivedAt = null }, new SnapshotEndBody { Memories = 1 },
        new DeletedBody(MemoryId, "memory_deleted"), new ErrorBody(Conflict, RequestId), new ErrorFactsBody { Change = 2 },
        new WorkspaceBody(Workspace, "default"), new AdministrationBody(Time, KeyId, "key.created", KeyId), new HealthBody("ready", null),
        new ServerBody("0.1.0", ["commits", "keys"], Limits, Links) { Actor = Writer }, Limits, Links,
        new PageBody<StoreBody>([Store], null), new PageBody<MemoryListItemBody>([Memory], null), new PageBody<VersionBody>([Version], null), new PageBody<HistoryEntryBody>([Entry], null),
        new PageBody<KeyBody>([Key], null), new PageBody<WorkspaceBody>([new WorkspaceBody(Workspace, "default")], null),
        new PageBody<AdministrationBody>([new AdministrationBody(Time, KeyId, "key.created", KeyId)], null),
    }.ToDictionary(example => example.GetType());

    public static JsonNode? Of(Type type) =>
        All.TryGetValue(type, out var example) ? JsonSerializer.SerializeToNode(example, WireJson.Wire.GetTypeInfo(type)!) : null;

    /// <summary>An error as its envelope, for each status there is.</summary>
    public static JsonNode Error(string type, string message) =>
        JsonSerializer.SerializeToNode(new ErrorBody(new ErrorDetailBody(type, message), RequestId), WireJson.Wire.ErrorBody)!;
}
