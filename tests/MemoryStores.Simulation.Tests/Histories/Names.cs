using System.Text.RegularExpressions;
using MemoryStores.Contract;

namespace MemoryStores.Simulation.Tests.Histories;

/// <summary>
/// The ids of one engine as numbers in the order of their appearance. Two engines that do the same show the same numbers,
/// whatever ids they made.
/// </summary>
internal sealed partial class Names
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<char, List<string>> ids = [];

    /// <summary>How many stores ('s'), memories ('m') or versions ('v') have appeared.</summary>
    public int Count(char kind) => ids.TryGetValue(kind, out var known) ? known.Count : 0;

    public StoreId Store(int number) => StoreId.FromStorage(Id('s', number, StoreId.Tag));
    public MemoryId Memory(int number) => MemoryId.FromStorage(Id('m', number, MemoryId.Tag));
    public VersionId Version(int number) => VersionId.FromStorage(Id('v', number, VersionId.Tag));

    /// <summary>The text with every id replaced by its number.</summary>
    public string Plain(string text) => AnyId().Replace(text, match =>
    {
        var kind = match.Value.StartsWith(StoreId.Tag, StringComparison.Ordinal) ? 's'
            : match.Value.StartsWith(VersionId.Tag, StringComparison.Ordinal) ? 'v' : 'm';
        if (!numbers.TryGetValue(match.Value, out var number))
        {
            if (!ids.TryGetValue(kind, out var known)) ids.Add(kind, known = []);
            numbers.Add(match.Value, number = known.Count);
            known.Add(match.Value);
        }
        return $"{kind}{number}";
    });

    /// <summary>An id that never appeared is one that nobody made.</summary>
    private string Id(char kind, int number, string tag) => number < Count(kind) ? ids[kind][number] : tag + "01nobody";

    [GeneratedRegex("(memstore|memver|mem)_01[1-9A-HJ-NP-Za-km-z]{22}")]
    private static partial Regex AnyId();
}
