using System.Text.Json.Nodes;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.OpenApi;

/// <summary>Every operation of the API. OpenApiFacts holds this table against the routes, their queries and their bodies.</summary>
internal static class Operations
{
    private const string Stores = "Memory stores";
    private const string Memories = "Memories";
    private const string Versions = "Memory versions";
    private const string Agents = "Agents";
    private const string Environments = "Environments";
    internal const string Sessions = "Sessions";
    internal const string Events = "Events";
    internal const string Work = "Work of self-hosted environments";
    private const string Commits = "Commits";
    private const string Feed = "Changes and snapshots";
    internal const string Access = "Keys and workspaces";
    private const string Server = "The server";

    private const string Store = "/v1/memory_stores/{storeId}";

    private const string Agent = "/v1/agents/{agentId}";
    private const string Environment = "/v1/environments/{environmentId}";

    internal static readonly Parameter Archived = new("include_archived", "Also archived ones", OneOf("true", "false"));
    internal static readonly Parameter Limit = new("limit", "Items of a page; with view=full at most 20 are given", Number(1, Limits.PageItems, Limits.PageItemsDefault));
    internal static readonly Parameter Page = new("page", "next_page of the page before", new JsonObject { ["type"] = "string" });
    private static readonly Parameter From = new("created_at[gte]", "Made at this time or later", Time());
    private static readonly Parameter Until = new("created_at[lte]", "Made at this time or earlier", Time());

    public static readonly IReadOnlyList<(string Name, string Description)> Tags =
    [
        (Stores, "Trees of memories, with a name"), (Memories, "Text files at paths"), (Versions, "Each change of a memory, for good"),
        (Agents, "What an agent is, version by version; nothing runs here"), (Environments, "Where agents run, as their owner describes it"),
        (Sessions, "An agent at work: what it was given, and how far it is"), (Events, "What was said and what happened in a session"),
        (Work, "Sessions that wait for a worker"),
        (Commits, "Several changes as one"), (Feed, "What happens in a store, and how it stands"), (Access, "Who may do what; for admin keys"), (Server, "How it is, and what it offers"),
    ];

    public static readonly IReadOnlyList<Operation> All =
    [
        new("POST", "/v1/memory_stores", "createMemoryStore", Stores, Surface.Official, "Create a store")
            { Body = RequestBodies.CreateStore, Answer = WireJson.Wire.StoreBody },
        new("GET", "/v1/memory_stores", "listMemoryStores", Stores, Surface.Official, "List stores, newest first")
        {
            Query = [Limit, Page, Archived, From, Until],
            Answer = WireJson.Wire.PageBodyStoreBody,
        },
        new("GET", Store, "retrieveMemoryStore", Stores, Surface.Official, "Retrieve a store")
            { Answer = WireJson.Wire.StoreBody, Refusals = [404] },
        new("POST", Store, "updateMemoryStore", Stores, Surface.Official, "Change a store's name, description or metadata")
            { Body = RequestBodies.UpdateStore, Answer = WireJson.Wire.StoreBody, Refusals = [404] },
        new("DELETE", Store, "deleteMemoryStore", Stores, Surface.Official, "Delete a store with everything in it")
        {
            Answer = WireJson.Wire.DeletedBody, Refusals = [404],
            Description = "Answered when no file holds its bytes any more; 503 with retry-after while that goes on.",
        },
        new("POST", Store + "/archive", "archiveMemoryStore", Stores, Surface.Official, "Close a store for new writes, for good")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.StoreBody, Refusals = [404] },

        new("POST", Store + "/memories", "createMemory", Memories, Surface.Official, "Create a memory")
            { Query = [View("basic")], Body = RequestBodies.CreateMemory, Answer = WireJson.Wire.MemoryBody, Refusals = [404, 409] },
        new("GET", Store + "/memories", "listMemories", Memories, Surface.Official, "List memories in the order of their paths")
        {
            Query =
            [
                View("basic"), Limit, Page,
                new("path_prefix", "Only what lies below this directory, given with its final '/'", new JsonObject { ["type"] = "string", ["pattern"] = "^/(.*/)?$", ["default"] = "/" }),
                new("depth", "0: everything below; 1: direct children, deeper ones as their directory", OneOf("0", "1")),
            ],
            Answer = WireJson.Wire.PageBodyMemoryListItemBody, Refusals = [404],
        },
        new("GET", Store + "/memories/{memoryId}", "retrieveMemory", Memories, Surface.Official, "Retrieve a memory")
            { Query = [View("full")], Answer = WireJson.Wire.MemoryBody, Refusals = [404] },
        new("POST", Store + "/memories/{memoryId}", "updateMemory", Memories, Surface.Official, "Change a memory's content, path or both")
        {
            Query = [View("basic")], Body = RequestBodies.UpdateMemory, Answer = WireJson.Wire.MemoryBody, Refusals = [404, 409],
            Description = "Where the state asked for is there already, nothing happens, whatever the precondition.",
        },
        new("DELETE", Store + "/memories/{memoryId}", "deleteMemory", Memories, Surface.Official, "Delete a memory; its versions stay")
        {
            Query = [new("expected_content_sha256", "Refuse unless the stored content has this hash", RequestBodies.Digest())],
            Answer = WireJson.Wire.DeletedBody, Refusals = [404, 409],
        },

        new("GET", Store + "/memory_versions", "listMemoryVersions", Versions, Surface.Official, "List versions, newest first")
        {
            Query =
            [
                View("basic"), Limit, Page, new("memory_id", "Of this memory, deleted or not", Text()),
                new("operation", "Of this operation", OneOf("created", "modified", "deleted")), new("api_key_id", "Written with this key", Text()),
                new("session_id", "Written by this session", Text()), new("service_account_id", "Written by this service account", Text()), From, Until,
            ],
            Answer = WireJson.Wire.PageBodyVersionBody, Refusals = [404],
        },
        new("GET", Store + "/memory_versions/{versionId}", "retrieveMemoryVersion", Versions, Surface.Official, "Retrieve a version")
            { Query = [View("full")], Answer = WireJson.Wire.VersionBody, Refusals = [404] },
        new("POST", Store + "/memory_versions/{versionId}/redact", "redactMemoryVersion", Versions, Surface.Official, "Take a version's content and path away for good")
        {
            Body = RequestBodies.Nothing, Answer = WireJson.Wire.VersionBody, Refusals = [404],
            Description = "Answered when no file holds the bytes any more; 503 with retry-after while that goes on.",
        },

        new("POST", "/v1/agents", "createAgent", Agents, Surface.Managed, "Create an agent, at version 1")
            { Body = AgentBodies.CreateAgent, Answer = WireJson.Wire.AgentBody },
        new("GET", "/v1/agents", "listAgents", Agents, Surface.Managed, "List agents as they are now, newest first")
            { Query = [Limit, Page, Archived, From, Until], Answer = WireJson.Wire.PageBodyAgentBody },
        new("GET", Agent, "retrieveAgent", Agents, Surface.Managed, "Retrieve an agent")
        {
            Query = [new("version", "As it was at this version; absent: as it is now", new JsonObject { ["type"] = "integer", ["minimum"] = 1 })],
            Answer = WireJson.Wire.AgentBody, Refusals = [404],
        },
        new("POST", Agent, "updateAgent", Agents, Surface.Managed, "Make an agent's next version")
        {
            Body = AgentBodies.UpdateAgent, Answer = WireJson.Wire.AgentBody, Refusals = [404, 409],
            Description = "What changes nothing makes no version. An archived agent cannot be changed.",
        },
        new("POST", Agent + "/archive", "archiveAgent", Agents, Surface.Managed, "Close an agent for changes, for good")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.AgentBody, Refusals = [404] },
        new("GET", Agent + "/versions", "listAgentVersions", Agents, Surface.Managed, "List the versions of an agent, the current one first")
            { Query = [Limit, Page], Answer = WireJson.Wire.PageBodyAgentBody, Refusals = [404] },

        new("POST", "/v1/environments", "createEnvironment", Environments, Surface.Managed, "Create an environment")
            { Body = AgentBodies.CreateEnvironment, Answer = WireJson.Wire.EnvironmentBody },
        new("GET", "/v1/environments", "listEnvironments", Environments, Surface.Managed, "List environments, newest first")
            { Query = [Limit, Page, Archived], Answer = WireJson.Wire.PageBodyEnvironmentBody },
        new("GET", Environment, "retrieveEnvironment", Environments, Surface.Managed, "Retrieve an environment")
            { Answer = WireJson.Wire.EnvironmentBody, Refusals = [404] },
        new("POST", Environment, "updateEnvironment", Environments, Surface.Managed, "Change an environment's name, description, configuration or metadata")
        {
            Body = AgentBodies.UpdateEnvironment, Answer = WireJson.Wire.EnvironmentBody, Refusals = [404],
            Description = "The type of the configuration stays. An archived environment cannot be changed.",
        },
        new("DELETE", Environment, "deleteEnvironment", Environments, Surface.Managed, "Delete an environment, archived or not")
            { Answer = WireJson.Wire.DeletedBody, Refusals = [404] },
        new("POST", Environment + "/archive", "archiveEnvironment", Environments, Surface.Managed, "Close an environment for changes and new sessions, for good")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.EnvironmentBody, Refusals = [404] },

        .. SessionOperations.All,
        .. WorkOperations.All,

        new("POST", "/ext" + Store + "/commits", "commitChanges", Commits, Surface.Extension, "Change several memories at once")
        {
            Body = RequestBodies.Commit, Answer = WireJson.Wire.CommitBody, Refusals = [404, 409],
            Description = "An atomic commit that is refused names the change by error.details.change.",
        },

        new("GET", "/ext" + Store + "/changes", "listChanges", Feed, Surface.Extension, "What happened after a cursor: a page, a long poll, or a stream")
        {
            Query =
            [
                new("after", "A cursor that an answer gave; absent: from now on", Text()),
                new("wait", "Seconds to wait for the first change", Number(0, Limits.PollSeconds, 0)),
                new("limit", "Changes of a page; a stream reads as many at a time", Number(1, Limits.ChangesPerPage, Limits.ChangesPerPageDefault)),
            ],
            Answer = WireJson.Wire.ChangesBody, Stream = ("text/event-stream", [WireJson.Wire.ChangeEventBody, WireJson.Wire.FeedNoteBody]), Refusals = [404],
            Description = "With Accept: text/event-stream a stream of server-sent events: change with a ChangeEvent; heartbeat, reset, resume and deleted with a FeedNote; each with its cursor as id. The header Last-Event-ID wins over after.",
        },
        new("GET", "/ext" + Store + "/snapshot", "takeSnapshot", Feed, Surface.Extension, "A whole store at one moment, as lines of JSON")
        {
            Query = [View("basic")], Stream = ("application/x-ndjson", [WireJson.Wire.SnapshotBody, WireJson.Wire.MemoryBody, WireJson.Wire.SnapshotEndBody]), Refusals = [404],
            Description = "First a Snapshot, then each Memory in the order of paths, then a SnapshotEnd; without it the answer was cut.",
        },

        new("GET", "/ext" + Store + "/history", "listHistory", Feed, Surface.Extension, "Everything that ever happened, entry by entry, newest first")
        {
            Query =
            [
                Limit, Page, new("order", "desc: the newest first; asc: the oldest", OneOf("asc", "desc")),
                new("after", "Only what has a greater seq", Seq()), new("before", "Only what has a smaller seq", Seq()),
                new("kind", "Only of this kind", OneOf(WireSchemas.HistoryKinds)), new("memory_id", "Only of this memory, deleted or not", Text()),
                new("path", "Only what stands at this path", new JsonObject { ["type"] = "string", ["pattern"] = "^/.+" }),
                new("path_prefix", "Only what stands below this directory, given with its final '/'", new JsonObject { ["type"] = "string", ["pattern"] = "^/(.*/)?$" }),
            ],
            Answer = WireJson.Wire.PageBodyHistoryEntryBody, Refusals = [404],
        },

        new("GET", "/ext/v1", "describeServer", Server, Surface.Extension, "What this server is, offers and allows, and who asks") { Answer = WireJson.Wire.ServerBody },
        new("POST", "/ext/v1/keys", "createKey", Access, Surface.Administration, "Make a key; its secret is in this answer only")
            { Body = RequestBodies.CreateKey, Answer = WireJson.Wire.KeyBody },
        new("GET", "/ext/v1/keys", "listKeys", Access, Surface.Administration, "List keys, newest first, ended ones included")
            { Query = [Limit, Page], Answer = WireJson.Wire.PageBodyKeyBody },
        new("GET", "/ext/v1/keys/{keyId}", "retrieveKey", Access, Surface.Administration, "Retrieve a key") { Answer = WireJson.Wire.KeyBody, Refusals = [404] },
        new("POST", "/ext/v1/keys/{keyId}/rotate", "rotateKey", Access, Surface.Administration, "Give a key a new secret")
            { Body = RequestBodies.RotateKey, Answer = WireJson.Wire.KeyBody, Refusals = [404] },
        new("POST", "/ext/v1/keys/{keyId}/revoke", "revokeKey", Access, Surface.Administration, "End a key for good, at once")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.KeyBody, Refusals = [404] },
        new("GET", "/ext/v1/workspaces", "listWorkspaces", Access, Surface.Administration, "List workspaces: all for the default one's administrators, else one's own")
            { Answer = WireJson.Wire.PageBodyWorkspaceBody },
        new("GET", "/ext/v1/administration", "listAdministration", Access, Surface.Administration, "What administrators did, newest first")
            { Query = [Limit, Page], Answer = WireJson.Wire.PageBodyAdministrationBody },

        new("GET", "/healthz", "health", Server, Surface.Open, "Whether the process lives") { Answer = WireJson.Wire.HealthBody },
        new("GET", "/readyz", "readiness", Server, Surface.Open, "Whether reads and writes are taken; 503 when not") { Answer = WireJson.Wire.HealthBody },
        new("GET", "/metrics", "metrics", Server, Surface.Open, "How it is doing, as Prometheus text") { Media = "text/plain" },
        new("GET", "/openapi/v1.json", "openapi", Server, Surface.Open, "This document"),
    ];

    private static Parameter View(string unlessGiven) => new("view", $"full: with content; basic: content is null. {unlessGiven} when absent", OneOf("basic", "full"));

    internal static JsonObject Number(int least, int most, int unlessGiven) =>
        new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most, ["default"] = unlessGiven };

    private static JsonObject Seq() => new() { ["type"] = "integer", ["minimum"] = 0 };

    internal static JsonObject Text() => new() { ["type"] = "string" };

    internal static JsonObject Time() => new() { ["type"] = "string", ["format"] = "date-time" };

    internal static JsonObject OneOf(params string[] values) => RequestBodies.OneOf(values);
}
