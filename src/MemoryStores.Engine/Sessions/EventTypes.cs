namespace MemoryStores.Engine.Sessions;

/// <summary>The names of all events there are, and what the server knows of some.</summary>
public static class EventTypes
{
    public const string UserMessage = "user.message";
    public const string UserInterrupt = "user.interrupt";
    public const string UserToolConfirmation = "user.tool_confirmation";
    public const string UserToolResult = "user.tool_result";
    public const string UserCustomToolResult = "user.custom_tool_result";
    public const string UserDefineOutcome = "user.define_outcome";
    public const string SystemMessage = "system.message";
    public const string SessionError = "session.error";
    public const string SessionUpdated = "session.updated";
    public const string SessionDeleted = "session.deleted";
    public const string StatusRunning = "session.status_running";
    public const string StatusIdle = "session.status_idle";
    public const string StatusRescheduled = "session.status_rescheduled";
    public const string StatusTerminated = "session.status_terminated";

    /// <summary>What a client may send.</summary>
    public static readonly IReadOnlyList<string> Sendable =
        [UserMessage, UserInterrupt, UserToolConfirmation, UserCustomToolResult, UserToolResult, UserDefineOutcome, SystemMessage];

    /// <summary>What a new session may begin with.</summary>
    public static readonly IReadOnlyList<string> Initial = [UserMessage, UserDefineOutcome];

    /// <summary>What a program that runs tools for a session may send with the session's token.</summary>
    public static readonly IReadOnlyList<string> ToolResults = [UserToolResult, UserCustomToolResult];

    /// <summary>Everything that can stand in a transcript.</summary>
    public static readonly IReadOnlySet<string> All = new HashSet<string>(
    [
        .. Sendable,
        "agent.message", "agent.thinking", "agent.tool_use", "agent.tool_result", "agent.mcp_tool_use", "agent.mcp_tool_result", "agent.custom_tool_use",
        "agent.thread_message_sent", "agent.thread_message_received", "agent.thread_context_compacted",
        StatusRunning, StatusIdle, StatusRescheduled, StatusTerminated, SessionError, "session.usage", SessionUpdated, SessionDeleted, "session.thread_created",
        "session.thread_status_running", "session.thread_status_idle", "session.thread_status_rescheduled", "session.thread_status_terminated",
        "span.model_request_start", "span.model_request_end",
        "span.outcome_evaluation_start", "span.outcome_evaluation_ongoing", "span.outcome_evaluation_end",
        "workflow_run.created", "workflow_run.status_running", "workflow_run.status_idle", "workflow_run.status_ended", "workflow_run.phase_started",
        "workflow_run.phase_ended", "workflow_run.error", "workflow_run.ended",
    ], StringComparer.Ordinal);

    /// <summary>Whether it waits until a program that runs the agent takes it; all else is stamped as it comes. An interrupt is the server's.</summary>
    public static bool Waits(string type) => type is UserMessage or UserToolConfirmation or SystemMessage;

    /// <summary>Whether a worker is needed for what it says, where the session's environment has workers.</summary>
    public static bool NeedsWorker(string type) => type is StatusRunning or "agent.tool_use" or "agent.custom_tool_use";

    /// <summary>The status that an event of this type brings a session into.</summary>
    public static SessionStatus? StatusAfter(string type) => type switch
    {
        StatusRunning => SessionStatus.Running,
        StatusIdle => SessionStatus.Idle,
        StatusRescheduled => SessionStatus.Rescheduling,
        StatusTerminated => SessionStatus.Terminated,
        _ => null,
    };
}
