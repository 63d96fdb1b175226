using MemoryStores.Contract;

namespace MemoryStores.Engine.Sessions;

/// <summary>
/// Something that was said or happened in a session, for good. <paramref name="Fields"/> are those of its type;
/// <paramref name="ProcessedAt"/> is null while it waits for a program that runs the agent. <paramref name="By"/> is who sent it, null where
/// the server speaks for itself.
/// </summary>
public sealed record SessionEvent(long Seq, string Id, string Type, StoredJson Fields, long RecordedAt, long? ProcessedAt, Actor? By)
{
    public const string Tag = "sevt_";

    /// <summary>Where it stands in the list: at its time, or behind all that have one.</summary>
    public long Place => ProcessedAt ?? long.MaxValue;

    /// <summary>As the wire shows it: the id, the type, its fields, when it was processed.</summary>
    public StoredJson ToWire()
    {
        var fields = Fields.Text.Length > 2 ? Fields.Text[1..^1] + "," : "";
        var at = ProcessedAt is { } time ? $"\"{Timestamp.Write(time)}\"" : "null";
        return StoredJson.FromStorage($$"""{"id":"{{Id}}","type":"{{Type}}",{{fields}}"processed_at":{{at}}}""");
    }
}

/// <summary>An event as it was sent, its fields checked.</summary>
public sealed record EventDraft(string Type, StoredJson Fields)
{
    /// <summary>The sender's own name for it: under one that the session has already nothing is recorded.</summary>
    public string? Id { get; init; }

    /// <summary>When it happened, where the sender tells of the past.</summary>
    public long? ProcessedAt { get; init; }
}
