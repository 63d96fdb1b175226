using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryStores.Contract;

/// <summary>
/// A JSON object that is kept and returned as it was given, because nothing here looks into it: a tool, a skill. Every byte of it stays
/// but the white space between its parts, which says nothing and would make equal objects differ.
/// </summary>
[JsonConverter(typeof(StoredJsonConverter))]
public sealed record StoredJson
{
    public string Text { get; }

    private StoredJson(string text) => Text = text;

    public static StoredJson FromStorage(string text) => new(text);

    /// <summary>The object; null when a string in it is not well-formed Unicode.</summary>
    public static StoredJson? TryFrom(JsonElement given) => IsWellFormed(given) ? new StoredJson(WithoutSpace(JsonMarshal.GetRawUtf8Value(given))) : null;

    private static bool IsWellFormed(JsonElement given)
    {
        try
        {
            return given.ValueKind switch
            {
                JsonValueKind.Object => given.EnumerateObject().All(field => field.Name is not null && IsWellFormed(field.Value)),
                JsonValueKind.Array => given.EnumerateArray().All(IsWellFormed),
                JsonValueKind.String => given.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false; // How a string says that it holds half of a surrogate pair.
        }
    }

    /// <summary>Of JSON that a parser has read, so that a quotation mark begins or ends a string unless a backslash stands before it.</summary>
    private static string WithoutSpace(ReadOnlySpan<byte> json)
    {
        var (kept, length, inString) = (new byte[json.Length], 0, false);
        for (var i = 0; i < json.Length; i++)
        {
            if (!inString && (json[i] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) continue;
            if (json[i] == '"') inString = !inString;
            kept[length++] = json[i];
            if (json[i] == '\\') kept[length++] = json[++i];
        }
        return Encoding.UTF8.GetString(kept, 0, length);
    }
}

/// <summary>Writes the text as it stands, and reads what this wrote.</summary>
public sealed class StoredJsonConverter : JsonConverter<StoredJson>
{
    public override StoredJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var parsed = JsonDocument.ParseValue(ref reader);
        return StoredJson.FromStorage(parsed.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, StoredJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text, skipInputValidation: true);
}
