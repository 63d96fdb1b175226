using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Engine.Work;

/// <summary>The numbers are stored: append, never renumber.</summary>
public enum WorkState
{
    /// <summary>Waits for a worker, also while one has been shown it and has not yet said that it takes it.</summary>
    Queued = 1,

    /// <summary>A worker takes it.</summary>
    Starting = 2,

    /// <summary>A worker is at it, and says so again and again.</summary>
    Active = 3,

    /// <summary>The worker is to come to an end.</summary>
    Stopping = 4,
    Stopped = 5,
}

/// <summary>A session that is to be served by a worker of a self-hosted environment: its tools run there.</summary>
public sealed record WorkItem(WorkId Id, WorkspaceId Workspace, EnvironmentId Environment, SessionId Session, WorkState State, long CreatedAt)
{
    public const int TtlSecondsUnlessAsked = 90;
    public const int TtlSecondsAtMost = 3_600;

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>When a worker was shown it the last time.</summary>
    public long? DeliveredAt { get; init; }
    public long? AcknowledgedAt { get; init; }
    public long? StartedAt { get; init; }
    public long? HeartbeatAt { get; init; }
    public long? StopRequestedAt { get; init; }
    public long? StoppedAt { get; init; }
    public int TtlSeconds { get; init; } = TtlSecondsUnlessAsked;

    /// <summary>Until when the worker that has it need not be heard of; null while none has it.</summary>
    public long? LeaseUntil => State is WorkState.Queued or WorkState.Stopped ? null : (HeartbeatAt ?? AcknowledgedAt) + TtlSeconds * 1_000_000L;

    public string StateName => NameOf(State);

    public static string NameOf(WorkState state) => state.ToString().ToLowerInvariant();

    /// <summary>Back in the queue: whoever had it is heard of no more.</summary>
    public WorkItem Requeued() => this with { State = WorkState.Queued, DeliveredAt = null, AcknowledgedAt = null, StartedAt = null, HeartbeatAt = null, TtlSeconds = TtlSecondsUnlessAsked };

    public WorkItem Ended(long now) => this with { State = WorkState.Stopped, StopRequestedAt = StopRequestedAt ?? now, StoppedAt = now };

    public string MetadataToJson() =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(Metadata.ToDictionary(), StringComparer.Ordinal), DefinitionJson.Stored.SortedDictionaryStringString);

    public static IReadOnlyDictionary<string, string> MetadataFromStorage(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, DefinitionJson.Stored.SortedDictionaryStringString)!;

    public bool Equals(WorkItem? other) =>
        other is not null && Id == other.Id && (State, CreatedAt, DeliveredAt, AcknowledgedAt, StartedAt, HeartbeatAt, StopRequestedAt, StoppedAt, TtlSeconds)
            == (other.State, other.CreatedAt, other.DeliveredAt, other.AcknowledgedAt, other.StartedAt, other.HeartbeatAt, other.StopRequestedAt, other.StoppedAt, other.TtlSeconds)
        && (Workspace, Environment, Session) == (other.Workspace, other.Environment, other.Session) && Metadata.SequenceEqual(other.Metadata);

    public override int GetHashCode() => Id.GetHashCode();
}
