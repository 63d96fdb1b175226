using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Merging;

/// <summary>Finds the one run of words that a statement has and another has not.</summary>
internal static class WordRun
{
    private const int MostWords = 5;

    /// <summary>The run in the first text, with its article; null when there is none, or more than one.</summary>
    public static (int Start, int End)? Only(Frame one, Frame other) => Find(one, stem => one.Words.Contains(stem) && !other.Words.Contains(stem));

    /// <summary>The run of just these words.</summary>
    public static (int Start, int End)? Of(Frame one, IReadOnlySet<string> stems) => Find(one, stems.Contains);

    private static (int Start, int End)? Find(Frame one, Func<string, bool> isOfRun)
    {
        var tokens = Token.Of(one.Text);
        var (first, last) = (-1, -1);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].Lower.Split('-').Select(Stem.Of).Any(isOfRun)) continue;
            if (first >= 0 && i - last > 2) return null;
            if (first < 0) first = i;
            last = i;
        }
        if (first < 0 || last - first >= MostWords) return null;
        // "Rye" of "rye bread": the words behind it up to the next of grammar belong to it, where the text ends with them.
        var end = last;
        while (end + 1 < tokens.Count && end - first < MostWords && !CommonWords.IsGrammar(tokens[end + 1].Lower) && one.Text.AsSpan(tokens[end].End, tokens[end + 1].Start - tokens[end].End) is " ") end++;
        if (end == tokens.Count - 1 && !CommonWords.IsSpeaking(tokens[end].Lower)) last = end;
        if (first > 0 && tokens[first - 1].Lower is "a" or "an" or "the") first--;
        return (tokens[first].Start, tokens[last].End);
    }
}
