using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryStores.Mount.Syncing;

/// <summary>What a sync has to say, for scripts: a line of JSON for each event, or one document in the end.</summary>
public static class SyncReport
{
    public static ReadOnlyMemory<byte> Of(SyncChange change) => JsonSerializer.SerializeToUtf8Bytes(ChangeOf(change), SyncReportJson.Wire.SyncChangeBody);

    public static ReadOnlyMemory<byte> Of(SyncOutcome outcome, IEnumerable<SyncChange>? changes) => JsonSerializer.SerializeToUtf8Bytes(
        new SyncOutcomeBody(outcome.IsInStep, changes?.Select(ChangeOf).ToArray(), outcome.Conflicts, outcome.LeftForLater, outcome.LocalFiles, outcome.Obstacles), SyncReportJson.Wire.SyncOutcomeBody);

    private static SyncChangeBody ChangeOf(SyncChange change) => new(change.Direction switch
    {
        SyncDirection.ToStore => "to_store",
        SyncDirection.ToDirectory => "to_directory",
        _ => "both",
    }, change.Action, change.Path, change.Note);
}

internal sealed record SyncChangeBody(string Direction, string Action, string Path, string? Note)
{
    public string Type { get; } = "change";
}

internal sealed record SyncOutcomeBody(
    bool InStep, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SyncChangeBody>? Changes, int Conflicts, int LeftForLater, int LocalFiles,
    IReadOnlyList<SyncObstacle> Obstacles)
{
    public string Type { get; } = "sync";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SyncChangeBody))]
[JsonSerializable(typeof(SyncOutcomeBody))]
internal sealed partial class SyncReportJson : JsonSerializerContext
{
    public static readonly SyncReportJson Wire = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
