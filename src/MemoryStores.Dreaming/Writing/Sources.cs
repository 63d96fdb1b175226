using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Writing;

/// <summary>
/// The sessions that a store was dreamt from, as the front matter of one of the dream's own files lists them. What stands there is not
/// dreamt a second time, so the same dream on its own output finds nothing to do.
/// </summary>
internal static class Sources
{
    private const string Key = "sources: ";

    /// <summary>So many are listed; of more, the latest.</summary>
    private const int MostListed = 500;

    public static HashSet<string> Listed(IEnumerable<InputMemory> memories) =>
        [.. memories.Where(memory => MemoryKinds.IsDreamMade(memory.Content)).SelectMany(memory => IdsIn(LineOf(memory.Content)))];

    public static string Line(IEnumerable<string> ids) => Key + string.Join(", ", ids.TakeLast(MostListed));

    /// <summary>Adds these sessions to a list that is there; false where there is none.</summary>
    public static bool Extend(IReadOnlyList<MemoryDraft> drafts, IReadOnlyList<string> ids)
    {
        foreach (var draft in drafts.Where(draft => draft.IsDreamMade))
        {
            for (var i = 0; i < draft.Statements.Count && draft.Statements[i].Kind == StatementKind.FrontMatterKey; i++)
            {
                var text = draft.TextOf(i);
                var known = IdsIn(LineOf(text)).ToList();
                if (known.Count == 0 || draft.Fates[i].Replacement is not null) continue;
                var line = LineOf(text);
                var at = text.IndexOf(line, StringComparison.Ordinal);
                (draft.Fates[i].Fate, draft.Fates[i].Reason) = (Fate.Superseded, "further sessions were dreamt");
                draft.Fates[i].Replacement = text[..at] + Line(known.Concat(ids).Distinct(StringComparer.Ordinal)) + text[(at + line.Length)..];
                return true;
            }
        }
        return false;
    }

    private static IEnumerable<string> IdsIn(string line) =>
        line.StartsWith(Key, StringComparison.Ordinal) && !line.StartsWith(Key + "sessions since", StringComparison.Ordinal)
            ? line[Key.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>The line of the front matter that lists them, without its end.</summary>
    private static string LineOf(string content)
    {
        var start = content.StartsWith(Key, StringComparison.Ordinal) ? 0 : content.IndexOf("\n" + Key, StringComparison.Ordinal) + 1;
        if (start == 0 && !content.StartsWith(Key, StringComparison.Ordinal)) return "";
        var end = content.IndexOf('\n', start);
        return end < 0 ? content[start..] : content[start..end];
    }
}
