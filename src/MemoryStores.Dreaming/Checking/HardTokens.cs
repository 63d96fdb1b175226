using System.Text.RegularExpressions;

namespace MemoryStores.Dreaming.Checking;

/// <summary>The parts of a text that must not get lost: numbers, dates, code, addresses, names. And its words, one by one.</summary>
internal static partial class HardTokens
{
    public static IEnumerable<string> Of(string text) => Hard().Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal);

    public static IEnumerable<string> WordsOf(string text) => Words().Matches(text).Select(match => match.Value.ToLowerInvariant()).Distinct(StringComparer.Ordinal);

    public static void AddWords(string text, HashSet<string> to)
    {
        foreach (Match match in Words().Matches(text)) to.Add(match.Value.ToLowerInvariant());
    }

    public static bool ShareAWord(string one, string other)
    {
        var words = WordsOf(other).ToHashSet(StringComparer.Ordinal);
        return WordsOf(one).Any(words.Contains) || !WordsOf(one).Any();
    }

    [GeneratedRegex(@"`[^`\n]{1,300}`|https?://[^\s)>\]""]{1,500}|\d[\w.,:/%-]{0,60}\w|\d|(?<=[\w,] )\p{Lu}[\w-]{1,40}", RegexOptions.CultureInvariant)]
    private static partial Regex Hard();

    [GeneratedRegex(@"[\p{L}\p{N}]{1,100}", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
