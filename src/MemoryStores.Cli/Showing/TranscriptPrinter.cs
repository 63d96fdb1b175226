using System.Text.Json;
using MemoryStores.Cli.Transcripts;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Showing;

/// <summary>
/// A transcript as a person reads it: who speaks and when, what was said, a line or two for each use of a tool. Whatever stands in it, it
/// moves no cursor and sets no colour; colours are ours.
/// </summary>
internal sealed class TranscriptPrinter(Action<string> print, int width, bool colors, bool full)
{
    public const int WidthInPipe = 100;

    private const int Indent = 2;
    private const string Bold = "1", Dim = "2", Red = "31", Green = "32", Yellow = "33", Cyan = "36";

    /// <summary>Who had the last word, so that what one says in a row stands under one head.</summary>
    private string lastHead = "";
    private bool isFirst = true;

    public void Print(StoredJson one)
    {
        using var parsed = JsonDocument.Parse(one.Text);
        Print(parsed.RootElement);
    }

    private void Print(JsonElement one)
    {
        var type = CleanJson.Text(one, "type"u8) ?? "";
        switch (type)
        {
            case WireTypes.UserMessage: Say(one, "user", Green); break;
            case WireTypes.AgentMessage: Say(one, "agent", Cyan); break;
            case WireTypes.SystemMessage: Say(one, "system", Dim); break;
            case WireTypes.MessageSent: Say(one, $"agent to {CleanJson.Text(one, "to_agent_name"u8) ?? "another"}", Cyan); break;
            case WireTypes.MessageReceived: Say(one, $"{CleanJson.Text(one, "from_agent_name"u8) ?? "another"} to agent", Cyan); break;
            case "agent.tool_use" or "agent.mcp_tool_use" or "agent.custom_tool_use": Call(one); break;
            case "agent.tool_result" or "agent.mcp_tool_result" or "user.tool_result" or "user.custom_tool_result": Result(one); break;
            case WireTypes.SessionError: Error(one); break;
            case WireTypes.UserInterrupt: Note(one, "interrupted by the user", Yellow); break;
            case WireTypes.Compacted: Note(one, "what was said so far was summed up for the agent", Dim); break;
            case "session.status_terminated" or "session.deleted": Note(one, type["session.".Length..].Replace('_', ' '), Yellow); break;
            case "user.define_outcome": Note(one, $"wanted: {CleanJson.Text(one, "description"u8)}", Green); break;
            case "user.tool_confirmation": Note(one, $"tool: {CleanJson.Text(one, "result"u8)} {CleanJson.Text(one, "deny_message"u8)}", Green); break;
            default:
                if (full) Note(one, type, Dim);
                break;
        }
    }

    private void Say(JsonElement one, string speaker, string color)
    {
        Head(one, speaker, color);
        foreach (var text in EventText.Of(one))
            foreach (var line in WrappedText.Lines(text, width - Indent)) Line(line);
    }

    private void Call(JsonElement one)
    {
        Head(one, "agent", Cyan);
        var name = PlainText.Of(CleanJson.Text(one, "name"u8) ?? "?");
        if (CleanJson.Text(one, "mcp_server_name"u8) is { } server) name = $"{PlainText.Of(server)}: {name}";
        var input = one.TryGetProperty("input"u8, out var given) ? given : default;
        if (!full)
        {
            Line(Cut($"→ {name} {PlainText.Of(Brief(input))}"), Yellow);
            return;
        }
        Line(Cut($"→ {name}"), Yellow);
        if (input.ValueKind == JsonValueKind.Object)
            foreach (var (field, value) in CleanJson.Fields(input)) Lines($"{field}: {(value.ValueKind == JsonValueKind.String ? CleanJson.Text(value) : value.GetRawText())}");
        else if (input.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)) Lines(input.GetRawText());
    }

    private void Result(JsonElement one)
    {
        Head(one, "agent", Cyan);
        var isError = CleanJson.Flag(one, "is_error"u8);
        var text = string.Join('\n', EventText.Of(one)).Trim();
        var (mark, color) = isError ? ("✗", Red) : ("←", Dim);
        if (full)
        {
            Line($"{mark} {(isError ? "error" : "result")}", color);
            Lines(text);
            return;
        }
        var lines = text.Split('\n');
        var more = lines.Length > 1 ? $" (+{Readable.Number(lines.Length - 1)} lines)" : "";
        Line($"{mark} {TextWidth.Cut(PlainText.Of(text.Length == 0 ? "(nothing)" : lines[0].Trim()), Math.Max(8, width - Indent - 2 - more.Length))}{more}", color);
    }

    private void Error(JsonElement one)
    {
        var error = CleanJson.Inner(one, "error"u8);
        Head(one, "error", Red);
        var (kind, message) = error is { } known ? (CleanJson.Text(known, "type"u8), CleanJson.Text(known, "message"u8)) : (null, null);
        foreach (var line in WrappedText.Lines($"! {kind}: {message}", width - Indent)) Line(line, Red);
    }

    private void Note(JsonElement one, string text, string color)
    {
        Head(one, "", color);
        foreach (var line in WrappedText.Lines($"({text.Trim()})", width - Indent)) Line(line, color);
    }

    /// <summary>Who and when; left out where the same one goes on within the minute.</summary>
    private void Head(JsonElement one, string speaker, string color)
    {
        var at = CleanJson.Text(one, "processed_at"u8);
        var time = at is { Length: >= 16 } ? at[..16].Replace('T', ' ') : "queued";
        var head = $"{PlainText.Of(speaker)}{(speaker.Length > 0 ? "  " : "")}{PlainText.Of(time)}";
        if (head == lastHead) return;
        if (!isFirst) print("");
        (lastHead, isFirst) = (head, false);
        print(colors ? $"\e[{Bold};{color}m{PlainText.Of(speaker)}\e[0m{(speaker.Length > 0 ? "  " : "")}\e[{Dim}m{PlainText.Of(time)}\e[0m" : head);
    }

    private void Lines(string text)
    {
        foreach (var line in WrappedText.Lines(text, width - (2 * Indent))) Line(new string(' ', Indent) + line);
    }

    /// <summary>A line that is safe already.</summary>
    private void Line(string line, string? color = null)
    {
        var whole = line.Length == 0 ? "" : new string(' ', Indent) + line;
        print(colors && color is not null && line.Length > 0 ? $"\e[{color}m{whole}\e[0m" : whole);
    }

    private string Cut(string line) => TextWidth.Cut(line, width - Indent);

    /// <summary>What a call is about, in a line: its one text, or its JSON.</summary>
    private static string Brief(JsonElement input)
    {
        if (input.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return "";
        if (input.ValueKind == JsonValueKind.Object)
        {
            var fields = CleanJson.Fields(input).ToList();
            if (fields is [{ Value.ValueKind: JsonValueKind.String } only]) return FirstLine(CleanJson.Text(only.Value));
            foreach (var name in new[] { "command", "file_path", "path", "query", "url", "pattern" })
                if (CleanJson.Text(input, System.Text.Encoding.UTF8.GetBytes(name)) is { } text) return FirstLine(text);
        }
        var json = input.GetRawText();
        return json.Length > LongestBrief ? json[..LongestBrief] : json;
    }

    // Wider than any terminal.
    private const int LongestBrief = 2_000;

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end] + " …";
    }
}
