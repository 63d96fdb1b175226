namespace MemoryStores.Cli.Transcripts;

/// <summary>The types of events that a session takes.</summary>
internal static class WireTypes
{
    public const string UserMessage = "user.message";
    public const string UserInterrupt = "user.interrupt";
    public const string SystemMessage = "system.message";
    public const string AgentMessage = "agent.message";
    public const string AgentThinking = "agent.thinking";
    public const string ToolUse = "agent.tool_use";
    public const string ToolResult = "agent.tool_result";
    public const string McpToolUse = "agent.mcp_tool_use";
    public const string McpToolResult = "agent.mcp_tool_result";
    public const string MessageSent = "agent.thread_message_sent";
    public const string MessageReceived = "agent.thread_message_received";
    public const string Compacted = "agent.thread_context_compacted";
    public const string SessionError = "session.error";

    public static readonly IReadOnlySet<string> All = new HashSet<string>(
    [
        UserMessage, UserInterrupt, "user.tool_confirmation", "user.custom_tool_result", "user.tool_result", "user.define_outcome", SystemMessage,
        AgentMessage, AgentThinking, ToolUse, ToolResult, McpToolUse, McpToolResult, "agent.custom_tool_use", MessageSent, MessageReceived, Compacted,
        "session.status_running", "session.status_idle", "session.status_rescheduled", "session.status_terminated", SessionError, "session.usage",
        "session.updated", "session.deleted", "session.thread_created", "session.thread_status_running", "session.thread_status_idle",
        "session.thread_status_rescheduled", "session.thread_status_terminated", "span.model_request_start", "span.model_request_end",
        "span.outcome_evaluation_start", "span.outcome_evaluation_ongoing", "span.outcome_evaluation_end",
        "workflow_run.created", "workflow_run.status_running", "workflow_run.status_idle", "workflow_run.status_ended", "workflow_run.phase_started",
        "workflow_run.phase_ended", "workflow_run.error", "workflow_run.ended",
    ], StringComparer.Ordinal);
}
