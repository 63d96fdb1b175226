namespace MemoryStores.Dreaming.Language;

/// <summary>
/// The names that the texts of one dream use: words written with a capital inside a sentence, and runs of them ("Ada Brook",
/// "Hill &amp; Sons"). Learned from all texts before anything is compared, so that a name is known again in capitals, in lower case and
/// at the start of a sentence.
/// </summary>
internal sealed class Names
{
    private const int MostWords = 4;

    private readonly Dictionary<string, int> capital = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> lower = new(StringComparer.Ordinal);
    private readonly HashSet<string> runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> firstWords = new(StringComparer.Ordinal);

    public void Learn(string text, List<Token> tokens)
    {
        var isShouted = IsShouted(text, tokens);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (!token.IsCapital)
            {
                if (char.IsLetter(text[token.Start])) Count(lower, token.Lower);
                continue;
            }
            if (isShouted) continue;
            var end = RunEnd(text, tokens, i);
            if (end - i > 1)
            {
                // A sentence's first word may only happen to stand before a name.
                var isFirst = CommonWords.IsGrammar(token.Lower) || (BeginsSentence(text, tokens, i) && IsOrdinary(token.Lower));
                var from = isFirst ? i + 1 : i;
                if (end - from > 1 && end - from <= MostWords) runs.Add(Key(tokens, from, end));
                for (var k = from; k < end; k++) Count(capital, tokens[k].Lower);
                i = end - 1;
            }
            else if (!BeginsSentence(text, tokens, i) && !IsLabel(text, token)) Count(capital, token.Lower);
        }
    }

    /// <summary>To be called when everything was learned: lets the first word of a run stand for it where it is the only one.</summary>
    public void Seal()
    {
        var ambiguous = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var first = run[..run.IndexOf(' ', StringComparison.Ordinal)];
            if (!firstWords.TryAdd(first, run) && firstWords[first] != run) ambiguous.Add(first);
        }
        foreach (var first in ambiguous) firstWords.Remove(first);
    }

    /// <summary>The name that begins at a token, and how many tokens it has; none where there is none.</summary>
    public (string Key, int Count)? At(string text, List<Token> tokens, int index, bool isShouted)
    {
        var begins = tokens[index].IsCapital && BeginsSentence(text, tokens, index);
        for (var end = Math.Min(tokens.Count, index + MostWords); end - index > 1; end--)
        {
            var key = Key(tokens, index, end);
            if (runs.Contains(key) && Joined(text, tokens, index, end)) return (key, end - index);
        }
        var token = tokens[index];
        if (token.Lower.Length < 2 || CommonWords.IsGrammar(token.Lower)) return null;
        if (token.IsIdentifier(text) && (!token.IsCapital || token.End - token.Start > 2)) return (token.Lower, 1);
        if (IsCompound(token.Lower)) return (token.Lower, 1);
        var (seen, common) = (capital.GetValueOrDefault(token.Lower), lower.GetValueOrDefault(token.Lower));
        if (token.IsCapital && !isShouted)
        {
            var end = RunEnd(text, tokens, index);
            if (end - index is > 1 and <= MostWords && !(begins && IsOrdinary(token.Lower))) return (Key(tokens, index, end), end - index);
            if (CommonWords.IsSpeaking(token.Lower) || (begins && IsLabel(text, token))) return null;
            if (!begins || (seen > common && !IsOrdinary(token.Lower))) return (Whole(token.Lower), 1);
            // A first word that means nothing as a word, and does something, is a name as well.
            return common == 0 && !IsOrdinary(token.Lower) && token.Lower.Length > 2 && index + 1 < tokens.Count && DoesSomething(tokens[index + 1].Lower) ? (Whole(token.Lower), 1) : null;
        }
        return seen > 0 && common == 0 && (isShouted || !char.IsUpper(text[token.Start])) && Thesaurus.Of(Stem.Of(token.Lower)).Length == 0 ? (Whole(token.Lower), 1) : null;
    }

    public static bool IsShouted(string text, List<Token> tokens)
    {
        var (upper, all) = (0, 0);
        foreach (var token in tokens)
        {
            if (!char.IsLetter(text[token.Start]) || token.End - token.Start < 2) continue;
            all++;
            if (text.AsSpan(token.Start, token.End - token.Start).IndexOfAnyInRange('a', 'z') < 0) upper++;
        }
        return all > 2 && upper * 3 > all * 2;
    }

    public static bool BeginsSentence(string text, List<Token> tokens, int index)
    {
        if (index == 0) return true;
        for (var at = tokens[index].Start - 1; at >= tokens[index - 1].End; at--)
        {
            if (text[at] is '.' or '!' or '?' or ':' or '\n' or '"' or '“' or '*' or ';') return true;
            if (text[at] is '(' or ',' or '|') return text[at] == '|';
        }
        return false;
    }

    private static bool IsOrdinary(string word) =>
        CommonWords.IsGrammar(word) || CommonWords.IsSpeaking(word) || Thesaurus.Of(Stem.Of(word)).Length > 0 || Mining.Cues.Imperative().IsMatch(word + " it");

    private static bool DoesSomething(string next) =>
        next is "is" or "has" or "was" or "will" or "can" or "must" or "may" or "went" or "had" or "does" or "and" || (next.Length > 3 && next[^1] == 's' && next[^2] != 's');

    private string Whole(string word) => firstWords.GetValueOrDefault(word, word);

    /// <summary>A word joined by hyphens whose parts are not ordinary words of joining: "build-runner", not "check-in".</summary>
    private static bool IsCompound(string lower)
    {
        if (!lower.Contains('-', StringComparison.Ordinal)) return false;
        var isCommon = true;
        foreach (var range in lower.AsSpan().Split('-'))
        {
            var part = lower[range];
            if (part.Length < 2 || Joining.Contains(part)) return false;
            isCommon &= CommonWords.IsGrammar(part) || CommonWords.IsSpeaking(part) || Thesaurus.Of(Stem.Of(part)).Length > 0;
        }
        return !isCommon;
    }

    private static readonly HashSet<string> Joining =
        ["free", "only", "time", "day", "end", "term", "level", "based", "self", "non", "pre", "re", "co", "half", "well", "high", "low", "read", "all", "response", "full", "part", "up", "one", "single", "multi", "real", "follow", "sign", "log"];

    private static bool Joined(string text, List<Token> tokens, int from, int end)
    {
        for (var i = from + 1; i < end; i++)
        {
            var gap = text.AsSpan(tokens[i - 1].End, tokens[i].Start - tokens[i - 1].End).Trim();
            if (gap is not ("" or "&" or "'s" or "’s")) return false;
        }
        return true;
    }

    private static int RunEnd(string text, List<Token> tokens, int start)
    {
        var end = start + 1;
        while (end < tokens.Count && end - start < MostWords + 1 && text.AsSpan(tokens[end - 1].End, tokens[end].Start - tokens[end - 1].End) is " " or " & ")
        {
            if (tokens[end].IsCapital) end++;
            else if (Joiners.Contains(tokens[end].Lower) && end + 1 < tokens.Count && tokens[end + 1].IsCapital && text.AsSpan(tokens[end].End, tokens[end + 1].Start - tokens[end].End) is " ") end += 2;
            else break;
        }
        return end;
    }

    /// <summary>Words inside a name: "Isle of Man".</summary>
    private static readonly HashSet<string> Joiners = ["of", "de", "von", "van", "der", "del"];

    /// <summary>A word with a colon right behind it heads what follows.</summary>
    private static bool IsLabel(string text, Token token) => token.End < text.Length && text[token.End] == ':';

    private static string Key(List<Token> tokens, int from, int end) => string.Join(' ', tokens.Skip(from).Take(end - from).Select(token => token.Lower));

    private static void Count(Dictionary<string, int> counts, string word) => counts[word] = counts.GetValueOrDefault(word) + 1;
}
