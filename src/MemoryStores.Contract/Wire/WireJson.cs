using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>How wire records become JSON: snake_case, generated at build time, text escaped no more than JSON asks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoreBody))]
[JsonSerializable(typeof(MemoryBody))]
[JsonSerializable(typeof(VersionBody))]
[JsonSerializable(typeof(PageBody<StoreBody>))]
[JsonSerializable(typeof(PageBody<MemoryListItemBody>))]
[JsonSerializable(typeof(PageBody<VersionBody>))]
[JsonSerializable(typeof(DeletedBody))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(ServerBody))]
[JsonSerializable(typeof(CommitBody))]
[JsonSerializable(typeof(ChangesBody))]
[JsonSerializable(typeof(FeedNoteBody))]
[JsonSerializable(typeof(PageBody<HistoryEntryBody>))]
[JsonSerializable(typeof(SnapshotBody))]
[JsonSerializable(typeof(SnapshotEndBody))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(PageBody<KeyBody>))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(PageBody<TokenBody>))]
[JsonSerializable(typeof(AgentBody))]
[JsonSerializable(typeof(PageBody<AgentBody>))]
[JsonSerializable(typeof(EnvironmentBody))]
[JsonSerializable(typeof(PageBody<EnvironmentBody>))]
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(SessionPageBody))]
[JsonSerializable(typeof(SessionThreadBody))]
[JsonSerializable(typeof(PageBody<SessionThreadBody>))]
[JsonSerializable(typeof(StoreResource))]
[JsonSerializable(typeof(FileResource))]
[JsonSerializable(typeof(RepositoryResource))]
[JsonSerializable(typeof(PageBody<SessionResource>))]
[JsonSerializable(typeof(SessionPromptBody))]
[JsonSerializable(typeof(SentEventsBody))]
[JsonSerializable(typeof(RecordedEventsBody))]
[JsonSerializable(typeof(EventPageBody))]
[JsonSerializable(typeof(WorkBody))]
[JsonSerializable(typeof(PageBody<WorkBody>))]
[JsonSerializable(typeof(WorkHeartbeatBody))]
[JsonSerializable(typeof(WorkStatsBody))]
[JsonSerializable(typeof(PageBody<WorkspaceBody>))]
[JsonSerializable(typeof(PageBody<AdministrationBody>))]
[JsonSerializable(typeof(MemoryPrefixBody))]
[JsonSerializable(typeof(CreateStoreBody))]
[JsonSerializable(typeof(UpdateStoreBody))]
[JsonSerializable(typeof(CreateMemoryBody))]
[JsonSerializable(typeof(UpdateMemoryBody))]
[JsonSerializable(typeof(CommitRequestBody))]
[JsonSerializable(typeof(CreateKeyBody))]
[JsonSerializable(typeof(RotateKeyBody))]
[JsonSerializable(typeof(CreateTokenBody))]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The context with our encoder, which the attribute cannot name.</summary>
    public static readonly WireJson Wire = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Content goes from its bytes to the wire and back without becoming a .NET string in between.</summary>
public sealed class MemoryContentConverter : JsonConverter<MemoryContent>
{
    public override MemoryContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        var buffer = new byte[length];
        var written = reader.CopyString(buffer);
        return MemoryContent.TryFrom(buffer.AsMemory(0, written)) ?? throw new JsonException("The content is not UTF-8.");
    }

    public override void Write(Utf8JsonWriter writer, MemoryContent value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Utf8.Span);
}

/// <summary>
/// An item of a list of memories is told by its type field, which may stand anywhere in it. Written and read by hand: the
/// serializer's own polymorphism would add a second type field to write, and cannot read ours.
/// </summary>
public sealed class MemoryListItemConverter : JsonConverter<MemoryListItemBody>
{
    public override MemoryListItemBody? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IsPrefix(reader)
            ? JsonSerializer.Deserialize(ref reader, WireJson.Wire.MemoryPrefixBody)
            : JsonSerializer.Deserialize(ref reader, WireJson.Wire.MemoryBody);

    public override void Write(Utf8JsonWriter writer, MemoryListItemBody value, JsonSerializerOptions options)
    {
        if (value is MemoryBody memory) JsonSerializer.Serialize(writer, memory, WireJson.Wire.MemoryBody);
        else JsonSerializer.Serialize(writer, (MemoryPrefixBody)value, WireJson.Wire.MemoryPrefixBody);
    }

    /// <summary>Looks ahead on a copy of the reader, which is a struct.</summary>
    private static bool IsPrefix(Utf8JsonReader ahead)
    {
        if (ahead.TokenType != JsonTokenType.StartObject) throw new JsonException("An item of a list of memories is an object.");
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isType = ahead.ValueTextEquals("type"u8);
            ahead.Read();
            if (isType) return ahead.TokenType == JsonTokenType.String && ahead.ValueTextEquals("memory_prefix"u8);
            ahead.Skip();
        }
        return false;
    }
}
