namespace MemoryStores.Contract.Wire;

/// <summary>Work as the wire shows it; all fields are always there.</summary>
public sealed record WorkBody
{
    public required string Id { get; init; }
    public string Type { get; } = "work";
    public required string EnvironmentId { get; init; }
    public required string State { get; init; }
    public required WorkDataBody Data { get; init; }

    /// <summary>For the worker that is shown it, and in no other answer: base64url of JSON with a token of the session.</summary>
    public string? Secret { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
    public required string CreatedAt { get; init; }
    public required string? AcknowledgedAt { get; init; }
    public required string? StartedAt { get; init; }
    public required string? LatestHeartbeatAt { get; init; }
    public required string? StopRequestedAt { get; init; }
    public required string? StoppedAt { get; init; }
}

/// <summary>What the work is for.</summary>
public sealed record WorkDataBody(string Id)
{
    public string Type { get; } = "session";
}

/// <summary>The answer to a heartbeat; without one so far the time is empty.</summary>
public sealed record WorkHeartbeatBody(string LastHeartbeat, bool LeaseExtended, string State, int TtlSeconds)
{
    public string Type { get; } = "work_heartbeat";
}

public sealed record WorkStatsBody(long Depth, long Pending, string? OldestQueuedAt, int? WorkersPolling)
{
    public string Type { get; } = "work_queue_stats";
}
