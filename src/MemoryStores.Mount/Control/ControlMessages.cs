using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryStores.Mount.Control;

/// <summary>
/// What a verb asks of a daemon: one JSON object on one line. <c>do</c> is "status", "drain", "drafts", "draft", "discard" or
/// "unmount". Of "unmount" are how long it may drain, and whether it unmounts whatever is left and whoever has files open; of
/// "draft" and "discard" which.
/// </summary>
internal sealed record ControlRequest
{
    public string? Do { get; init; }
    public long? DeadlineMs { get; init; }
    public bool Force { get; init; }
    public string? Draft { get; init; }
}

/// <summary>
/// A line of what the daemon answers, with one of these: the status; how many changes are still to go, as often as that changes;
/// and as the last line what draining or leaving came to, or why not.
/// </summary>
internal sealed record ControlAnswer
{
    public MountStatus? Status { get; init; }
    public int? Pending { get; init; }
    public DrainOutcome? Drained { get; init; }
    public LeaveOutcome? Left { get; init; }
    public IReadOnlyList<DraftEntry>? Drafts { get; init; }
    public DraftAnswer? Draft { get; init; }
    public string? Error { get; init; }
}

/// <summary>Whether there was such a draft, and its content where that was asked for.</summary>
internal sealed record DraftAnswer(bool Found, byte[]? Content);

/// <summary>A mount whose daemon does not say how it is, as the list of mounts shows it to programs.</summary>
internal sealed record UnansweredMount(
    string Directory, string Store, string StoreName, string Server, int Pid, string State, bool ReadOnly, string StartedAt, IReadOnlyList<string> Problems);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MountEntry))]
[JsonSerializable(typeof(MountStatus))]
[JsonSerializable(typeof(DraftEntry))]
[JsonSerializable(typeof(UnansweredMount))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlAnswer))]
internal sealed partial class ControlJson : JsonSerializerContext
{
    /// <summary>The context with no empty members and an encoder that leaves letters as they are, which the attribute cannot name.</summary>
    public static readonly ControlJson Wire = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
