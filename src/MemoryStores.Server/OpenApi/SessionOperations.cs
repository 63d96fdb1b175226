using System.Text.Json.Nodes;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Server.Http;
using static MemoryStores.Server.OpenApi.Operations;

namespace MemoryStores.Server.OpenApi;

/// <summary>The operations around sessions.</summary>
internal static class SessionOperations
{
    private const string Session = "/v1/sessions/{sessionId}";
    private const string Thread = Session + "/threads/{threadId}";

    private const string Tokens = "/ext" + Session + "/tokens";
    private const string Keys = "/ext/v1/environments/{environmentId}/keys";

    private static readonly Parameter[] Statuses =
        [new("statuses", "Of these statuses; may be repeated", Text()), new("statuses[]", "The same as statuses", Text())];

    private static readonly Parameter[] Times =
    [
        new("created_at[gte]", "At this time or later", Time()), new("created_at[gt]", "Later", Time()),
        new("created_at[lte]", "At this time or earlier", Time()), new("created_at[lt]", "Earlier", Time()),
    ];

    private static readonly Parameter[] OfEvents =
    [
        new("limit", "Events of a page; one of more than 4 MB ends earlier", Number(1, Limits.EventsPerPage, Limits.PageItems)), Page,
        new("order", "asc: the earliest first (the default); desc: the latest", OneOf("asc", "desc")),
        new("types", "Of these types; may be repeated", Text()), new("types[]", "The same as types", Text()), .. Times,
    ];

    private static readonly Parameter[] Deltas =
    [
        new("event_deltas", "agent.message or agent.thinking; may be repeated. Nothing here sends deltas yet", Text()), new("event_deltas[]", "The same as event_deltas", Text()),
    ];

    private const string AboutStreams =
        "Server-sent events: each has the event's type as its name and the event as its data. Nothing is repeated: open the stream, then list. A comment now and then says that it lives. It ends after session.deleted.";

    public static readonly IReadOnlyList<Operation> All =
    [
        new("POST", "/v1/sessions", "createSession", Sessions, Surface.Managed, "Create a session")
        {
            Body = SessionBodies.CreateSession, Answer = WireJson.Wire.SessionBody, Refusals = [404],
            Description = "Memory stores are given here and never later. A refused session makes nothing.",
        },
        new("GET", "/v1/sessions", "listSessions", Sessions, Surface.Managed, "List sessions, newest first")
        {
            Query =
            [
                Limit, Page, Archived, new("order", "desc: the newest first (the default); asc: the oldest", OneOf("asc", "desc")),
                new("agent_id", "Made of this agent", Text()), new("agent_version", "Made of it at this version", new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
                new("memory_store_id", "With this store among their resources", Text()), new("deployment_id", "Of a deployment; there are none", Text()),
                .. Statuses, .. Times,
            ],
            Answer = WireJson.Wire.SessionPageBody,
        },
        new("GET", Session, "retrieveSession", Sessions, Surface.Managed, "Retrieve a session") { Answer = WireJson.Wire.SessionBody, Refusals = [404] },
        new("POST", Session, "updateSession", Sessions, Surface.Managed, "Change a session's title, metadata, budget, tools or servers")
        {
            Body = SessionBodies.UpdateSession, Answer = WireJson.Wire.SessionBody, Refusals = [404],
            Description = "Tools and servers change while the session is idle.",
        },
        new("DELETE", Session, "deleteSession", Sessions, Surface.Managed, "Delete a session with its transcript; its stores stay")
            { Answer = WireJson.Wire.DeletedBody, Refusals = [404] },
        new("POST", Session + "/archive", "archiveSession", Sessions, Surface.Managed, "End a session for good; its transcript stays")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.SessionBody, Refusals = [404] },

        new("GET", Session + "/resources", "listSessionResources", Sessions, Surface.Managed, "List what a session has in its sandbox")
            { Answer = WireJson.Wire.PageBodySessionResource, Refusals = [404] },
        new("POST", Session + "/resources", "addSessionResource", Sessions, Surface.Managed, "Add a file to a session")
            { Body = SessionBodies.AddResource, Answer = WireJson.Wire.SessionResource, Refusals = [404] },
        new("GET", Session + "/resources/{resourceId}", "retrieveSessionResource", Sessions, Surface.Managed, "Retrieve a resource; a memory store by the id of the store")
            { Answer = WireJson.Wire.SessionResource, Refusals = [404] },
        new("POST", Session + "/resources/{resourceId}", "updateSessionResource", Sessions, Surface.Managed, "Replace the token of a repository")
        {
            Body = SessionBodies.RenewResource, Answer = WireJson.Wire.SessionResource, Refusals = [404],
            Description = "The token is kept nowhere: nothing on this server uses it.",
        },
        new("DELETE", Session + "/resources/{resourceId}", "deleteSessionResource", Sessions, Surface.Managed, "Take a file or repository away")
            { Answer = WireJson.Wire.DeletedBody, Refusals = [404] },

        new("GET", Session + "/threads", "listSessionThreads", Sessions, Surface.Managed, "List the threads of a session: the one it began with")
            { Query = Statuses, Answer = WireJson.Wire.PageBodySessionThreadBody, Refusals = [404] },
        new("GET", Thread, "retrieveSessionThread", Sessions, Surface.Managed, "Retrieve a thread") { Answer = WireJson.Wire.SessionThreadBody, Refusals = [404] },
        new("POST", Thread + "/archive", "archiveSessionThread", Sessions, Surface.Managed, "Mark a thread as archived")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.SessionThreadBody, Refusals = [404] },

        new("POST", Session + "/events", "sendEvents", Events, Surface.Managed, "Send events to a session, all or none")
        {
            Body = SessionBodies.SendEvents, Answer = WireJson.Wire.SentEventsBody, Refusals = [404],
            Description = "No model runs here: a message waits, and in an idle session an event session.error says so.",
        },
        new("GET", Session + "/events", "listEvents", Events, Surface.Managed, "List the events of a session; those that wait come last")
            { Query = OfEvents, Answer = WireJson.Wire.EventPageBody, Refusals = [404] },
        new("GET", Thread + "/events", "listThreadEvents", Events, Surface.Managed, "List the events of a thread")
            { Query = OfEvents, Answer = WireJson.Wire.EventPageBody, Refusals = [404] },
        new("GET", Session + "/events/stream", "streamEvents", Events, Surface.Managed, "What happens in a session from now on")
            { Query = Deltas, Stream = ("text/event-stream", [WireJson.Wire.StoredJson]), Refusals = [404], Description = AboutStreams },
        new("GET", Thread + "/stream", "streamThreadEvents", Events, Surface.Managed, "What happens in a thread from now on")
            { Query = Deltas, Stream = ("text/event-stream", [WireJson.Wire.StoredJson]), Refusals = [404], Description = AboutStreams },
        new("POST", "/ext" + Session + "/events", "recordEvents", Events, Surface.Extension, "Record what happened elsewhere: events of any type, with their own times and ids")
        {
            Body = SessionBodies.RecordEvents, Answer = WireJson.Wire.RecordedEventsBody, Refusals = [404],
            Description = "An id that the session has already is that event: nothing is recorded, so that a batch can be repeated. Without processed_at it happens now, and session.status_… moves the session's status; running takes the events that wait.",
        },
        new("GET", "/ext" + Session + "/prompt", "retrieveSessionPrompt", Sessions, Surface.Extension, "The note that tells an agent where its memory is")
        {
            Answer = WireJson.Wire.SessionPromptBody, Refusals = [404],
            Description = "Path, access, name, description and instructions of each store. Words of others stand in it as data, inside of tags they cannot close.",
        },
        new("POST", Tokens, "createSessionToken", Access, Surface.Extension, "Make a token of a session; it is in this answer only")
        {
            Body = SessionBodies.CreateToken, Answer = WireJson.Wire.TokenBody, Refusals = [404],
            Description = "It can do what the session's mounts may, read the session and its events, and send results of tools. When the session ends, what was written until then may reach its stores for 24 hours more.",
        },
        new("GET", Tokens, "listSessionTokens", Access, Surface.Extension, "List the tokens of a session, newest first")
            { Query = [Limit, Page], Answer = WireJson.Wire.PageBodyTokenBody, Refusals = [404] },
        new("POST", Tokens + "/{tokenId}/revoke", "revokeSessionToken", Access, Surface.Extension, "End a token for good, at once")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.TokenBody, Refusals = [404] },
        new("POST", Keys, "createEnvironmentKey", Access, Surface.Administration, "Make a key for the work of an environment; it is in this answer only")
            { Body = SessionBodies.CreateToken, Answer = WireJson.Wire.TokenBody, Refusals = [404] },
        new("GET", Keys, "listEnvironmentKeys", Access, Surface.Administration, "List the keys of an environment, newest first")
            { Query = [Limit, Page], Answer = WireJson.Wire.PageBodyTokenBody, Refusals = [404] },
        new("POST", Keys + "/{tokenId}/revoke", "revokeEnvironmentKey", Access, Surface.Administration, "End a key for good, at once")
            { Body = RequestBodies.Nothing, Answer = WireJson.Wire.TokenBody, Refusals = [404] },
    ];
}
