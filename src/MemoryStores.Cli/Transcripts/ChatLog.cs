using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MemoryStores.Cli.Transcripts;

/// <summary>
/// Logs of requests to a model. Each request repeats the conversation so far, so that which conversation it continues is told by what it
/// repeats: 1. the record becomes events; 2. a hash is chained along them, over what was said and not over thoughts and system prompts,
/// which requests change; 3. the longest beginning that is the end of a conversation of this file is the conversation it continues, and
/// what follows is new; without one it begins another. An event's id is its hash in the chain, the same whenever the file is read.
/// A record may also be a message alone: then the file is one conversation.
/// </summary>
internal sealed class ChatLog(string place) : TranscriptParser
{
    private const int HashLetters = 32;
    private const string Start = "";

    private readonly Dictionary<string, int> ends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> beginnings = new(StringComparer.Ordinal);
    private readonly List<Conversation> conversations = [];

    /// <summary>The one that messages alone continue.</summary>
    private int? bare;

    private sealed class Conversation
    {
        public string End { get; set; } = Start;
        public int Unchained { get; set; }

        /// <summary>How often each id of a call was used, for some programs count anew with each request.</summary>
        public Dictionary<string, int> Calls { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Request(List<Said> Said, long? At, bool IsBare);

    public static bool Knows(JsonElement record)
    {
        var request = RequestOf(record);
        return request is not null || (CleanJson.Text(record, "role"u8) is not null && record.TryGetProperty("content"u8, out _));
    }

    /// <summary>Whether a record is written in OpenAI's words; else in those of the Messages API.</summary>
    public static bool IsOpenAi(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) return false;
        var request = RequestOf(record) ?? record;
        if (request.TryGetProperty("input"u8, out _) || record.TryGetProperty("choices"u8, out _) || AnswerOf(record, request) is { ValueKind: JsonValueKind.Object } answer
            && (answer.TryGetProperty("choices"u8, out _) || answer.TryGetProperty("output"u8, out _))) return true;
        return CleanJson.List(request, "messages"u8) is { } messages
            ? messages.EnumerateArray().Any(IsOpenAiMessage)
            : IsOpenAiMessage(record);
    }

    private static bool IsOpenAiMessage(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object
        && (CleanJson.Text(message, "role"u8) is "system" or "developer" or "tool" or "function" || message.TryGetProperty("tool_calls"u8, out _));

    public override string? Read(JsonElement record, int line, List<ParsedEvent> into)
    {
        if (record.ValueKind != JsonValueKind.Object) return "is no JSON object";
        if (RequestIn(record, out var flaw) is not { } request) return flaw; // 1.
        var chain = ChainOf(request, request.IsBare && bare is { } only ? conversations[only].End : Start); // 2.
        var (which, from) = Find(request, chain); // 3.
        var conversation = conversations[which];
        for (var i = from; i < request.Said.Count; i++) Add(which, conversation, request.Said[i], chain[i + 1], chain[i] != chain[i + 1], request.At, into);
        if (ends.TryGetValue(conversation.End, out var owner) && owner == which) ends.Remove(conversation.End);
        conversation.End = chain[^1];
        ends[conversation.End] = which;
        return null;
    }

    private static Request? RequestIn(JsonElement record, out string? flaw)
    {
        flaw = null;
        long? at = null;
        foreach (var field in new[] { "timestamp", "created_at", "time", "created" })
        {
            if (!record.TryGetProperty(field, out var time) || time.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) continue;
            if (!Times.TryRead(time, out var read))
            {
                flaw = $"has the {field} {Times.Shown(time)}, which is no time";
                return null;
            }
            at = read;
            break;
        }
        var said = new List<Said>();
        if (RequestOf(record) is not { } request)
        {
            if (CleanJson.Text(record, "role"u8) is null)
            {
                flaw = "has no messages";
                return null;
            }
            return ChatParts.OfMessage(record, out flaw) is { } one ? new Request(one, at, IsBare: true) : null;
        }
        said.AddRange(ChatParts.OfSystem(request));
        var given = CleanJson.List(request, "messages"u8) ?? CleanJson.List(request, "input"u8);
        if (given is null) said.AddRange(Blocks.Of(request.GetProperty("input"u8), WireTypes.UserMessage)!);
        foreach (var message in given?.EnumerateArray() ?? default)
        {
            if (ChatParts.OfMessage(message, out flaw) is not { } some) return null;
            said.AddRange(some);
        }
        if (AnswerOf(record, request) is { } answer)
        {
            if (ChatParts.OfAnswer(answer, out flaw) is not { } some) return null;
            said.AddRange(some);
            if (answer.ValueKind == JsonValueKind.Object && at is null && answer.TryGetProperty("created"u8, out var created) && Times.TryRead(created, out var moment)) at = moment;
        }
        return new Request(said, at, IsBare: false);
    }

    /// <summary>The part of a record with the messages: itself, or where logs put it.</summary>
    private static JsonElement? RequestOf(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) return null;
        if (HasMessages(record)) return record;
        foreach (var field in new[] { "request", "body", "params", "kwargs" })
        {
            if (!record.TryGetProperty(field, out var inner) || inner.ValueKind != JsonValueKind.Object) continue;
            if (HasMessages(inner)) return inner;
            if (CleanJson.Inner(inner, "body"u8) is { } body && HasMessages(body)) return body;
        }
        return null;
    }

    private static bool HasMessages(JsonElement given) =>
        CleanJson.List(given, "messages"u8) is not null || CleanJson.List(given, "input"u8) is not null
        || (CleanJson.Text(given, "input"u8) is not null && given.TryGetProperty("model"u8, out _));

    private static JsonElement? AnswerOf(JsonElement record, JsonElement request)
    {
        if (record.ValueKind != JsonValueKind.Object) return null;
        foreach (var field in new[] { "response", "answer", "completion", "result", "message" })
        {
            if (record.TryGetProperty(field, out var inner) && inner.ValueKind is JsonValueKind.Object or JsonValueKind.String or JsonValueKind.Array) return inner;
        }
        return record.TryGetProperty("choices"u8, out _) || CleanJson.Inner(record, "error"u8) is not null || CleanJson.List(request, "output"u8) is not null
            ? record
            : null;
    }

    /// <summary>The hash before each event, and the one behind the last.</summary>
    private static List<string> ChainOf(Request request, string from)
    {
        var chain = new List<string> { from };
        foreach (var one in request.Said)
        {
            if (!IsChained(one))
            {
                chain.Add(chain[^1]);
                continue;
            }
            var text = string.Join('\n', EventText.Of(one.Fields)).Trim() is { Length: > 0 } words && one.Type != WireTypes.ToolResult ? words : one.Fields.Text;
            chain.Add(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{chain[^1]}\0{one.Type}\0{one.Tool}\0{text}")))[..HashLetters]);
        }
        return chain;
    }

    private static bool IsChained(Said one) => one.Type is not (WireTypes.AgentThinking or WireTypes.SystemMessage or WireTypes.SessionError);

    private (int Which, int From) Find(Request request, List<string> chain)
    {
        if (request.IsBare)
        {
            bare ??= Begin(chain);
            return (bare.Value, 0);
        }
        for (var i = chain.Count - 1; i > 0; i--)
        {
            if (chain[i] != Start && ends.TryGetValue(chain[i], out var which)) return (which, i);
        }
        return (Begin(chain), 0);
    }

    private int Begin(List<string> chain)
    {
        var first = chain.Find(hash => hash != Start) is { } hash ? hash[..12] : "0";
        beginnings[first] = beginnings.GetValueOrDefault(first) + 1;
        Transcripts.Add(new TranscriptFacts($"{place}-{first}-{beginnings[first]}"));
        conversations.Add(new Conversation());
        return conversations.Count - 1;
    }

    private static void Add(int which, Conversation conversation, Said one, string hash, bool isChained, long? at, List<ParsedEvent> into)
    {
        conversation.Unchained = isChained ? 0 : conversation.Unchained + 1;
        var id = isChained ? hash : $"{(hash.Length == 0 ? "0" : hash)}_{conversation.Unchained}";
        var fields = one.Fields;
        if (one.Tool is { } call)
        {
            var uses = conversation.Calls[call] = conversation.Calls.GetValueOrDefault(call) + 1;
            id = CallId(call, uses);
        }
        else if (one.Type is WireTypes.ToolResult or WireTypes.McpToolResult)
        {
            var field = one.Type == WireTypes.ToolResult ? "tool_use_id" : "mcp_tool_use_id";
            var result = JsonNode.Parse(fields.Text)!.AsObject();
            var name = (string)result[field]!;
            result[field] = CallId(name, Math.Max(1, conversation.Calls.GetValueOrDefault(name)));
            fields = CleanJson.Object(writer =>
            {
                foreach (var (key, value) in result)
                {
                    writer.WritePropertyName(key);
                    if (value is null) writer.WriteNullValue();
                    else value.WriteTo(writer);
                }
            });
        }
        into.Add(new ParsedEvent(which, id, one.Type, fields, at));
    }

    private static string CallId(string call, int use)
    {
        var id = EventIds.Of(call.Length == 0 ? "call" : call);
        return use == 1 ? id : $"{id}_{use}";
    }
}
