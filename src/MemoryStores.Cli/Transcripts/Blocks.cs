using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Transcripts;

/// <summary>What a message says, as events without an id: what was said, each call of a tool, each result. <paramref name="Tool"/> is the id of the call.</summary>
internal sealed record Said(string Type, StoredJson Fields, string? Tool = null);

/// <summary>The content of a message of the Messages API, which Claude Code's transcripts are made of too, as events in its order.</summary>
internal static class Blocks
{
    private static readonly StoredJson Nothing = StoredJson.FromStorage("{}");

    /// <summary>
    /// A string, or a list of blocks; blocks of talk that follow each other are one event of the type <paramref name="talk"/>. Null when it
    /// is neither. <paramref name="more"/> writes fields that every event is to have.
    /// </summary>
    public static List<Said>? Of(JsonElement content, string talk, Func<string, string>? toolId = null, Action<Utf8JsonWriter, string>? more = null)
    {
        var said = new List<Said>();
        if (content.ValueKind == JsonValueKind.String)
        {
            var text = CleanJson.Text(content);
            if (text.Trim().Length > 0) said.Add(Talk(talk, text, more));
            return said;
        }
        if (content.ValueKind != JsonValueKind.Array) return null;
        var together = new List<JsonElement>();
        void Flush()
        {
            if (together.Count == 0) return;
            var blocks = together.ToList();
            said.Add(new Said(talk, CleanJson.Object(writer =>
            {
                WriteBlocks(writer, blocks);
                more?.Invoke(writer, talk);
            })));
            together.Clear();
        }
        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind != JsonValueKind.Object) return null;
            var type = CleanJson.Text(block, "type"u8);
            switch (type)
            {
                case "text" or "input_text" or "output_text":
                    if (CleanJson.Text(block, "text"u8) is not { } text) return null;
                    if (text.Trim().Length > 0) together.Add(block);
                    break;
                case "image" or "document" or "image_url" or "input_image" or "redacted" or "refusal":
                    together.Add(block);
                    break;
                case "thinking" or "redacted_thinking":
                    Flush();
                    said.Add(new Said(WireTypes.AgentThinking, more is null ? Nothing : CleanJson.Object(writer => more(writer, WireTypes.AgentThinking))));
                    break;
                default:
                    Flush();
                    if (Tool(block, type, toolId ?? EventIds.Of, more) is { } tool) said.Add(tool);
                    break;
            }
        }
        Flush();
        return said;
    }

    public static Said Talk(string type, string text, Action<Utf8JsonWriter, string>? more = null) => new(type, CleanJson.Object(writer =>
    {
        WriteText(writer, text);
        more?.Invoke(writer, type);
    }));

    public static Said Error(string kind, string message) => new(WireTypes.SessionError, CleanJson.Object(writer =>
    {
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, kind);
        writer.WriteString("message"u8, message);
        writer.WriteStartObject("retry_status"u8);
        writer.WriteString("type"u8, "terminal"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }));

    /// <summary>The field "content" of an event, with one block of text.</summary>
    public static void WriteText(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartArray("content"u8);
        WriteTextBlock(writer, text);
        writer.WriteEndArray();
    }

    /// <summary>The field "content" of an event: a string becomes a block, blocks stay, in the words of the wire.</summary>
    public static void WriteContent(Utf8JsonWriter writer, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String) WriteText(writer, CleanJson.Text(content));
        else if (content.ValueKind == JsonValueKind.Array) WriteBlocks(writer, content.EnumerateArray());
        else if (content.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)) WriteText(writer, content.GetRawText());
    }

    private static void WriteBlocks(Utf8JsonWriter writer, IEnumerable<JsonElement> blocks)
    {
        writer.WriteStartArray("content"u8);
        foreach (var block in blocks)
        {
            if (block.ValueKind == JsonValueKind.String) WriteTextBlock(writer, CleanJson.Text(block));
            else if (CleanJson.Text(block, "text"u8) is { } text) WriteTextBlock(writer, text);
            else if (CleanJson.Text(block, "refusal"u8) is { } refusal) WriteTextBlock(writer, refusal);
            else CleanJson.Write(writer, block, level: 2);
        }
        writer.WriteEndArray();
    }

    private static void WriteTextBlock(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    private static Said? Tool(JsonElement block, string? type, Func<string, string> toolId, Action<Utf8JsonWriter, string>? more)
    {
        if (type is "tool_use" or "server_tool_use" or "mcp_tool_use")
        {
            var id = CleanJson.Text(block, "id"u8) ?? "";
            var name = type == "mcp_tool_use" ? WireTypes.McpToolUse : WireTypes.ToolUse;
            return new Said(name, CleanJson.Object(writer =>
            {
                writer.WriteString("name"u8, CleanJson.Text(block, "name"u8) ?? "");
                writer.WritePropertyName("input"u8);
                if (block.TryGetProperty("input"u8, out var input)) CleanJson.Write(writer, input, level: 1);
                else writer.WriteNullValue();
                if (CleanJson.Text(block, "server_name"u8) is { } server) writer.WriteString("mcp_server_name"u8, server);
                more?.Invoke(writer, name);
            }), id);
        }
        if (CleanJson.Text(block, "tool_use_id"u8) is not { } use || type?.EndsWith("tool_result", StringComparison.Ordinal) is not true) return null;
        var isMcp = type == "mcp_tool_result";
        var result = isMcp ? WireTypes.McpToolResult : WireTypes.ToolResult;
        return new Said(result, CleanJson.Object(writer =>
        {
            writer.WriteString(isMcp ? "mcp_tool_use_id"u8 : "tool_use_id"u8, toolId(use));
            if (block.TryGetProperty("content"u8, out var content)) WriteContent(writer, content);
            writer.WriteBoolean("is_error"u8, CleanJson.Flag(block, "is_error"u8));
            more?.Invoke(writer, result);
        }));
    }
}
