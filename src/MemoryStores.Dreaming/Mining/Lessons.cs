using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Dreaming.Mining;

/// <summary>
/// Finds lessons: a tool call failed, another of the same tool went through, and the agent says what made the difference. Where it
/// says nothing, its two commands are set side by side; the tool's own words are never taken over.
/// </summary>
internal sealed class Lessons(ClaimReader reader, FrameReader frames)
{
    /// <summary>So many events after the failure the repair must have come, and so many after that the remark.</summary>
    private const int EventsToRepair = 16;
    private const int EventsToRemark = 4;
    private const int LongestCommand = 160;

    public IEnumerable<Claim> Of(InputSession session)
    {
        var calls = new Dictionary<string, (int At, InputEvent Call)>(StringComparer.Ordinal);
        var failures = new Dictionary<string, (int At, InputEvent Call, InputEvent Result)>(StringComparer.Ordinal);
        for (var i = 0; i < session.Events.Count; i++)
        {
            var one = session.Events[i];
            if (one.Sender == Sender.ToolCall) calls[one.Id] = (i, one);
            if (one.Sender != Sender.ToolResult || one.CallId is null || !calls.TryGetValue(one.CallId, out var call) || call.Call.Tool is not { } tool) continue;
            if (one.IsError)
            {
                failures[tool] = (i, call.Call, one);
                continue;
            }
            if (!failures.Remove(tool, out var failure) || i - failure.At > EventsToRepair || failure.Call.Text == call.Call.Text) continue;
            if (Remark(session, i, failure.Call, failure.Result, call.Call) is { } remark) yield return remark;
            else if (SideBySide(session, failure.Call, call.Call) is { } composed) yield return composed;
        }
    }

    private Claim? Remark(InputSession session, int after, InputEvent bad, InputEvent error, InputEvent good)
    {
        var about = WordsOf(bad.Text + " " + good.Text + " " + bad.Tool + " " + error.Text[..Math.Min(error.Text.Length, 400)]);
        for (var i = after + 1; i < Math.Min(session.Events.Count, after + 1 + EventsToRemark); i++)
        {
            if (session.Events[i].Sender != Sender.Agent) continue;
            foreach (var claim in reader.Read(session, session.Events[i]))
                if (claim.Act is not (Act.Quote or Act.Question) && claim.Said.Length <= 400 && WordsOf(claim.Said).Count(about.Contains) >= 2)
                    return Forced(claim, claim.Said.Trim());
        }
        return null;
    }

    private Claim? SideBySide(InputSession session, InputEvent bad, InputEvent good)
    {
        if (Command(bad) is not { } failed || Command(good) is not { } worked || failed == worked) return null;
        var text = $"`{failed}` failed; `{worked}` worked";
        var frame = frames.Read(text);
        return new Claim
        {
            Act = Act.State, Said = text, Frame = frame, Telling = text, Session = session, Event = good, Start = 0, End = good.Text.Length,
            Trust = Trust.Agent, IsFinding = true, IsForTheRecord = true,
        };
    }

    /// <summary>The claim as one that is kept whatever it sounds like.</summary>
    private Claim Forced(Claim claim, string text)
    {
        var frame = frames.Read(text);
        return new Claim
        {
            Act = Act.State, Said = text, Frame = frame, Telling = text, Session = claim.Session, Event = claim.Event, Start = claim.Start, End = claim.End,
            Trust = Trust.Agent, IsFinding = true, IsForTheRecord = true, IsLesson = true,
        };
    }

    /// <summary>The command of a call whose input has one text field; other inputs tell nothing by themselves.</summary>
    private static string? Command(InputEvent call)
    {
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(call.Text);
            if (json.RootElement.ValueKind != System.Text.Json.JsonValueKind.Object || !json.RootElement.TryGetProperty("command", out var command) || command.ValueKind != System.Text.Json.JsonValueKind.String) return null;
            var text = command.GetString()!.Trim();
            return text.Length is > 0 and <= LongestCommand && !text.Contains('`', StringComparison.Ordinal) && !text.Contains('\n', StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal) ? text : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static HashSet<string> WordsOf(string text) =>
        [.. Token.Of(text).SelectMany(token => token.Lower.Split('_', '-', '/', '.', ':', '=')).Where(word => word.Length > 1 && !CommonWords.IsGrammar(word)).Select(Stem.Of)];
}
