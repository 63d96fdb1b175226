using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MemoryStores.Dreaming.Ledger;

/// <summary>
/// The ledger as JSON lines, one statement a line:
/// <c>{id, from: {memory_version, path, start, end} | {session, event, start, end}, fate, to: [{path, start, end}],
/// evidence: [{session, event, start, end}], reason, trust}</c>. Offsets are bytes of UTF-8, the end is not included.
/// </summary>
public static class LedgerFile
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(IEnumerable<LedgerLine> lines)
    {
        using var stream = new MemoryStream();
        foreach (var line in lines)
        {
            using (var json = new Utf8JsonWriter(stream, Plain)) Write(json, line);
            stream.WriteByte((byte)'\n');
        }
        return stream.ToArray();
    }

    /// <summary>Reads a ledger; a line that is none is told by its number.</summary>
    public static IReadOnlyList<LedgerLine> Read(ReadOnlySpan<byte> file)
    {
        var lines = new List<LedgerLine>();
        var number = 0;
        foreach (var range in file.Split((byte)'\n'))
        {
            number++;
            if (file[range].IsEmpty) continue;
            try
            {
                using var json = JsonDocument.Parse(file[range].ToArray());
                lines.Add(Read(json.RootElement));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new FormatException($"line {number} is no ledger line: {e.Message}", e);
            }
        }
        return lines;
    }

    private static void Write(Utf8JsonWriter json, LedgerLine line)
    {
        json.WriteStartObject();
        json.WriteString("id", line.Id);
        json.WritePropertyName("from");
        Write(json, line.From);
        json.WriteString("fate", Word(line.Fate));
        json.WriteStartArray("to");
        foreach (var place in line.To)
        {
            json.WriteStartObject();
            json.WriteString("path", place.Path);
            json.WriteNumber("start", place.Start);
            json.WriteNumber("end", place.End);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("evidence");
        foreach (var origin in line.Evidence) Write(json, origin);
        json.WriteEndArray();
        json.WriteString("reason", line.Reason);
        json.WriteString("trust", Word(line.Trust));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Origin from)
    {
        json.WriteStartObject();
        switch (from)
        {
            case Origin.OfMemory memory:
                json.WriteString("memory_version", memory.Version);
                json.WriteString("path", memory.Path);
                break;
            case Origin.OfEvent of:
                json.WriteString("session", of.Session);
                json.WriteString("event", of.Event);
                break;
            default:
                throw new UnreachableException();
        }
        json.WriteNumber("start", from.Start);
        json.WriteNumber("end", from.End);
        json.WriteEndObject();
    }

    private static LedgerLine Read(JsonElement line) => new(
        Text(line, "id"),
        ReadOrigin(line.GetProperty("from")),
        Text(line, "fate") switch
        {
            "kept" => Fate.Kept,
            "merged" => Fate.Merged,
            "superseded" => Fate.Superseded,
            "promoted" => Fate.Promoted,
            "set_aside" => Fate.SetAside,
            var other => throw new FormatException($"'{other}' is no fate"),
        },
        [.. line.GetProperty("to").EnumerateArray().Select(place =>
            new Place(Text(place, "path"), place.GetProperty("start").GetInt32(), place.GetProperty("end").GetInt32()))],
        [.. line.GetProperty("evidence").EnumerateArray().Select(ReadOrigin).OfType<Origin.OfEvent>()],
        Text(line, "reason"),
        Text(line, "trust") switch
        {
            "user" => Trust.User,
            "agent" => Trust.Agent,
            "tool" => Trust.Tool,
            "imported" => Trust.Imported,
            "memory" => Trust.Memory,
            var other => throw new FormatException($"'{other}' is no trust"),
        });

    private static Origin ReadOrigin(JsonElement from)
    {
        var (start, end) = (from.GetProperty("start").GetInt32(), from.GetProperty("end").GetInt32());
        return from.TryGetProperty("session", out _)
            ? new Origin.OfEvent(Text(from, "session"), Text(from, "event"), start, end)
            : new Origin.OfMemory(Text(from, "memory_version"), Text(from, "path"), start, end);
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static string Word(Fate fate) => fate switch
    {
        Fate.Kept => "kept",
        Fate.Merged => "merged",
        Fate.Superseded => "superseded",
        Fate.Promoted => "promoted",
        _ => "set_aside",
    };

    private static string Word(Trust trust) => trust switch
    {
        Trust.User => "user",
        Trust.Agent => "agent",
        Trust.Tool => "tool",
        Trust.Imported => "imported",
        _ => "memory",
    };
}
