using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Transcripts;

/// <summary>
/// Copies JSON of strangers into what the server takes: half of a surrogate pair becomes U+FFFD, of a field that is there twice the last
/// one stays, what is nested too deep becomes text.
/// </summary>
internal static class CleanJson
{
    // The server reads 32 levels, of which the request and the event take some.
    private const int MostLevels = 20;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object of fields.</summary>
    public static StoredJson Object(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }
        return StoredJson.FromStorage(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>The value, its strings no longer than that many characters.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement value, int longest = int.MaxValue, int level = 0)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when level >= MostLevels:
                writer.WriteStringValue(Cut(WellFormed(value.GetRawText()), longest));
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, inner) in Fields(value))
                {
                    writer.WritePropertyName(name);
                    Write(writer, inner, longest, level + 1);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var inner in value.EnumerateArray()) Write(writer, inner, longest, level + 1);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Cut(Text(value), longest));
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(value.GetRawText());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(value.GetBoolean());
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>The fields of an object by name; the last of those with one name, at the place of the first.</summary>
    public static IEnumerable<KeyValuePair<string, JsonElement>> Fields(JsonElement given)
    {
        var fields = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var field in given.EnumerateObject()) fields[NameOf(field)] = field.Value;
        return fields;
    }

    /// <summary>The text of a string, always well-formed.</summary>
    public static string Text(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescaped(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(text)[1..^1]));
        }
    }

    /// <summary>The text of a field; null when it is not there or is no string.</summary>
    public static string? Text(JsonElement given, ReadOnlySpan<byte> field) =>
        given.ValueKind == JsonValueKind.Object && given.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? Text(value) : null;

    public static bool Flag(JsonElement given, ReadOnlySpan<byte> field) => given.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The field as an object; null when it is none.</summary>
    public static JsonElement? Inner(JsonElement given, ReadOnlySpan<byte> field) => Of(given, field, JsonValueKind.Object);

    /// <summary>The field as a list; null when it is none.</summary>
    public static JsonElement? List(JsonElement given, ReadOnlySpan<byte> field) => Of(given, field, JsonValueKind.Array);

    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        var kept = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, kept)} … [{text.Length - kept:N0} characters left out by the import]");
    }

    private static JsonElement? Of(JsonElement given, ReadOnlySpan<byte> field, JsonValueKind kind) =>
        given.ValueKind == JsonValueKind.Object && given.TryGetProperty(field, out var value) && value.ValueKind == kind ? value : null;

    private static string NameOf(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            return Unescaped(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(field)));
        }
    }

    /// <summary>What stands between the quotation marks of a string that a parser has taken.</summary>
    private static string Unescaped(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }
            switch (raw[++i])
            {
                case 'u':
                    text.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                case 'b': text.Append('\b'); break;
                case 'f': text.Append('\f'); break;
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case var other: text.Append(other); break;
            }
        }
        return WellFormed(text.ToString());
    }

    private static string WellFormed(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) whole.Append(rune.ToString());
        return whole.ToString();
    }
}
