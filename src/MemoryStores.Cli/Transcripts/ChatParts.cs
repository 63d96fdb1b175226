using System.Text.Json;

namespace MemoryStores.Cli.Transcripts;

/// <summary>
/// The messages of a request and its answer as events, in the words of the Messages API and of OpenAI's chat and responses, which logs
/// mix: a role tells who speaks, blocks and calls what.
/// </summary>
internal static class ChatParts
{
    /// <summary>A message by its role; null, with why, when it is none. <paramref name="flaw"/> null beside null: nothing worth an event.</summary>
    public static List<Said>? OfMessage(JsonElement message, out string? flaw)
    {
        flaw = null;
        if (message.ValueKind != JsonValueKind.Object)
        {
            flaw = "has a message that is no JSON object";
            return null;
        }
        if (CleanJson.Text(message, "role"u8) is not { } role) return OfItem(message, out flaw);
        var has = message.TryGetProperty("content"u8, out var content) && content.ValueKind != JsonValueKind.Null;
        List<Said>? said = role switch
        {
            "user" => has ? Blocks.Of(content, WireTypes.UserMessage, static id => id) : null,
            "system" or "developer" => has ? Blocks.Of(content, WireTypes.SystemMessage, static id => id) : null,
            "assistant" or "model" => OfAssistant(message, content, has),
            "tool" or "function" => [Result(CleanJson.Text(message, "tool_call_id"u8) ?? CleanJson.Text(message, "name"u8) ?? "", content)],
            _ => null,
        };
        if (said is null) flaw = role is "user" or "system" or "developer" or "assistant" or "model"
            ? "has a message whose content is neither text nor a list of blocks"
            : $"has a message with the role '{CleanJson.Cut(role, 40)}', which is none of system, user, assistant, tool";
        return said;
    }

    /// <summary>The system prompt of a request.</summary>
    public static List<Said> OfSystem(JsonElement request)
    {
        foreach (var field in new[] { "system", "instructions" })
        {
            if (request.TryGetProperty(field, out var text) && Blocks.Of(text, WireTypes.SystemMessage) is { } said) return said;
        }
        return [];
    }

    /// <summary>What came back: a message, choices of which the first counts, items, text, or an error.</summary>
    public static List<Said>? OfAnswer(JsonElement answer, out string? flaw)
    {
        flaw = null;
        if (answer.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return [];
        if (answer.ValueKind == JsonValueKind.String) return Blocks.Of(answer, WireTypes.AgentMessage);
        if (answer.ValueKind == JsonValueKind.Array) return OfItems(answer, out flaw);
        if (answer.ValueKind == JsonValueKind.Object)
        {
            if (CleanJson.Inner(answer, "body"u8) is { } body) return OfAnswer(body, out flaw);
            if (CleanJson.Inner(answer, "error"u8) is { } error)
                return [Blocks.Error(CleanJson.Text(error, "type"u8) ?? "unknown_error", CleanJson.Text(error, "message"u8) ?? error.GetRawText())];
            if (CleanJson.List(answer, "choices"u8) is { } choices)
            {
                if (choices.GetArrayLength() == 0) return [];
                if (CleanJson.Inner(choices[0], "message"u8) is { } first) return OfMessage(first, out flaw);
            }
            if (CleanJson.List(answer, "output"u8) is { } output) return OfItems(output, out flaw);
            if (CleanJson.Inner(answer, "message"u8) is { } inner) return OfMessage(inner, out flaw);
            if (CleanJson.Text(answer, "role"u8) is not null) return OfMessage(answer, out flaw);
            if (answer.TryGetProperty("content"u8, out var content) && Blocks.Of(content, WireTypes.AgentMessage, static id => id) is { } said) return said;
        }
        flaw = "has an answer that is none of a message, choices, items or an error";
        return null;
    }

    private static List<Said>? OfItems(JsonElement items, out string? flaw)
    {
        flaw = null;
        var said = new List<Said>();
        foreach (var item in items.EnumerateArray())
        {
            if (OfMessage(item, out flaw) is not { } some) return null;
            said.AddRange(some);
        }
        return said;
    }

    /// <summary>An item of the Responses API, which has a type where a message has a role.</summary>
    private static List<Said>? OfItem(JsonElement item, out string? flaw)
    {
        flaw = null;
        switch (CleanJson.Text(item, "type"u8))
        {
            case "function_call":
                return [Call(CleanJson.Text(item, "call_id"u8) ?? CleanJson.Text(item, "id"u8) ?? "", item)];
            case "function_call_output":
                item.TryGetProperty("output"u8, out var output);
                return [Result(CleanJson.Text(item, "call_id"u8) ?? "", output)];
            case "reasoning":
                return [new Said(WireTypes.AgentThinking, CleanJson.Object(static _ => { }))];
            case null:
                flaw = "has a message without a role";
                return null;
            default:
                return [];
        }
    }

    private static List<Said>? OfAssistant(JsonElement message, JsonElement content, bool has)
    {
        var said = new List<Said>();
        if (CleanJson.Text(message, "reasoning_content"u8) is { Length: > 0 } || CleanJson.Text(message, "reasoning"u8) is { Length: > 0 })
            said.Add(new Said(WireTypes.AgentThinking, CleanJson.Object(static _ => { })));
        if (has)
        {
            if (Blocks.Of(content, WireTypes.AgentMessage, static id => id) is not { } talk) return null;
            said.AddRange(talk);
        }
        if (CleanJson.Text(message, "refusal"u8) is { Length: > 0 } refusal) said.Add(Blocks.Talk(WireTypes.AgentMessage, refusal));
        if (CleanJson.List(message, "tool_calls"u8) is { } calls)
        {
            foreach (var call in calls.EnumerateArray())
            {
                if ((CleanJson.Inner(call, "function"u8) ?? CleanJson.Inner(call, "custom"u8)) is { } function) said.Add(Call(CleanJson.Text(call, "id"u8) ?? "", function));
            }
        }
        // The older way, one call without an id: its result names the function.
        if (CleanJson.Inner(message, "function_call"u8) is { } old) said.Add(Call(CleanJson.Text(old, "name"u8) ?? "", old));
        return said;
    }

    private static Said Call(string id, JsonElement function) => new(WireTypes.ToolUse, CleanJson.Object(writer =>
    {
        writer.WriteString("name"u8, CleanJson.Text(function, "name"u8) ?? "");
        writer.WritePropertyName("input"u8);
        var has = function.TryGetProperty("arguments"u8, out var arguments) || function.TryGetProperty("input"u8, out arguments);
        if (!has) writer.WriteNullValue();
        else if (arguments.ValueKind == JsonValueKind.String) WriteArguments(writer, CleanJson.Text(arguments));
        else CleanJson.Write(writer, arguments, level: 1);
    }), id);

    /// <summary>Arguments are JSON in a string, unless the model wrote something else.</summary>
    private static void WriteArguments(Utf8JsonWriter writer, string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text, Json.Lax);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
            {
                CleanJson.Write(writer, parsed.RootElement, level: 1);
                return;
            }
        }
        catch (JsonException)
        {
            // Kept as the text that it is.
        }
        writer.WriteStartObject();
        writer.WriteString("arguments"u8, text);
        writer.WriteEndObject();
    }

    private static Said Result(string id, JsonElement content) => new(WireTypes.ToolResult, CleanJson.Object(writer =>
    {
        writer.WriteString("tool_use_id"u8, id);
        Blocks.WriteContent(writer, content);
        writer.WriteBoolean("is_error"u8, false);
    }));
}
