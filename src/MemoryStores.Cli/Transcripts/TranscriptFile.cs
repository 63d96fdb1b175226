using System.Text;
using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Transcripts;

/// <summary>A record that cannot be read, by the line it begins in.</summary>
internal sealed record BadLine(int Line, string Why)
{
    public override string ToString() => $"line {Line} {Why}";
}

/// <summary>What a record of a file came to: its events, or what is wrong with it.</summary>
internal sealed record ParsedRecord(int Line, IReadOnlyList<ParsedEvent> Events, BadLine? Bad)
{
    /// <summary>How many of the events were larger than the server takes and lost their longest parts.</summary>
    public int Shortened { get; init; }
}

/// <summary>
/// One file, read record by record from its beginning: its format is that of the first record that shows one, each event gets a time, and
/// none is larger than the server takes. Reading it again gives the same. Holds one record at a time.
/// </summary>
internal sealed class TranscriptFile
{
    /// <summary>Half of a request: an event fits one with others' room to spare.</summary>
    public const int MostEventBytes = Limits.RequestBodyBytes / 2;

    // Records looked at for a format: transcripts begin with a few notes of their program's own.
    private const int MostPeeked = 200;

    // No type of event has more words of its own.
    private const int MostFieldsLeft = 16;

    private readonly Stream stream;
    private readonly long length;
    private readonly long whenUntold;
    private readonly Dictionary<int, long> latest = [];

    /// <summary>
    /// <paramref name="format"/> null finds it; no more than <paramref name="length"/> bytes are read. <paramref name="place"/> tells the file apart from others, <paramref name="whenUntold"/> is the
    /// time of events where the file tells none.
    /// </summary>
    public TranscriptFile(Stream stream, long length, string? format, string fileName, string place, long whenUntold)
    {
        (this.stream, this.length, this.whenUntold) = (stream, length, whenUntold);
        Format = format ?? FormatOf(new RecordReader(stream, length).Read());
        stream.Position = 0;
        Parser = Format is null ? null : TranscriptFormat.Parser(Format, fileName, place);
    }

    /// <summary>Null when no record shows any.</summary>
    public string? Format { get; }

    public IReadOnlyList<TranscriptFacts> Transcripts => Parser?.Transcripts ?? [];

    private TranscriptParser? Parser { get; }

    public IEnumerable<ParsedRecord> Records()
    {
        foreach (var record in new RecordReader(stream, length).Read())
        {
            var events = new List<ParsedEvent>();
            var flaw = record.Flaw ?? Parse(record, events);
            if (flaw is not null) yield return new ParsedRecord(record.Line, [], new BadLine(record.Line, flaw));
            else if (events.Count > 0) yield return Finish(record.Line, events);
        }
    }

    private string? Parse(FileRecord record, List<ParsedEvent> into)
    {
        try
        {
            using var parsed = JsonDocument.Parse(record.Json, Json.Lax);
            return Parser!.Read(parsed.RootElement, record.Line, into);
        }
        catch (JsonException broken)
        {
            return $"is not JSON: the parser stopped at its byte {broken.BytePositionInLine ?? 0}";
        }
        catch (InvalidOperationException)
        {
            return "has the name of a field that is not Unicode";
        }
    }

    private static string? FormatOf(IEnumerable<FileRecord> records)
    {
        foreach (var record in records.Take(MostPeeked))
        {
            if (record.Flaw is not null) continue;
            try
            {
                using var parsed = JsonDocument.Parse(record.Json, Json.Lax);
                if (TranscriptFormat.Of(parsed.RootElement) is { } format) return format;
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException)
            {
                // Reported when it is read.
            }
        }
        return null;
    }

    /// <summary>
    /// An event without a time happened when the one before it did, and none before that: sessions list by time, and a result may not
    /// come before its call because a clock was set.
    /// </summary>
    private ParsedRecord Finish(int line, List<ParsedEvent> events)
    {
        var shortened = 0;
        for (var i = 0; i < events.Count; i++)
        {
            var one = events[i];
            var before = latest.GetValueOrDefault(one.Transcript, long.MinValue);
            var at = latest[one.Transcript] = Math.Max(before, one.At ?? (before == long.MinValue ? whenUntold : before));
            if (Encoding.UTF8.GetByteCount(one.Fields.Text) > MostEventBytes)
            {
                one = one with { Fields = Shorten(one.Fields) };
                shortened++;
            }
            events[i] = one with { At = at };
            if (Parser!.Transcripts[one.Transcript] is { Title: null } facts && one.Type == WireTypes.UserMessage) facts.Title = TitleOf(one.Fields);
        }
        return new ParsedRecord(line, events, null) { Shortened = shortened };
    }

    private static string? TitleOf(StoredJson fields) =>
        EventText.Of(fields).Select(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()).FirstOrDefault(text => text is { Length: > 0 });

    /// <summary>The event with its longest texts cut, until it fits.</summary>
    private static StoredJson Shorten(StoredJson fields)
    {
        using var parsed = JsonDocument.Parse(fields.Text, Json.Lax);
        for (var longest = MostEventBytes / 4; longest >= 256; longest /= 8)
        {
            var shorter = CleanJson.Object(writer => WriteFields(writer, parsed.RootElement, longest));
            if (Encoding.UTF8.GetByteCount(shorter.Text) <= MostEventBytes) return shorter;
        }
        // So many small parts that only its own words are left, such as the id that a result names.
        return CleanJson.Object(writer =>
        {
            foreach (var (name, value) in CleanJson.Fields(parsed.RootElement).Take(MostFieldsLeft))
            {
                if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array || name == "content" || name.Length > 64) continue;
                writer.WritePropertyName(name);
                CleanJson.Write(writer, value, longest: 256);
            }
            Blocks.WriteText(writer, $"[{fields.Text.Length:N0} characters in many parts were left out by the import]");
        });
    }

    private static void WriteFields(Utf8JsonWriter writer, JsonElement fields, int longest)
    {
        foreach (var (name, value) in CleanJson.Fields(fields))
        {
            writer.WritePropertyName(name);
            CleanJson.Write(writer, value, longest, level: 1);
        }
    }
}
