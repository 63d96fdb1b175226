using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Dreaming.Folders;

/// <summary>
/// A dream's input as plain files: a folder of memories, <c>store_meta.json</c> with the times of each
/// (<c>[{path, created_at, updated_at}]</c>), and a folder of sessions, one JSON file each.
/// </summary>
public static class DreamFolder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a store and its sessions. A store that is not there is an empty one; anything malformed is told by its name.</summary>
    public static DreamInput Read(string? store, string? meta, string sessions, string? instructions = null) =>
        new(ReadStore(store, meta), ReadSessions(sessions), instructions);

    public static void Write(string folder, IReadOnlyList<OutputMemory> memories)
    {
        foreach (var memory in memories)
        {
            var path = Path.Combine(folder, memory.Path.TrimStart('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Strict.GetBytes(memory.Content));
        }
    }

    public static IReadOnlyList<InputMemory> ReadStore(string? store, string? meta)
    {
        if (store is null || !Directory.Exists(store)) return [];
        var times = meta is null || !File.Exists(meta) ? [] : ReadMeta(meta);
        var memories = new List<InputMemory>();
        foreach (var file in Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = "/" + Path.GetRelativePath(store, file).Replace('\\', '/');
            var bytes = File.ReadAllBytes(file);
            var (created, updated) = times.GetValueOrDefault(path, (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));
            memories.Add(new InputMemory(path, Text(bytes, file), "sha256:" + ContentDigest.Of(bytes), created, updated));
        }
        return memories;
    }

    private static Dictionary<string, (DateTimeOffset, DateTimeOffset)> ReadMeta(string file)
    {
        using var json = Parse(file);
        if (json.RootElement.ValueKind != JsonValueKind.Array) throw new FolderException($"{file}: expected a list of {{path, created_at, updated_at}}");
        var times = new Dictionary<string, (DateTimeOffset, DateTimeOffset)>(StringComparer.Ordinal);
        var number = 0;
        foreach (var entry in json.RootElement.EnumerateArray())
        {
            number++;
            var path = Field(entry, "path") ?? throw new FolderException($"{file}: entry {number} has no path");
            var updated = Time(entry, "updated_at") ?? throw new FolderException($"{file}: {path} has no updated_at of the form 2026-11-02T08:15:30Z");
            times[path] = (Time(entry, "created_at") ?? updated, updated);
        }
        return times;
    }

    private static List<InputSession> ReadSessions(string folder)
    {
        if (!Directory.Exists(folder)) throw new FolderException($"{folder}: there is no such folder of sessions");
        var sessions = new List<InputSession>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)) sessions.Add(ReadSession(file));
        return sessions;
    }

    private static InputSession ReadSession(string file)
    {
        using var json = Parse(file);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new FolderException($"{file}: expected a session {{id, title, created_at, events}}");
        var id = Field(root, "id") ?? throw new FolderException($"{file}: the session has no id");
        var created = Time(root, "created_at") ?? throw new FolderException($"{file}: the session has no created_at of the form 2026-11-02T08:15:30Z");
        if (!root.TryGetProperty("events", out var list) || list.ValueKind != JsonValueKind.Array) throw new FolderException($"{file}: the session has no list of events");
        var events = new List<InputEvent>();
        var number = 0;
        foreach (var entry in list.EnumerateArray())
        {
            number++;
            if (entry.ValueKind != JsonValueKind.Object || Field(entry, "type") is not { } type) throw new FolderException($"{file}: event {number} has no type");
            if (SenderOf(type) is not { } sender) continue;
            var at = Time(entry, "processed_at") ?? created;
            var isCall = sender == Sender.ToolCall;
            events.Add(new InputEvent(
                Field(entry, "id") ?? string.Create(CultureInfo.InvariantCulture, $"event{number}"), sender,
                isCall ? entry.TryGetProperty("input", out var input) ? input.GetRawText() : "" : ContentOf(entry, file, number),
                at, isCall ? Field(entry, "name") : null, Field(entry, "tool_use_id"), entry.TryGetProperty("is_error", out var error) && error.ValueKind == JsonValueKind.True));
        }
        var user = root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object ? Field(metadata, "user_id") : null;
        return new InputSession(id, Field(root, "title") ?? "", created, events, user);
    }

    private static Sender? SenderOf(string type) => type switch
    {
        "user.message" => Sender.User,
        "agent.message" => Sender.Agent,
        "agent.tool_use" or "agent.mcp_tool_use" or "agent.custom_tool_use" => Sender.ToolCall,
        "agent.tool_result" or "agent.mcp_tool_result" or "user.custom_tool_result" => Sender.ToolResult,
        _ => null,
    };

    /// <summary>The text blocks of a content, one below the other.</summary>
    private static string ContentOf(JsonElement entry, string file, int number)
    {
        if (!entry.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null) return "";
        if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
        if (content.ValueKind != JsonValueKind.Array) throw new FolderException($"{file}: the content of event {number} is neither text nor a list of blocks");
        return string.Join('\n', content.EnumerateArray().Where(block => block.ValueKind == JsonValueKind.Object && Field(block, "type") == "text").Select(block => Field(block, "text")).Where(text => text is { Length: > 0 }));
    }

    private static JsonDocument Parse(string file)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 256 });
        }
        catch (JsonException e)
        {
            throw new FolderException($"{file}: this is no JSON: {e.Message}");
        }
        catch (IOException e)
        {
            throw new FolderException($"{file}: {e.Message}");
        }
    }

    private static string Text(byte[] bytes, string file)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new FolderException($"{file}: a memory is text in UTF-8, and this file is not. Take it out of the store");
        }
    }

    private static string? Field(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Scalar(value) : null;

    /// <summary>JSON can spell half of a surrogate pair; no text can hold one.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Half a surrogate pair is reported by an exception without a type of its own.")]
    private static string Scalar(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static DateTimeOffset? Time(JsonElement entry, string name) =>
        Field(entry, name) is { } text && Timestamp.TryParse(text, roundUp: false, out var microseconds, out _) ? Timestamp.FromMicroseconds(microseconds) : null;
}
