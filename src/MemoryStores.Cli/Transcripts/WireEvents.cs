using System.Text;
using System.Text.Json;

namespace MemoryStores.Cli.Transcripts;

/// <summary>The wire's own events, as <c>memstores session events --json</c> and the API print them: kept as they are, under their ids.</summary>
internal sealed class WireEvents(string place) : TranscriptParser
{
    public static bool Knows(JsonElement record) => CleanJson.Text(record, "type"u8) is { } type && WireTypes.All.Contains(type);

    public override string? Read(JsonElement record, int line, List<ParsedEvent> into)
    {
        if (record.ValueKind != JsonValueKind.Object) return "is no JSON object";
        if (CleanJson.Text(record, "type"u8) is not { } type) return "has no type";
        if (!WireTypes.All.Contains(type)) return $"has the type '{CleanJson.Cut(type, 60)}', which is not the type of an event";
        long? at = null;
        if (record.TryGetProperty("processed_at"u8, out var time) && time.ValueKind != JsonValueKind.Null)
        {
            if (!Times.TryRead(time, out var read)) return $"has the processed_at {Times.Shown(time)}, which is no time";
            at = read;
        }
        var fields = CleanJson.Object(writer =>
        {
            foreach (var (name, value) in CleanJson.Fields(record))
            {
                if (name is "id" or "type" or "processed_at") continue;
                if (name.EndsWith("tool_use_id", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.String)
                {
                    // The id of another event, which may have been made anew.
                    writer.WriteString(name, EventIds.Of(CleanJson.Text(value)));
                    continue;
                }
                writer.WritePropertyName(name);
                CleanJson.Write(writer, value, level: 1);
            }
        });
        var given = CleanJson.Text(record, "id"u8);
        var hash = EventIds.Hash(Encoding.UTF8.GetBytes(type + fields.Text));
        // Without an id a line is known by its place and what it says: a transcript grows at its end.
        if (Transcripts.Count == 0) Transcripts.Add(new TranscriptFacts(given is { Length: > 0 } ? EventIds.Of(given) : $"{place}-{hash[..12]}"));
        into.Add(new ParsedEvent(0, given is { Length: > 0 } ? EventIds.Of(given) : $"l{line}_{hash}", type, fields, at));
        return null;
    }
}
