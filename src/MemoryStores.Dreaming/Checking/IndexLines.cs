using System.Text.RegularExpressions;

namespace MemoryStores.Dreaming.Checking;

/// <summary>An index follows the store without a line in the ledger, as long as nothing but its entries changes.</summary>
internal static partial class IndexLines
{
    public static bool IsIndex(string path, string text) => path.EndsWith("index.md", StringComparison.OrdinalIgnoreCase) && text.StartsWith("---\ndream:", StringComparison.Ordinal);

    /// <summary>Whether both have the same lines in the same order, entries that link to something aside.</summary>
    public static bool OnlyLinksDiffer(string before, string after) => Prose(before).SequenceEqual(Prose(after), StringComparer.Ordinal);

    private static IEnumerable<string> Prose(string text) => text.Split('\n').Where(line => !Entry().IsMatch(line));

    [GeneratedRegex(@"^\s{0,12}(?:[-*+|]|\d{1,3}[.)]).{0,400}(?:\]\(|\[\[)", RegexOptions.CultureInvariant)]
    private static partial Regex Entry();
}
