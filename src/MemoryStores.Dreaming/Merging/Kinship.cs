using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Merging;

internal enum Kin
{
    None,

    /// <summary>The same said in other words.</summary>
    Same,

    /// <summary>Another value for the same thing, and plainly so.</summary>
    Rival,

    /// <summary>Perhaps another value for the same thing: good enough only where nothing else comes into question.</summary>
    PerhapsRival,
}

/// <summary>How two statements stand to each other, and where in each the value stands in which they differ.</summary>
internal readonly record struct Kinship(Kin Kin, double Closeness, (int Start, int End)? Old = null, (int Start, int End)? New = null)
{
    /// <summary>They differ in a name or a value, not only in words.</summary>
    public bool IsOfKeys { get; init; }

    public static readonly Kinship None = new(Kin.None, 0);
}

/// <summary>
/// Compares statements. Names and typed values are keys: all equal, and nothing else apart, is the same; one of them different, and
/// the rest akin, is a rival; anything else (another subject, scope or negation) is a different statement and left alone.
/// </summary>
internal sealed class Comparison(Func<string, int> frequency)
{
    private readonly HashSet<(string, string)> alike = [];

    /// <summary>Two statements were found to say the same: what their other words are is then one attribute.</summary>
    public void Learn(Frame a, Frame b)
    {
        foreach (var one in a.Stems) foreach (var other in b.Stems) if (one != other) alike.Add(string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one));
    }

    public Kinship Between(Frame old, Frame latest, bool isMarked)
    {
        if (!old.IsEnglish || !latest.IsEnglish) return Kinship.None;
        if (!FrameReader.ScopesAgree(old, latest)) return Kinship.None;
        var overlap = new Overlap(old, latest);
        if (!overlap.SharesSubject) return Kinship.None;
        if (IsSame(old, latest, overlap)) return new Kinship(Kin.Same, overlap.Closeness);
        return AsRival(old, latest, overlap, isMarked);
    }

    /// <summary>How well a statement fits what somebody speaks of without telling a value: for taking back.</summary>
    public double Fits(Frame old, Frame said)
    {
        if (!old.IsEnglish || !said.IsEnglish) return 0;
        var overlap = new Overlap(old, said);
        if (!overlap.SharesSubject || (overlap.NamesShared == 0 && old.Names.Count > 0 && said.Names.Count > 0)) return 0;
        var values = old.Values.Count(value => said.Values.Any(value.IsSame));
        var attribute = overlap.GroupsShared + overlap.StemsShared + (IsLearned(old, said) ? 1 : 0);
        if (said.Names.Count > 0 && old.Names.Count == 0) return 0;
        if (attribute == 0 && values == 0 && !(overlap.NamesShared > 1)) return 0;
        if (said.Values.Count > 0 && old.Values.Count > 0 && values == 0 && !said.Values.Any(value => old.Values.All(other => other.Kind != value.Kind))) return 0;
        // Every word that the speaker used for the thing counts against statements without it.
        return (overlap.NamesShared * 3) + (values * 4) + (attribute * 2) - (overlap.WordsOnlyNew * 0.5) - (overlap.WordsOnlyOld * 0.1);
    }

    private static bool IsSame(Frame old, Frame latest, Overlap overlap)
    {
        if (old.IsNegated != latest.IsNegated || !overlap.ValuesEqual || !overlap.NamesEqual) return false;
        var groupsApart = old.Groups.Count > 0 && latest.Groups.Count > 0 && overlap.GroupsShared == 0;
        var wordsApart = overlap.WordsOnlyOld > 0 && overlap.WordsOnlyNew > 0;
        var keys = Math.Min(old.Keys, latest.Keys);
        if (keys >= 2)
        {
            if (overlap.WordsOnlyOld + overlap.WordsOnlyNew > 5) return false;
            if (wordsApart && overlap.WordsShared == 0 && (groupsApart || old.Values.Count == 0)) return overlap.NamesShared > 0 && old.Values.Any(IsTelling) && !groupsApart;
            return !groupsApart || overlap.WordsShared > 0 || (old.Values.Any(IsTelling) && overlap.NamesShared > 0) || old.Values.Count == 0;
        }
        var shared = overlap.WordsShared + Math.Min(overlap.GroupsShared, 2);
        if (wordsApart || Math.Max(overlap.WordsOnlyOld, overlap.WordsOnlyNew) > 2) return false;
        // Without two keys the words must carry it: one in common beside a key, two where there is none.
        return keys == 1 ? shared >= 1 && (!groupsApart || overlap.WordsShared > 0) && (old.Values.Count > 0 || overlap.WordsShared > 0) : overlap.WordsShared >= 1 && shared >= 2 && !groupsApart;
    }

    private Kinship AsRival(Frame old, Frame latest, Overlap overlap, bool isMarked)
    {
        var slot = ValueSlot(old, latest) ?? NameSlot(old, latest, overlap, isMarked) ?? WordSlot(old, latest, overlap, isMarked);
        if (slot is not var (oldSpan, newSpan, kind, namesOld)) return Kinship.None;
        if (kind == SlotKind.Value && overlap.NamesOnlyOld > 0 && overlap.NamesOnlyNew > 0) return Kinship.None;
        if (kind == SlotKind.Value && overlap.NamesShared == 0 && (old.Names.Count > 0) != (latest.Names.Count > 0)) return Kinship.None;
        var unknownApart = kind != SlotKind.Words && overlap.WordsOnlyOld > 0 && overlap.WordsOnlyNew > 0;
        var isConflict = old.Groups.Count > 0 && latest.Groups.Count > 0 && overlap.GroupsShared == 0 && overlap.WordsShared == 0;
        var isRelated = overlap.GroupsShared > 0 || overlap.StemsShared > 0 || IsLearned(old, latest);
        var closeness = overlap.Closeness + (namesOld ? 4 : 0) + (isRelated ? 1 : 0);
        var rival = new Kinship(Kin.Rival, closeness, oldSpan, newSpan) { IsOfKeys = (kind == SlotKind.Words && namesOld) || kind != SlotKind.Words && (overlap.NamesShared > 0 || overlap.WordsShared + overlap.GroupsShared > 1) };
        if (namesOld && isMarked && (overlap.NamesShared > 0 || isRelated)) return rival;
        if (overlap.NamesShared == 0 && (unknownApart || (kind != SlotKind.Words && overlap.RestOnlyOld > 0 && overlap.RestOnlyNew > 0))) return Kinship.None;
        if (isMarked)
        {
            if (isRelated && !(unknownApart && overlap.GroupsShared == 0 && overlap.WordsShared == 0)) return kind == SlotKind.Words && overlap.GroupsShared == 0 ? rival with { Kin = Kin.PerhapsRival } : rival;
            return isConflict || overlap.NamesShared == 0 ? Kinship.None : rival with { Kin = Kin.PerhapsRival };
        }
        // Nobody says that anything changed: then it must be something of which a thing has one.
        var single = overlap.SingleGroupsShared > 0;
        if (!isRelated || unknownApart) return Kinship.None;
        return kind switch
        {
            SlotKind.Value => single || (overlap.WordsShared > 0 && old.IsDefinite && latest.IsDefinite) || (overlap.NamesShared > 0 && overlap.StemsShared > 0) ? rival : Kinship.None,
            SlotKind.Name => single || (old.IsDefinite && latest.IsDefinite && overlap.StemsShared > 0) ? rival : Kinship.None,
            _ => single && (old.IsDefinite || latest.IsDefinite || overlap.NamesShared > 0) ? rival : Kinship.None,
        };
    }

    private enum SlotKind
    {
        Value,
        Name,
        Words,
    }

    private readonly record struct Slot((int Start, int End) Old, (int Start, int End) New, SlotKind Kind, bool NamesOld)
    {
        public void Deconstruct(out (int Start, int End) old, out (int Start, int End) latest, out SlotKind kind, out bool namesOld) =>
            (old, latest, kind, namesOld) = (Old, New, Kind, NamesOld);
    }

    /// <summary>One kind of value of which the old statement has one and the new one brings another.</summary>
    private static Slot? ValueSlot(Frame old, Frame latest)
    {
        Slot? found = null;
        foreach (var kind in old.Values.Select(value => value.Kind).Distinct())
        {
            var before = old.Values.Where(value => value.Kind == kind).ToList();
            var after = latest.Values.Where(value => value.Kind == kind).ToList();
            if (after.Count == 0) continue;
            var fresh = after.Where(value => !before.Any(value.IsSame)).ToList();
            var namesOld = after.Any(value => before.Any(value.IsSame));
            if (fresh.Count == 0) continue;
            if (before.DistinctBy(value => value.Canonical).Count() > 1 || found is not null) return null;
            var value = namesOld || fresh.Count == 1 ? fresh[^1] : Standing(latest, fresh);
            found = new Slot((before[0].Start, before[0].End), (value.Start, value.End), SlotKind.Value, namesOld);
        }
        return found;
    }

    /// <summary>Of two new values the one that is not told as the former one.</summary>
    private static Value Standing(Frame latest, List<Value> fresh) =>
        fresh.FirstOrDefault(value => !Mining.Clauses.IsToldAsOld(latest.Text, value.Start), fresh[^1]);

    private Slot? NameSlot(Frame old, Frame latest, Overlap overlap, bool isMarked)
    {
        if (!overlap.ValuesEqual) return null;
        var gone = old.Names.Where(name => !latest.NameKeys.Contains(name.Key)).ToList();
        var come = latest.Names.Where(name => !old.NameKeys.Contains(name.Key) && !old.Context.Contains(name.Key)).ToList();
        if (come.Count != 1) return null;
        var shared = old.Names.Where(name => latest.NameKeys.Contains(name.Key)).ToList();
        if (gone.Count == 1)
        {
            if (shared.Count == 0)
            {
                // "Orders go to A", "orders go to B": seldom named elsewhere, the name is what changed and not what it is about.
                return overlap.SingleGroupsShared > 0 && old.Names.Count == 1 && latest.Names.Count == 1 && frequency(gone[0].Key) <= 2 && frequency(come[0].Key) <= 3
                    && (overlap.StemsShared > 0 || isMarked) && !(overlap.WordsOnlyOld > 0 && overlap.WordsOnlyNew > 0) && (!Leads(old, gone[0]) || !Leads(latest, come[0]) || IsAgentive(old, latest))
                    ? new Slot((gone[0].Start, gone[0].End), (come[0].Start, come[0].End), SlotKind.Name, false) : null;
            }
            // The subject is what both name; when that is the rarer of the two, the statements are about different things.
            if (shared.Max(name => frequency(name.Key)) < frequency(gone[0].Key)) return null;
            if (!isMarked && Leads(old, gone[0]) && Leads(latest, come[0]) && !IsAgentive(old, latest)) return null;
            return new Slot((gone[0].Start, gone[0].End), (come[0].Start, come[0].End), SlotKind.Name, false);
        }
        if (gone.Count > 0 || !isMarked || shared.Count == 0) return null;
        // It names all of the old statement and one name more: the rarest of the old ones made room.
        if (shared.Count == 1 && old.Keys == 1 && overlap.GroupsShared + overlap.WordsShared == 0) return null;
        var former = shared.Count == 1 ? latest.Names.First(name => name.Key == shared[0].Key) : default;
        if (shared.Count == 1 && (overlap.GroupsShared > 0 || overlap.WordsShared > 0) && Mining.Clauses.IsToldAsOld(latest.Text, former.Start))
            return new Slot((shared[0].Start, shared[0].End), (come[0].Start, come[0].End), SlotKind.Name, true);
        if (shared.Count < 2) return shared.Count == 1 && old.Names.Count == 1 && latest.Names.Count == 2 && old.Words.Count == 0 && old.Values.Count == 0 ? new Slot((shared[0].Start, shared[0].End), (come[0].Start, come[0].End), SlotKind.Name, true) : null;
        var old1 = shared.OrderBy(name => frequency(name.Key)).ThenBy(name => name.Key, StringComparer.Ordinal).First();
        return new Slot((old1.Start, old1.End), (come[0].Start, come[0].End), SlotKind.Name, true);
    }

    /// <summary>Whether a name stands before all else that means anything.</summary>
    private static bool Leads(Frame frame, NameMention name)
    {
        foreach (var token in Token.Of(frame.Text[..Math.Min(name.Start, frame.Text.Length)]))
            if (!CommonWords.IsGrammar(token.Lower) && !CommonWords.IsSpeaking(token.Lower)) return false;
        return true;
    }

    private static bool IsAgentive(Frame old, Frame latest) => old.Groups.Any(group => latest.Groups.Contains(group) && Thesaurus.IsAgentive(group));

    /// <summary>A run of words that only one of them has, such as "oat milk" against "rye bread".</summary>
    private static Slot? WordSlot(Frame old, Frame latest, Overlap overlap, bool isMarked)
    {
        if (!overlap.ValuesEqual || !overlap.NamesEqual) return null;
        // With a name and a value, or two names, in common there is no other value to look for.
        if (old.Values.Count > 0 || old.Names.Count > 1) return null;
        if (overlap.GroupsShared == 0 && !(isMarked && (overlap.NamesShared > 0 || overlap.WordsShared > 0))) return null;
        var named = latest.Former.Where(old.Words.Contains).ToHashSet(StringComparer.Ordinal);
        var gone = named.Count > 0 ? WordRun.Of(old, named) : WordRun.Only(old, latest);
        var come = WordRun.Only(latest, old);
        if (come is null) return null;
        if (gone is null) return null;
        return new Slot(gone.Value, come.Value, SlotKind.Words, named.Count > 0);
    }

    private bool IsLearned(Frame a, Frame b)
    {
        foreach (var one in a.Stems)
            foreach (var other in b.Stems)
                if (alike.Contains(string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one))) return true;
        return false;
    }

    /// <summary>A value that two statements hardly share by accident.</summary>
    private static bool IsTelling(Value value) => value.Kind switch
    {
        ValueKind.Date or ValueKind.Version or ValueKind.Hash or ValueKind.Address or ValueKind.Money => true,
        ValueKind.Number => value.Canonical.Length >= 3,
        _ => true,
    };
}
