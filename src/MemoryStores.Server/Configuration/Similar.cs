namespace MemoryStores.Server.Configuration;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Similar
{
    // More slips than these, and it was another word.
    private const int MostSlips = 3;

    /// <summary>"; did you mean 'x'?", or nothing.</summary>
    public static string Hint(string typed, IEnumerable<string> known)
    {
        var nearest = known.Select(word => (word, slips: Slips(typed, word))).MinBy(pair => pair.slips);
        return nearest.slips <= MostSlips && nearest.slips < typed.Length / 2 ? $"; did you mean '{nearest.word}'?" : "";
    }

    /// <summary>Letters to add, drop or change (Levenshtein).</summary>
    private static int Slips(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
