namespace MemoryStores.Contract.Errors;

/// <summary>
/// Every way a request can be refused, in the order in which they are checked; the first that applies is the answer.
/// A refusal is an expected ending: operations return it, nobody throws it. <see cref="Status"/> and <see cref="Type"/>
/// are the contract's; <see cref="Message"/> says what was wrong, with what value, and what to do.
/// </summary>
public abstract record Refusal(int Status, string Type, string Message)
{
    /// <summary>A machine-readable reason below <see cref="Type"/>, where the contract has one.</summary>
    public string? Code { get; init; }

    /// <summary>Seconds after which a repeat may succeed; null where repeating is pointless or up to the caller.</summary>
    public int? RetryAfterSeconds { get; init; }

    private const string Invalid = "invalid_request_error";
    private const string Unknown = "not_found_error";
    private const string Forbidden = "permission_error";
    private const string Lost = "memory_precondition_failed_error";

    // 1. The route.
    public sealed record UnknownRoute(string Hint) : Refusal(404, Unknown, Hint);
    public sealed record MethodNotAllowed(string Method, string Allowed)
        : Refusal(405, Invalid, $"{Method} is not possible here; allowed: {Allowed}.");
    public sealed record MalformedRequest(int HttpStatus, string Hint) : Refusal(HttpStatus, Invalid, Hint);

    // 2. The credential.
    public sealed record CredentialMissing()
        : Refusal(401, "authentication_error", "No API key was sent. Send it as 'x-api-key: KEY' or 'Authorization: Bearer KEY'.");
    public sealed record CredentialWrong()
        : Refusal(401, "authentication_error", "This API key is not known here. Check the key, and that it belongs to this server.");

    // 3. The headers.
    public sealed record BadHeader(string Hint) : Refusal(400, Invalid, Hint);
    public sealed record OtherWorkspace()
        : Refusal(403, Forbidden, "The anthropic-workspace-id header names a workspace this API key does not belong to.");

    public sealed record RoleTooNarrow(string Needed)
        : Refusal(403, Forbidden, $"This API key may not do that: it needs the role {Needed}. Ask an administrator for such a key.");
    public sealed record ScopeTooNarrow()
        : Refusal(403, Forbidden, "This API key is confined to some stores or a directory and may not do that to a whole store.");
    public sealed record WorkspaceOutOfScope()
        : Refusal(403, Forbidden, "This API key is confined to some stores or a directory; agents, environments and sessions belong to the whole workspace. Use a key without stores and path_prefix.");
    public sealed record TokenTooNarrow()
        : Refusal(403, Forbidden, "This token may not do that: a session's token reaches the memories of the session's stores, its own session and its own events; an environment's key reaches its work.");
    public sealed record NeedsOperator()
        : Refusal(403, Forbidden, "Only administrators of the default workspace may name another workspace.");

    // 4. The body and the fields.
    public sealed record BodyTooLarge(long Limit)
        : Refusal(413, "request_too_large", $"The request body is larger than {Limit:N0} bytes.");
    public sealed record UnsupportedMediaType(string Given)
        : Refusal(415, Invalid, $"The body has the content-type '{Given}'; send 'application/json'.");
    public sealed record MalformedBody(string Hint) : Refusal(400, Invalid, Hint);
    public sealed record BadField(string Field, string Hint) : Refusal(400, Invalid, $"{Field}: {Hint}");

    // 5. The store.
    public sealed record StoreUnknown(string Store)
        : Refusal(404, Unknown, $"There is no memory store '{Store}' in this workspace.");
    public sealed record StoreArchived()
        : Refusal(400, Invalid, "This memory store is archived: it can be read, its memories deleted and versions redacted, nothing else.");

    public sealed record StoreReadOnly()
        : Refusal(403, Forbidden, "This session may read this memory store and not write to it: it is attached as read_only.");

    // 6. The memory or version.
    public sealed record MemoryUnknown(string Memory)
        : Refusal(404, Unknown, $"There is no memory '{Memory}' in this store; it may have been deleted.");
    public sealed record VersionUnknown(string Version)
        : Refusal(404, Unknown, $"There is no memory version '{Version}' in this store.");
    public sealed record ConflictUnknown(string Version)
        : Refusal(400, Invalid, $"conflict_with: there is no memory version '{Version}' in this store; send the id of the version that this save contradicts, or leave it out.");
    public sealed record VersionIsHead()
        : Refusal(400, Invalid, "This version is the current one of its memory and cannot be redacted. Update or delete the memory first.");

    // 7. The precondition. Both forms name the way out: read again.
    public sealed record PreconditionFailed()
        : Refusal(409, Lost, "The memory has changed: its content is not the one you expected. Read it again, then repeat your change on it.");
    public sealed record VersionMoved()
        : Refusal(409, Lost, "The memory has changed: its head is not the version you expected. Read it again, then repeat your change on it.");

    // 8. The path.
    public sealed record OutsidePrefix(string Prefix)
        : Refusal(403, Forbidden, $"This API key is confined to '{Prefix}'; choose a path below it.");
    public sealed record PathConflict(string Path, string Memory)
        : Refusal(409, "memory_path_conflict_error",
            $"The path is taken: {(Memory.Length > 0 ? $"the memory {Memory}" : "a memory")} is at '{Path}'. Memories cannot be at, above or below another.");

    // Keys, which are their own small world.
    public sealed record KeyUnknown(string Key) : Refusal(404, Unknown, $"There is no API key '{Key}' in this workspace.");
    public sealed record KeyRevoked() : Refusal(400, Invalid, "This API key is revoked, for good. Create a new one.");
    public sealed record LastAdminKey()
        : Refusal(400, Invalid, "This is the last admin key of its workspace that does not expire; revoking it would lock everyone out. Create another first.");

    // Agents and environments.
    public sealed record AgentUnknown(string Agent)
        : Refusal(404, Unknown, $"There is no agent '{Agent}' in this workspace.");
    public sealed record AgentVersionUnknown(string Agent, long Version)
        : Refusal(404, Unknown, $"The agent '{Agent}' has no version {Version}; GET /v1/agents/{Agent}/versions lists those there are.");
    public sealed record AgentArchived()
        : Refusal(400, Invalid, "This agent is archived, for good: it can be read and nothing else. Create a new one.");
    public sealed record EnvironmentUnknown(string Environment)
        : Refusal(404, Unknown, $"There is no environment '{Environment}' in this workspace.");

    public sealed record EnvironmentArchived : Refusal
    {
        public EnvironmentArchived() : base(400, Invalid, "This environment is archived, for good: it can be read and deleted, nothing else. Create a new one.")
            => Code = "environment_archived";
    }

    public sealed record ConfigTypeFixed : Refusal
    {
        public ConfigTypeFixed(string stored, string given)
            : base(400, Invalid, $"config.type: is '{stored}' and cannot become '{given}'; create another environment.") => Code = "invalid_config_type_change";
    }

    // Sessions, their resources, threads and events.
    public sealed record SessionUnknown(string Session)
        : Refusal(404, Unknown, $"There is no session '{Session}' in this workspace.");
    public sealed record SessionArchived()
        : Refusal(400, Invalid, "This session is archived, for good: it can be read and deleted, nothing else. Create a new one.");
    public sealed record SessionRunning(string What)
        : Refusal(400, Invalid, $"The session is running and cannot be {What}; send a user.interrupt first, or wait until it is idle.");
    public sealed record ResourceUnknown(string Resource)
        : Refusal(404, Unknown, $"There is no resource '{Resource}' in this session. A memory store's id is that of the store.");
    public sealed record ThreadUnknown(string Thread)
        : Refusal(404, Unknown, $"There is no thread '{Thread}' in this session.");

    public sealed record EventOutOfScope(string Kind)
        : Refusal(403, Forbidden, $"A session's token sends results of tools (user.tool_result, user.custom_tool_result) and nothing else; {Kind} takes a key.");
    public sealed record WorkUnknown(string Work) : Refusal(404, Unknown, $"There is no work '{Work}' in this environment.");
    public sealed record TokenUnknown(string Token) : Refusal(404, Unknown, $"There is no token '{Token}' here.");

    public sealed record BudgetCreateOnly : Refusal
    {
        public BudgetCreateOnly() : base(400, Invalid, "budget: a session has a budget from its creation or never; it can be replaced or removed, not added.")
            => Code = "budget_create_only";
    }

    // 9. Other clashes with concurrent work.
    public sealed record AgentMoved(long Version, long Expected)
        : Refusal(409, "conflict_error", $"The agent has changed: it is at version {Version}, and you expected {Expected}. Read it again, then repeat your change on it.");
    public sealed record CommitIdReused(string CommitId)
        : Refusal(409, "conflict_error", $"The commit_id '{CommitId}' was already used for other changes. Use a new one for each commit.");

    public sealed record WorkStopped(string Work) : Refusal(409, "conflict_error", $"The work '{Work}' has stopped or is to stop; nothing of it can be taken or stopped any more.");
    public sealed record HeartbeatLost : Refusal
    {
        public HeartbeatLost(string? lastHeartbeat, string state, int ttlSeconds)
            : base(412, Invalid, "expected_last_heartbeat is not the last heartbeat of this work: another worker may have it. Leave it alone.")
            => (Code, Lease) = ("heartbeat_precondition_failed", new LeaseState(lastHeartbeat, state, ttlSeconds));

        public LeaseState Lease { get; }
    }

    // 10. The limits.
    public sealed record StoreFull(int Limit)
        : Refusal(400, Invalid, $"The store holds {Limit:N0} memories, which is its limit (memories_per_store). Delete some first.");
    public sealed record StoreBytesFull(long Limit)
        : Refusal(400, Invalid, $"The store's memories would hold more than {Limit:N0} bytes together (store_bytes). Delete or shorten some first.");
    public sealed record WorkspaceFull(int Limit)
        : Refusal(400, Invalid, $"The workspace has {Limit:N0} memory stores, which is its limit (stores_per_workspace). Delete some first.");
    public sealed record ContentTooLarge(long Size, int Limit)
        : Refusal(400, Invalid, $"content: {Size:N0} bytes; a memory holds at most {Limit:N0} (memory_bytes).");

    public sealed record DefinitionTooLarge(long Size, int Limit)
        : Refusal(400, Invalid, $"All fields together are {Size:N0} bytes of JSON; at most {Limit:N0} are possible. Shorten them.");

    // 11. The server itself.
    public sealed record RateLimited : Refusal
    {
        public RateLimited(string what, int perMinute, int seconds)
            : base(429, "rate_limit_error", $"This workspace is limited to {perMinute:N0} {what} a minute; wait {seconds} s.") => RetryAfterSeconds = seconds;
    }

    public sealed record TooManyFeeds : Refusal
    {
        public TooManyFeeds(string whose, int limit)
            : base(429, "rate_limit_error", $"This {whose} has {limit:N0} streams and long polls of changes open, which is its limit. Close some, or ask for several stores in turn.") => RetryAfterSeconds = 5;
    }

    public sealed record UnknownHost(string Host)
        : Refusal(421, Invalid, $"The request is for the host '{Host}', which this server does not serve; use its own address or localhost.");
    public sealed record StillErasing : Refusal
    {
        public StillErasing() : base(503, "overloaded_error",
            "The content is hidden already; erasing its bytes from the files goes on. Repeat the call to learn when it is done.")
            => RetryAfterSeconds = 2;
    }

    public sealed record Unavailable : Refusal
    {
        public Unavailable(string why) : base(503, "overloaded_error", why) => RetryAfterSeconds = 5;
    }

    public sealed record Broken()
        : Refusal(500, "api_error", "The server failed to answer this request; its log has the details under the request id.");
}

/// <summary>The lease of work as the server holds it.</summary>
public sealed record LeaseState(string? LastHeartbeat, string State, int TtlSeconds)
{
    /// <summary>A refused heartbeat extends nothing.</summary>
    public bool LeaseExtended { get; }
}
