using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;

namespace MemoryStores.Server.Http;

/// <summary>
/// The fields of a JSON object, taken one by one. The first thing wrong is kept in <see cref="Refusal"/>, and after it every
/// field reads as absent, so that an endpoint reads straight down and asks once.
/// </summary>
internal sealed class BodyFields(JsonElement root, string within = "")
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    public Refusal? Refusal { get; private set; }

    /// <summary>A string; null when it is absent or null.</summary>
    public string? Text(string field) => Take(field, JsonValueKind.String) is { } value ? Unescape(field, value) : null;

    /// <summary>A string that must be there.</summary>
    public string RequiredText(string field)
    {
        var text = Text(field);
        if (text is null) Refuse(field, "is required, as a string");
        return text ?? "";
    }

    /// <summary>A string that a patch may leave out and may not clear.</summary>
    public string? KeptText(string field)
    {
        var text = Text(field);
        if (text is null && Has(field)) Refuse(field, "cannot be cleared; leave it out to keep it");
        return text;
    }

    /// <summary>A string or null, where null is a value; no Given when the field is absent.</summary>
    public Given<string?>? GivenText(string field)
    {
        var text = Text(field);
        return Has(field) ? new Given<string?>(text) : null;
    }

    /// <summary>One of some words; null when it is absent or null.</summary>
    public string? OneOf(string field, IReadOnlyList<string> words)
    {
        var text = Text(field);
        if (text is null || words.Contains(text)) return text;
        Refuse(field, $"'{text}' is not possible here; there are {string.Join(", ", words)}");
        return null;
    }

    /// <summary>One of some words, which must be there.</summary>
    public string RequiredOneOf(string field, IReadOnlyList<string> words)
    {
        var word = OneOf(field, words);
        if (word is null) Refuse(field, $"is required, as one of {string.Join(", ", words)}");
        return word ?? "";
    }

    /// <summary>Text of a memory; null when it is absent or null.</summary>
    public MemoryContent? Content(string field)
    {
        if (Take(field, JsonValueKind.String) is not { } value) return null;
        // From the raw JSON to the bytes, without a .NET string between.
        var quoted = JsonMarshal.GetRawUtf8Value(value);
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var buffer = new byte[quoted.Length - 2];
        try
        {
            return MemoryContent.TryFrom(buffer.AsMemory(0, reader.CopyString(buffer)));
        }
        catch (InvalidOperationException)
        {
            Refuse(field, "is not well-formed Unicode: it has half of a surrogate pair");
            return null;
        }
    }

    public MemoryContent RequiredContent(string field)
    {
        var content = Content(field);
        if (content is null) Refuse(field, "is required, as a string; send \"\" for an empty memory");
        return content ?? MemoryContent.Empty;
    }

    public MemoryPath? Path(string field)
    {
        if (Text(field) is not { } text) return null;
        if (MemoryPath.TryParse(text, out var path, out var reason)) return path;
        Refuse(field, reason);
        return null;
    }

    /// <summary>A path that must be there; null only beside a refusal.</summary>
    public MemoryPath? RequiredPath(string field)
    {
        var path = Path(field);
        if (path is null) Refuse(field, "is required, as a string");
        return path;
    }

    public bool? Flag(string field)
    {
        if (Take(field, JsonValueKind.True, JsonValueKind.False) is not { } value) return null;
        return value.GetBoolean();
    }

    /// <summary>A whole number within bounds; null when it is absent or null.</summary>
    public long? Number(string field, long least, long most)
    {
        if (Take(field, JsonValueKind.Number) is not { } value) return null;
        if (value.TryGetInt64(out var number) && number >= least && number <= most) return number;
        Refuse(field, $"is a whole number from {least:N0} to {most:N0}");
        return null;
    }

    /// <summary>A list of strings; null when it is absent or null.</summary>
    public IReadOnlyList<string>? Texts(string field)
    {
        if (Take(field, JsonValueKind.Array) is not { } list) return null;
        var texts = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && Unescape(field, item) is { } text) texts.Add(text);
            else Refuse($"{field}[{texts.Count}]", $"is a JSON {NameOf(item.ValueKind)}; send a string");
            if (Refusal is not null) return null;
        }
        return texts;
    }

    /// <summary>An object inside; null when it is absent or null. Its own refusal is asked for by <see cref="Adopt"/>.</summary>
    public BodyFields? Inner(string field) =>
        Take(field, JsonValueKind.Object) is { } value ? new BodyFields(value, NameFor(field) + ".") : null;

    /// <summary>The objects of a list; null when it is absent or null.</summary>
    public IReadOnlyList<BodyFields>? List(string field, int most)
    {
        if (Take(field, JsonValueKind.Array) is not { } list) return null;
        if (list.GetArrayLength() > most) Refuse(field, $"has {list.GetArrayLength():N0} items; at most {most:N0} are possible");
        var items = new List<BodyFields>();
        foreach (var item in list.EnumerateArray())
        {
            if (Refusal is not null) return null;
            if (item.ValueKind == JsonValueKind.Object) items.Add(new BodyFields(item, $"{NameFor(field)}[{items.Count}]."));
            else Refuse($"{field}[{items.Count}]", $"is a JSON {NameOf(item.ValueKind)}; send an object");
        }
        return items;
    }

    /// <summary>An object of strings; values may be null where the caller gives null a meaning.</summary>
    public IReadOnlyDictionary<string, string?>? Pairs(string field, bool nullable)
    {
        if (Take(field, JsonValueKind.Object) is not { } value) return null;
        var pairs = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var pair in value.EnumerateObject())
        {
            if (pair.Value.ValueKind == JsonValueKind.String) pairs[pair.Name] = Unescape($"{field}.{pair.Name}", pair.Value);
            else if (nullable && pair.Value.ValueKind == JsonValueKind.Null) pairs[pair.Name] = null;
            else Refuse($"{field}.{pair.Name}", $"is a JSON {NameOf(pair.Value.ValueKind)}; metadata values are strings");
        }
        return pairs;
    }

    /// <summary>Whether the field is there, null included; after something wrong no field is.</summary>
    public bool Has(string field)
    {
        taken.Add(field);
        return Refusal is null && root.ValueKind == JsonValueKind.Object && root.TryGetProperty(field, out _);
    }

    public bool IsText(string field) => Has(field) && root.GetProperty(field).ValueKind == JsonValueKind.String;

    /// <summary>The object itself, to be kept as it was given; null beside a refusal.</summary>
    public StoredJson? Whole()
    {
        if (Refusal is not null) return null;
        var whole = StoredJson.TryFrom(root);
        if (whole is null) Refusal = new Refusal.BadField(within.TrimEnd('.'), "is not well-formed Unicode: a string in it has half of a surrogate pair");
        return whole;
    }

    /// <summary>The object without some of its fields, the others as they were given; null beside a refusal.</summary>
    public StoredJson? WholeWithout(params ReadOnlySpan<string> fields)
    {
        if (Whole() is null) return null;
        var rest = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(rest, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var field in root.EnumerateObject())
            {
                if (!fields.Contains(field.Name)) field.WriteTo(json);
            }
            json.WriteEndObject();
        }
        return StoredJson.FromStorage(Encoding.UTF8.GetString(rest.WrittenSpan));
    }

    public void Refuse(string field, string hint) => Refusal ??= new Refusal.BadField(NameFor(field), hint);

    /// <summary>Takes over what is wrong with an inner object, once all of its fields were taken.</summary>
    public void Adopt(BodyFields inner) => Refusal ??= inner.Finish();

    /// <summary>Takes over what is wrong with the fields that were taken of an inner object; others may be in it.</summary>
    public void AdoptOpen(BodyFields inner) => Refusal ??= inner.Refusal;

    /// <summary>What is wrong, a field that nobody took included; null when all is well.</summary>
    public Refusal? Finish()
    {
        if (Refusal is not null || root.ValueKind != JsonValueKind.Object) return Refusal;
        foreach (var field in root.EnumerateObject())
        {
            if (taken.Contains(field.Name)) continue;
            Refuse(field.Name, $"is not a field here; there are {string.Join(", ", taken.Order(StringComparer.Ordinal))}");
            break;
        }
        return Refusal;
    }

    public static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private JsonElement? Take(string field, params ReadOnlySpan<JsonValueKind> kinds)
    {
        taken.Add(field);
        if (Refusal is not null || root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(field, out var value)
            || value.ValueKind == JsonValueKind.Null)
            return null;
        if (kinds.Contains(value.ValueKind)) return value;
        Refuse(field, $"is a JSON {NameOf(value.ValueKind)}; send a JSON {NameOf(kinds[0])}");
        return null;
    }

    private string? Unescape(string field, JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            Refuse(field, "is not well-formed Unicode: it has half of a surrogate pair");
            return null;
        }
    }

    private string NameFor(string field) => within + field;
}
