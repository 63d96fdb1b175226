using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>A session as the wire shows it; all fields are always there.</summary>
public sealed record SessionBody
{
    public required string Id { get; init; }
    public string Type { get; } = "session";
    public required string Status { get; init; }
    public required string? Title { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public required string EnvironmentId { get; init; }
    public required SessionAgent Agent { get; init; }
    public required IReadOnlyList<SessionResource> Resources { get; init; }
    public required IReadOnlyList<string> VaultIds { get; init; }
    public required StoredJson? Budget { get; init; }
    public required SessionStatsBody Stats { get; init; }
    public SessionUsageBody Usage { get; init; } = new();

    /// <summary>Nothing here evaluates an outcome.</summary>
    public IReadOnlyList<StoredJson> OutcomeEvaluations { get; init; } = [];

    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
    public required string? ArchivedAt { get; init; }

    /// <summary>There are no deployments here.</summary>
    public string? DeploymentId { get; init; }
}

/// <summary>How long a session has been there, and how long of that it was running.</summary>
public sealed record SessionStatsBody(long ActiveSeconds, long DurationSeconds);

/// <summary>What models were paid for. No model runs here.</summary>
public sealed record SessionUsageBody
{
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public long CacheReadInputTokens { get; init; }
    public CacheCreationBody CacheCreation { get; init; } = new();
}

public sealed record CacheCreationBody
{
    [JsonPropertyName("ephemeral_1h_input_tokens")]
    public long HourInputTokens { get; init; }

    [JsonPropertyName("ephemeral_5m_input_tokens")]
    public long MinutesInputTokens { get; init; }
}

/// <summary>One page of sessions, with the way back.</summary>
public sealed record SessionPageBody(IReadOnlyList<SessionBody> Data, string? NextPage, string? PrevPage);

/// <summary>The thread of a session: each has the one it began with.</summary>
public sealed record SessionThreadBody
{
    public required string Id { get; init; }
    public string Type { get; } = "session_thread";
    public required string SessionId { get; init; }
    public required SessionAgent Agent { get; init; }
    public required string Status { get; init; }
    public string? ParentThreadId { get; init; }
    public string? WorkflowRunId { get; init; }
    public required SessionStatsBody Stats { get; init; }
    public SessionUsageBody Usage { get; init; } = new();
    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
    public required string? ArchivedAt { get; init; }
}

/// <summary>The note for an agent's prompt that tells where its memory is; empty for a session without stores.</summary>
public sealed record SessionPromptBody(string SessionId, string Text)
{
    public string Type { get; } = "session_prompt";
}

/// <summary>Events as they were sent, each with its id and when it was processed.</summary>
public sealed record SentEventsBody(IReadOnlyList<StoredJson> Data);

/// <summary>Events that were told, as the session has them now; so many of them are new.</summary>
public sealed record RecordedEventsBody(IReadOnlyList<StoredJson> Data, int Recorded);

/// <summary>One page of a transcript.</summary>
public sealed record EventPageBody(IReadOnlyList<StoredJson> Data, string? NextPage);
