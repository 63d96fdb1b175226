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
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(PageBody<KeyBody>))]
[JsonSerializable(typeof(PageBody<WorkspaceBody>))]
[JsonSerializable(typeof(PageBody<AdministrationBody>))]
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
