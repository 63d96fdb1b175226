using System.Text.Json;

namespace MemoryStores.Mount.Control;

/// <summary>What verbs print for programs, in the words of the wire.</summary>
public static class MountJson
{
    public static ReadOnlyMemory<byte> Of(MountStatus status) => JsonSerializer.SerializeToUtf8Bytes(status, ControlJson.Wire.MountStatus);

    public static ReadOnlyMemory<byte> Of(DrainOutcome outcome) => JsonSerializer.SerializeToUtf8Bytes(outcome, ControlJson.Wire.DrainOutcome);

    public static ReadOnlyMemory<byte> Of(LeaveOutcome outcome) => JsonSerializer.SerializeToUtf8Bytes(outcome, ControlJson.Wire.LeaveOutcome);

    public static ReadOnlyMemory<byte> Of(DraftEntry draft) => JsonSerializer.SerializeToUtf8Bytes(draft, ControlJson.Wire.DraftEntry);

    /// <summary>Of a mount that is silent or dead: what the registry knows, and why there is no more.</summary>
    public static ReadOnlyMemory<byte> Of(MountEntry entry, string state, string problem) => JsonSerializer.SerializeToUtf8Bytes(
        new UnansweredMount(entry.Directory, entry.Store, entry.StoreName, entry.Server, entry.Pid, state, entry.ReadOnly, entry.StartedAt, [problem]),
        ControlJson.Wire.UnansweredMount);
}
