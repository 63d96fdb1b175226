using System.Globalization;
using MemoryStores.Contract.Secrets;
using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Mining;

/// <summary>
/// Reads what a message claims. Sentences that only make sense with the one before ("It's noon now.", "That's them, not us.") are
/// taken together; what is quoted or pasted is told apart from what the sender says.
/// </summary>
internal sealed class ClaimReader(FrameReader frames)
{
    private const int MostSentencesOfOneClaim = 3;

    public IEnumerable<Claim> Read(InputSession session, InputEvent message)
    {
        var text = message.Text;
        var sentences = SentencesOf(text);
        for (var i = 0; i < sentences.Count;)
        {
            var end = i + 1;
            while (end < sentences.Count && end - i < MostSentencesOfOneClaim && GoTogether(text, sentences, i, end)) end++;
            if (Claimed(session, message, sentences[i], sentences[end - 1], end - i) is { } claim) yield return claim;
            i = end;
        }
    }

    private static List<Part> SentencesOf(string text)
    {
        var parts = new List<Part>();
        var pastedFrom = int.MaxValue;
        foreach (var statement in MemoryStatements.Of(text))
        {
            var isQuote = statement.Kind is StatementKind.BlockQuote or StatementKind.CodeBlock or StatementKind.FrontMatterKey or StatementKind.TableRow;
            if (isQuote)
            {
                parts.Add(new Part(statement.Start, statement.End, true));
                continue;
            }
            var start = statement.Kind == StatementKind.ListItem ? Math.Max(statement.Start, Line.At(text, statement.Start).ItemTextAt(text)) : statement.Start;
            foreach (var (from, to) in Sentences.Of(text, start, statement.End))
            {
                var sentence = text[from..to];
                parts.Add(new Part(from, to, from >= pastedFrom || QuotedWords(sentence) >= 4));
                // "They wrote:" and a line end: what follows is theirs.
                if (sentence.EndsWith(':') && Cues.Introduces().IsMatch(sentence) && text.AsSpan(to).TrimStart(' ').StartsWith("\n")) pastedFrom = to;
            }
        }
        return parts;
    }

    /// <summary>Whether the next sentence belongs to the claim that began with the first.</summary>
    private bool GoTogether(string text, List<Part> parts, int first, int next)
    {
        if (parts[next].IsQuote || parts[next - 1].IsQuote) return false;
        // Across a line end sentences stand on their own.
        if (text.AsSpan(parts[next - 1].End, parts[next].Start - parts[next - 1].End).Contains('\n')) return false;
        var (before, after) = (text[parts[first].Start..parts[next - 1].End], text[parts[next].Start..parts[next].End]);
        if (SecretScanner.HasMask(before) || SecretScanner.HasMask(after)) return false;
        if (Clauses.LeansBack(after)) return true;
        var frame = frames.Read(after);
        var former = frames.Read(before);
        if (former.Names.Count == 0 && former.Stems.Count <= 3 && (Cues.Correction().IsMatch(before) || Cues.Change().IsMatch(before) || Cues.Return().IsMatch(before) || Cues.Retraction().IsMatch(before))) return true;
        // A remark of a few words without a name or value of its own is about what was just said.
        return frame.Keys == 0 && frame.Stems.Count <= 4 && former.Keys > 0 && !Cues.Imperative().IsMatch(after) &&
            (Cues.Hedge().IsMatch(after) || Cues.Denial().IsMatch(after) || Cues.Others().IsMatch(after) || Cues.Hypothesis().IsMatch(after) || Cues.Retraction().IsMatch(after) || frame.Stems.Count <= 2);
    }

    private Claim? Claimed(InputSession session, InputEvent message, Part first, Part last, int count)
    {
        var (start, end) = (first.Start, last.End);
        var said = message.Text[start..end];
        if (said.Length > 1_200) return null;
        var isAgent = message.Sender == Sender.Agent;
        var day = message.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var parsed = SecretScanner.HasMask(said) ? Clauses.WithoutMasks(said) : said;
        if (parsed is null) return null;
        var act = first.IsQuote || Cues.Injection().IsMatch(said) ? Act.Quote : ActOf(ref parsed, count);
        var frame = frames.Read(Clauses.WithoutDay(parsed, day), isClaim: act is Act.State or Act.Change);
        return new Claim
        {
            Act = act,
            Said = parsed,
            Frame = frame,
            Reading = new Lazy<(string, Frame)>(() => CoreOf(act, parsed, day, frame)),
            Session = session,
            Event = message,
            Start = start,
            End = end,
            Trust = isAgent ? Trust.Agent : Trust.User,
            IsCorrection = Cues.Correction().IsMatch(parsed),
            IsForTheRecord = Cues.ForTheRecord().IsMatch(parsed),
            IsFinding = isAgent && Cues.Finding().IsMatch(parsed),
            IsReturn = Cues.Return().IsMatch(parsed),
        };
    }

    private (string Core, Frame Frame) CoreOf(Act act, string parsed, string day, Frame frame)
    {
        if (act is not (Act.State or Act.Change)) return (parsed, frame);
        var core = Clauses.Core(Clauses.WithoutDay(parsed, day), frame, frames);
        return (core, frames.Read(core, isClaim: true));
    }

    private Act ActOf(ref string said, int sentences)
    {
        if (Clauses.GivenOfQuestion(said) is { } given)
        {
            said = given;
            return Cues.Change().IsMatch(given) ? Act.Change : Act.State;
        }
        if (Clauses.AnsweredFragment(said) is { } answered) said = answered;
        if (Cues.Hypothesis().IsMatch(said)) return Act.Question;
        if (Cues.Others().IsMatch(said)) return Act.Others;
        if (Cues.Hedge().IsMatch(said)) return Act.Hedge;
        var endsAsQuestion = Cues.QuestionMark().IsMatch(said);
        if (endsAsQuestion && (sentences == 1 || Cues.QuestionStart().IsMatch(said))) return Cues.Request().IsMatch(said) ? Act.Task : Act.Question;
        var isCorrection = Cues.Correction().IsMatch(said) && !Clauses.IsNegatedThroughout(said);
        if (!isCorrection && Cues.Denial().IsMatch(said)) return Act.Deny;
        if (Cues.Retraction().IsMatch(said)) return Act.Retract;
        if (Cues.Request().IsMatch(said) && !Cues.ForTheRecord().IsMatch(said)) return Act.Task;
        // "Wake me at 6" or "route parcels to Ada" tells how things are done; "book it again" asks for something once.
        if (Cues.Imperative().IsMatch(said) && !Cues.ForTheRecord().IsMatch(said) && !Cues.StrongChange().IsMatch(said) && (!TellsHow(frames.Read(said)) || Cues.OnceOnly().IsMatch(said))) return Act.Task;
        if (!isCorrection && Clauses.DeniesAValue(said) && !Cues.Change().IsMatch(said)) return Act.Deny;
        if (Cues.Change().IsMatch(said) || isCorrection) return Act.Change;
        return Act.State;
    }

    /// <summary>Two names or values, or one that is no bare number beside an attribute.</summary>
    private static bool TellsHow(Frame frame) =>
        frame.Keys >= 2 || (frame.Keys == 1 && frame.Values.All(value => value.Kind != ValueKind.Number) && frame.Groups.Any(Thesaurus.IsSingle));

    /// <summary>The words of the longest stretch between quotation marks.</summary>
    private static int QuotedWords(string sentence)
    {
        var most = 0;
        for (var at = 0; at < sentence.Length; at++)
        {
            var close = sentence[at] switch { '"' => '"', '“' => '”', '«' => '»', '„' => '“', _ => '\0' };
            if (close == '\0') continue;
            var end = sentence.IndexOf(close, at + 1);
            // A quotation that goes on in the next sentence counts to the end of this one.
            if (end < 0) end = sentence.Length;
            var words = sentence.AsSpan(at + 1, Math.Max(0, end - at - 1)).Count(' ') + 1;
            most = Math.Max(most, words);
            at = end;
        }
        return most;
    }

    private readonly record struct Part(int Start, int End, bool IsQuote);
}
