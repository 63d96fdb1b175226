using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Writing;

/// <summary>Tells an index, a composed document and a loose note apart.</summary>
internal static class MemoryKinds
{
    /// <summary>From here on a memory counts as composed, whatever it holds.</summary>
    private const int DocumentCharacters = 1_500;

    private static readonly HashSet<string> IndexNames = new(["index.md", "readme.md", "memory.md", "_index.md", "00-index.md", "index.txt", "overview.md"], StringComparer.OrdinalIgnoreCase);

    public static bool IsIndex(string path) => IndexNames.Contains(path[(path.LastIndexOf('/') + 1)..]);

    public static bool IsDreamMade(string content) => content.StartsWith("---\ndream:", StringComparison.Ordinal);

    public static bool IsDocument(string content, IReadOnlyList<Statement> statements)
    {
        if (content.Length >= DocumentCharacters) return true;
        var (ordered, tables, nested, other) = (0, 0, 0, 0);
        foreach (var statement in statements)
        {
            switch (statement.Kind)
            {
                case StatementKind.FrontMatterKey:
                    return true;
                case StatementKind.TableRow:
                    tables++;
                    break;
                case StatementKind.ListItem when char.IsAsciiDigit(content[statement.Start]):
                    ordered++;
                    break;
                case StatementKind.ListItem when statement.Depth > 0:
                    nested++;
                    break;
                case StatementKind.BlockQuote:
                    other++;
                    break;
            }
        }
        return tables > 1 || ordered > 1 || nested > 1 || other > 1;
    }
}
