using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Merging;

/// <summary>What two frames have in common, counted.</summary>
internal readonly struct Overlap
{
    public Overlap(Frame old, Frame latest)
    {
        var (oldNames, newNames) = (All(old), All(latest));
        NamesShared = oldNames.Count(newNames.Contains);
        NamesOnlyOld = old.NameKeys.Count(name => !newNames.Contains(name));
        NamesOnlyNew = latest.NameKeys.Count(name => !oldNames.Contains(name));
        WordsShared = old.Words.Count(latest.Words.Contains);
        WordsOnlyOld = old.Words.Count - WordsShared;
        WordsOnlyNew = latest.Words.Count - WordsShared;
        GroupsShared = old.Groups.Count(latest.Groups.Contains);
        SingleGroupsShared = old.Groups.Count(group => latest.Groups.Contains(group) && Thesaurus.IsSingle(group));
        StemsShared = old.Stems.Count(latest.Stems.Contains);
        RestOnlyOld = RestOf(old, latest);
        RestOnlyNew = RestOf(latest, old);
        ValuesEqual = Same(old, latest) && Same(latest, old);
    }

    public int NamesShared { get; }
    public int NamesOnlyOld { get; }
    public int NamesOnlyNew { get; }
    public int WordsShared { get; }
    public int WordsOnlyOld { get; }
    public int WordsOnlyNew { get; }
    public int GroupsShared { get; }
    public int SingleGroupsShared { get; }
    public int StemsShared { get; }

    /// <summary>Words that the other has not, nor another of an attribute that both speak of.</summary>
    public int RestOnlyOld { get; }
    public int RestOnlyNew { get; }
    public bool ValuesEqual { get; }
    public bool NamesEqual => NamesOnlyOld == 0 && NamesOnlyNew == 0;

    /// <summary>Something in common that either is a name or, where none are named, tells what it is about.</summary>
    public bool SharesSubject => NamesShared > 0 || WordsShared > 0 || GroupsShared > 0;

    public double Closeness => (NamesShared * 3) + (WordsShared * 1.5) + StemsShared + GroupsShared - (0.3 * (WordsOnlyOld + WordsOnlyNew)) - NamesOnlyOld - NamesOnlyNew;

    private static int RestOf(Frame one, Frame other) =>
        one.Stems.Count(stem => !other.Stems.Contains(stem) && !Thesaurus.Of(stem).Any(other.Groups.Contains));

    private static HashSet<string> All(Frame frame)
    {
        var all = frame.NameKeys.ToHashSet(StringComparer.Ordinal);
        all.UnionWith(frame.Context);
        return all;
    }

    private static bool Same(Frame a, Frame b)
    {
        foreach (var value in a.Values)
        {
            var found = false;
            foreach (var other in b.Values) found |= value.IsSame(other);
            if (!found) return false;
        }
        return true;
    }
}
