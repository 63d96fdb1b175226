namespace MemoryStores.Cli;

/// <summary>"Did you mean …?": the known word nearest to one that is not known.</summary>
internal static class Suggestion
{
    // Names longer than this are compared no further; edit distance costs the product of the lengths.
    private const int LongestCompared = 64;

    /// <summary>The nearest, when at most a third of the word would have to change, or it begins a known one.</summary>
    public static string? For(string word, IEnumerable<string> known)
    {
        var (nearest, least) = ((string?)null, Math.Max(1, Math.Min(word.Length, LongestCompared) / 3) + 1);
        foreach (var candidate in known)
        {
            var distance = candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase) && word.Length >= 3
                ? 0
                : Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < least) (nearest, least) = (candidate, distance);
        }
        return nearest;
    }

    public static string Ask(string? near) => near is null ? "" : $"; did you mean '{near}'?";

    /// <summary>"a", "a or b", "a, b or c".</summary>
    public static string List(IEnumerable<string> words) => words.ToList() switch
    {
        [] => "",
        [var one] => one,
        [.. var first, var last] => $"{string.Join(", ", first)} or {last}",
    };

    /// <summary>Letters to insert, remove, change, or swap with their neighbour.</summary>
    private static int Distance(string from, string to)
    {
        if (from.Length > LongestCompared || to.Length > LongestCompared) return int.MaxValue;
        var (before, last, current) = (new int[to.Length + 1], new int[to.Length + 1], new int[to.Length + 1]);
        for (var j = 0; j <= to.Length; j++) last[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = from[i - 1] == to[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + change);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) current[j] = Math.Min(current[j], before[j - 2] + 1);
            }
            (before, last, current) = (last, current, before);
        }
        return last[to.Length];
    }
}
