using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Transcripts;

/// <summary>What an event says in words.</summary>
internal static class EventText
{
    public static IEnumerable<string> Of(StoredJson fields)
    {
        using var parsed = JsonDocument.Parse(fields.Text, Json.Lax);
        return Of(parsed.RootElement).ToList();
    }

    /// <summary>The texts of an event's content, each block of another kind as its name.</summary>
    public static IEnumerable<string> Of(JsonElement one)
    {
        if (one.ValueKind != JsonValueKind.Object || !one.TryGetProperty("content"u8, out var content)) yield break;
        if (content.ValueKind == JsonValueKind.String) yield return CleanJson.Text(content);
        if (content.ValueKind != JsonValueKind.Array) yield break;
        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind == JsonValueKind.String) yield return CleanJson.Text(block);
            else if (CleanJson.Text(block, "text"u8) is { } text) yield return text;
            else if (CleanJson.Text(block, "type"u8) is { } type) yield return $"[{type}]";
        }
    }
}
