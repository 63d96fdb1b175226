using System.Text.RegularExpressions;

namespace MemoryStores.Dreaming.Language;

/// <summary>Makes frames of statements, with the names that the dream has learned.</summary>
internal sealed partial class FrameReader(Names names)
{
    private static readonly HashSet<string> ScopeWords =
    [
        "except", "unless", "staging", "production", "prod", "dev", "weekend", "weekends", "temporarily", "internal", "external", "morning", "evening", "night", "primary", "secondary",
        "left", "right", "north", "south", "east", "west", "upper", "lower", "summer", "winter", "inbound", "outbound", "domestic", "international",
    ];

    /// <summary>Of these one side may leave out what the other tells: a morning call is the call, where there is but one.</summary>
    private static readonly HashSet<string> Optional = ["morning", "evening", "night", "primary", "internal", "summer", "winter"];

    public static bool ScopesAgree(Frame one, Frame other) =>
        one.Scopes.SetEquals(other.Scopes) || (one.Scopes.Count == 0 && other.Scopes.IsSubsetOf(Optional)) || (other.Scopes.Count == 0 && one.Scopes.IsSubsetOf(Optional));

    public Names Names { get; } = names;

    public Frame Read(string text, IEnumerable<string>? context = null, bool isClaim = false)
    {
        var tokens = Token.Of(text);
        var values = Values.Of(text);
        var isShouted = Names.IsShouted(text, tokens);
        var mentions = new List<NameMention>();
        var (groups, words, stems, scopes) = (new HashSet<string>(), new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        var former = new HashSet<string>();
        var told = isClaim ? Mining.Clauses.ToldAsOld(text) : [];
        var (negated, english, foreign) = (false, 0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (CommonWords.IsEnglish(token.Lower)) english++;
            if (CommonWords.IsForeign(token.Lower)) foreign++;
            if (Negations.Contains(token.Lower) || token.Lower.EndsWith("n't", StringComparison.Ordinal)) negated = true;
            if (values.Any(value => token.Start < value.End && value.Start < token.End)) continue;
            if (Names.At(text, tokens, i, isShouted) is var (key, count))
            {
                if (!mentions.Any(mention => mention.Key == key)) mentions.Add(new NameMention(key, token.Start, tokens[i + count - 1].End));
                i += count - 1;
                continue;
            }
            if (ScopeWords.Contains(token.Lower)) scopes.Add(token.Lower);
            var isFormer = told.Any(span => token.Start >= span.Start && token.Start < span.End);
            foreach (var part in token.Lower.Contains('-', StringComparison.Ordinal) ? token.Lower.Split('-') : [token.Lower])
            {
                if (isFormer && Thesaurus.Of(Stem.Of(part)).Length == 0 && !CommonWords.IsGrammar(part) && !CommonWords.IsSpeaking(part)) former.Add(Stem.Of(part));
                else AddWord(part, groups, words, stems);
            }
        }
        var keys = mentions.Select(mention => mention.Key).ToHashSet(StringComparer.Ordinal);
        return new Frame
        {
            Text = text,
            Values = values,
            Names = mentions,
            Groups = groups,
            Words = words,
            Stems = stems,
            Former = former,
            Context = context is null ? new HashSet<string>() : context.Where(name => !keys.Contains(name)).ToHashSet(StringComparer.Ordinal),
            IsNegated = negated && !Mining.Clauses.IsLimit(text),
            Scopes = scopes,
            IsEnglish = english > 0 ? english >= foreign : foreign == 0 && !text.AsSpan().ContainsAnyExceptInRange('\0', '\u024f'),
        };
    }

    /// <summary>Whether a text names a thing and tells its one value.</summary>
    public static bool IsDefinite(string text) => Definite().IsMatch(text);

    /// <summary>The names in a heading or a path.</summary>
    public IEnumerable<string> NamesIn(string text)
    {
        var tokens = Token.Of(text);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (Names.At(text, tokens, i, isShouted: false) is not var (key, count)) continue;
            yield return key;
            i += count - 1;
        }
    }

    private static void AddWord(string word, HashSet<string> groups, HashSet<string> words, HashSet<string> stems)
    {
        if (word.Length < 2 && !char.IsDigit(word.FirstOrDefault())) return;
        if (CommonWords.IsGrammar(word)) return;
        var stem = Stem.Of(word);
        var of = Thesaurus.Of(stem);
        if (of.Length == 0 && CommonWords.IsSpeaking(word)) return;
        stems.Add(stem);
        if (of.Length == 0) words.Add(stem);
        foreach (var group in of) groups.Add(group);
    }

    private static readonly HashSet<string> Negations = ["not", "no", "never", "none", "without", "cannot", "neither", "nor", "nobody", "nothing"];

    [GeneratedRegex(@"^\W{0,4}(?:[\w\s,-]{0,60}[:-]\s)?(?:the|our|my|his|her|their|its|\w+'s|[A-Z][\w&\s]{0,40}'s)\s[^.:=]{2,80}?(?:\*\*)?\s?(?::|=|\bis\b|\bare\b|\bwill be\b)|^\W{0,4}[^.:=]{2,60}(?::|=)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Definite();
}
