using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Merging;

/// <summary>Finds the one run of words that a statement has and another has not.</summary>
internal static class WordRun
{
    private const int MostWords = 5;

    /// <summary>The run in the first text, with its article; null when there is none, or more than one.</summary>
    public static (int Start, int End)? Only(Frame one, Frame other)
    {
        var tokens = Token.Of(one.Text);
        var (first, last) = (-1, -1);
        for (var i = 0; i < tokens.Count; i++)
        {
            var stems = tokens[i].Lower.Split('-').Select(Stem.Of);
            if (!stems.Any(stem => one.Words.Contains(stem) && !other.Words.Contains(stem))) continue;
            if (first >= 0 && i - last > 2) return null;
            if (first < 0) first = i;
            last = i;
        }
        if (first < 0 || last - first >= MostWords) return null;
        if (first > 0 && tokens[first - 1].Lower is "a" or "an" or "the") first--;
        return (tokens[first].Start, tokens[last].End);
    }
}
