using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>
/// Events as requests give them: those a client sends, each with the fields of its type and no others, and those that tell of what
/// happened elsewhere, kept as they are.
/// </summary>
internal static class EventFields
{
    private static readonly string[] MessageBlocks = ["text", "image", "document", "redacted"];
    private static readonly string[] ResultBlocks = ["text", "image", "document", "search_result"];
    private static readonly string[] SystemBlocks = ["text"];

    /// <summary>The events of a list, of some types.</summary>
    public static IReadOnlyList<EventDraft> Sent(BodyFields body, string field, IReadOnlyList<string> types, int most)
    {
        var drafts = new List<EventDraft>();
        foreach (var item in body.List(field, most) ?? [])
        {
            if (Sent(item, types) is { } draft) drafts.Add(draft);
            body.Adopt(item);
        }
        return drafts;
    }

    /// <summary>The events of an import.</summary>
    public static IReadOnlyList<EventDraft> Told(BodyFields body, string field)
    {
        var drafts = new List<EventDraft>();
        foreach (var item in body.List(field, Limits.EventsPerBatch) ?? [])
        {
            var (type, id, at) = (item.RequiredText("type"), item.Text("id"), item.Text("processed_at"));
            if (!EventTypes.All.Contains(type)) item.Refuse("type", $"'{type}' is not the type of an event");
            if (id is not null && (id.Length is 0 or > Limits.EventIdCharacters || id.AsSpan().ContainsAnyExcept(IdMint.Letters)))
                item.Refuse("id", $"is 1 to {Limits.EventIdCharacters} letters, digits, '_' and '-'");
            long? time = null;
            if (at is not null)
            {
                if (Timestamp.TryParse(at, roundUp: false, out var parsed, out var reason)) time = parsed;
                else item.Refuse("processed_at", $"'{at}': {reason}");
            }
            if (item.WholeWithout("type", "id", "processed_at") is { } fields) drafts.Add(new EventDraft(type, fields) { Id = id, ProcessedAt = time });
            body.AdoptOpen(item);
        }
        return drafts;
    }

    private static EventDraft? Sent(BodyFields item, IReadOnlyList<string> types)
    {
        var type = item.RequiredOneOf("type", types);
        switch (type)
        {
            case EventTypes.UserMessage: RequiredBlocks(item, MessageBlocks); break;
            case EventTypes.SystemMessage: RequiredBlocks(item, SystemBlocks); break;
            case EventTypes.UserInterrupt: item.Text("session_thread_id"); break;
            case EventTypes.UserToolConfirmation: Confirmation(item); break;
            case EventTypes.UserToolResult: Result(item, "tool_use_id"); break;
            case EventTypes.UserCustomToolResult: Result(item, "custom_tool_use_id"); break;
            case EventTypes.UserDefineOutcome: return Outcome(item, type);
        }
        return item.WholeWithout("type") is { } fields ? new EventDraft(type, fields) : null;
    }

    private static void Confirmation(BodyFields item)
    {
        Id(item, "tool_use_id");
        var result = item.RequiredOneOf("result", ["allow", "deny"]);
        if (item.Text("deny_message") is not null && result == "allow") item.Refuse("deny_message", "belongs to the result deny");
    }

    private static void Result(BodyFields item, string id)
    {
        Id(item, id);
        if (item.Has("content")) Blocks(item, ResultBlocks);
        item.Flag("is_error");
    }

    private static EventDraft? Outcome(BodyFields item, string type)
    {
        if (item.RequiredText("description").Length == 0) item.Refuse("description", "is empty");
        if (item.Inner("rubric") is { } rubric)
        {
            if (rubric.RequiredOneOf("type", ["text", "file"]) == "file") rubric.RequiredText("file_id");
            else if (rubric.RequiredText("content").Length > Limits.RubricCharacters) rubric.Refuse("content", $"has more than {Limits.RubricCharacters:N0} characters");
            item.Adopt(rubric);
        }
        else item.Refuse("rubric", "is required, as an object with its type");
        var most = item.Number("max_iterations", 1, Limits.OutcomeIterations) ?? DefaultIterations;
        return item.WholeWithout("type", "max_iterations") is { } fields
            ? new EventDraft(type, StoredJson.FromStorage($$"""{{fields.Text[..^1]}},"max_iterations":{{most}}}"""))
            : null;
    }

    private const int DefaultIterations = 3;

    private static void Id(BodyFields item, string field)
    {
        if (item.RequiredText(field).Length is 0 or > Limits.EventIdCharacters) item.Refuse(field, $"is the id of an event, 1 to {Limits.EventIdCharacters} characters");
    }

    private static void RequiredBlocks(BodyFields item, string[] kinds)
    {
        if (Blocks(item, kinds) == 0) item.Refuse("content", "is required, as a list of at least one block");
    }

    /// <summary>Blocks of some kinds. Of a text its text is looked at, of others that they say where they are from; the rest is kept as given.</summary>
    private static int Blocks(BodyFields item, string[] kinds)
    {
        var count = 0;
        foreach (var block in item.List("content", Limits.EventsPerBatch) ?? [])
        {
            count++;
            switch (block.RequiredOneOf("type", kinds))
            {
                case "text":
                    block.RequiredText("text");
                    break;
                case "image" or "document":
                    if (block.Inner("source") is { } source)
                    {
                        source.RequiredText("type");
                        block.AdoptOpen(source);
                    }
                    else block.Refuse("source", "is required, as an object with its type");
                    break;
            }
            item.AdoptOpen(block);
        }
        return count;
    }
}
