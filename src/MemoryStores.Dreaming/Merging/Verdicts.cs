using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Mining;
using MemoryStores.Dreaming.Writing;

namespace MemoryStores.Dreaming.Merging;

/// <summary>Turns what holds in the end into fates: which statement stays, which was said twice, which is out of date, what is new.</summary>
internal sealed class Verdicts(Comparison comparison, IReadOnlySet<string> linked)
{
    /// <summary>Beliefs that stand nowhere in the store yet.</summary>
    public List<Belief> Fresh { get; } = [];

    public void Decide(Belief belief)
    {
        if (!belief.HasHome)
        {
            if (belief.TakenBack is null) Fresh.Add(belief);
            return;
        }
        var homes = belief.Members.Where(member => member.Home is not null).ToList();
        if (belief.TakenBack is { } by)
        {
            foreach (var home in homes.Where(home => !home.Home!.Draft.IsDocument)) End(home.Home!, null, null, [by], "taken back");
            return;
        }
        var current = belief.Current;
        var valid = homes.Where(home => home == current || !IsOvertaken(home, current)).ToList();
        if (valid.Count > 0)
        {
            var survivor = valid.OrderByDescending(Standing).First().Home!;
            foreach (var home in homes)
            {
                if (home.Home == survivor || home.Home!.Draft.IsDocument && valid.Contains(home)) continue;
                if (valid.Contains(home)) Merge(home.Home!, survivor);
                else if (home.Home!.Draft.IsDocument) PutRight(home, current, belief);
                else End(home.Home!, survivor, null, ClaimsOf(belief), "overtaken by a newer statement");
            }
            return;
        }
        Correct(belief, homes, current);
    }

    /// <summary>Only a session knows the new value: it takes the old one's place where that stands.</summary>
    private void Correct(Belief belief, List<Assertion> homes, Assertion current)
    {
        var place = default(Home);
        foreach (var home in homes.Where(home => home.Home!.Draft.IsDocument))
            if (PutRight(home, current, belief)) place ??= home.Home;
        var loose = homes.Where(home => !home.Home!.Draft.IsDocument).ToList();
        if (place is null && loose.Count > 0)
        {
            var best = loose.OrderByDescending(home => home.At).ThenByDescending(Standing).First();
            if (!PutRight(best, current, belief)) Put(best.Home!, Whole(best, current.Claim!.Core), belief, "overtaken in a session");
            place = best.Home;
        }
        foreach (var home in loose.Where(home => home.Home != place)) End(home.Home!, place, null, ClaimsOf(belief), "overtaken in a session");
        if (place is null) Fresh.Add(belief);
    }

    /// <summary>Puts the new value where the old one stood, and leaves the words around it alone.</summary>
    private bool PutRight(Assertion home, Assertion current, Belief belief)
    {
        var kinship = comparison.Between(home.Frame, current.Frame, isMarked: true);
        if (home.Home!.Draft.IsDocument && !kinship.IsOfKeys || kinship.Kin is Kin.None) kinship = comparison.Between(home.Frame, current.Whole, isMarked: true);
        if (kinship.Kin is not (Kin.Rival or Kin.PerhapsRival) || kinship.Old is not var (oldStart, oldEnd) || kinship.New is not var (newStart, newEnd)) return false;
        if (home.Home!.Draft.IsDocument && !kinship.IsOfKeys) return false;
        var value = current.Frame.Text[newStart..newEnd].Trim();
        var text = home.Home!.Draft.TextOf(home.Home.Statement);
        var at = home.Home.TextOffset;
        var old = text[(at + oldStart)..(at + oldEnd)];
        if (value.Length == 0 || value.Contains('\n', StringComparison.Ordinal) || text.Contains("~~", StringComparison.Ordinal)) return false;
        // A value that the statement tells twice is not replaced once.
        if (text.IndexOf(old, at + oldEnd, StringComparison.Ordinal) >= 0) return false;
        value = InTheCaseOf(old, value, text, at + oldStart);
        var mended = text[..(at + oldStart)] + value + text[(at + oldEnd)..];
        Put(home.Home, Redated(mended, belief.Current), belief, "its value was overtaken");
        return true;
    }

    private static void Put(Home home, string text, Belief belief, string reason)
    {
        var fate = home.Draft.Fates[home.Statement];
        fate.Fate = Fate.Superseded;
        fate.Replacement = text;
        fate.Reason = reason;
        fate.Evidence.AddRange(ClaimsOf(belief));
    }

    private static void Merge(Home home, Home survivor)
    {
        var fate = home.Draft.Fates[home.Statement];
        fate.Fate = Fate.Merged;
        fate.Heir = survivor;
        fate.Reason = "said twice";
    }

    private static void End(Home home, Home? heir, Addition? added, IEnumerable<Claim> evidence, string reason)
    {
        var fate = home.Draft.Fates[home.Statement];
        fate.Fate = Fate.Superseded;
        fate.Heir = heir;
        fate.HeirAdded = added;
        fate.Evidence.AddRange(evidence);
        fate.Reason = reason;
    }

    /// <summary>A whole new statement in the old one's place: its list marker stays.</summary>
    private static string Whole(Assertion home, string core)
    {
        var text = home.Home!.Draft.TextOf(home.Home.Statement);
        return text[..home.Home.TextOffset] + core + (core[^1] is '.' or '!' or '?' ? "" : text.TrimEnd().EndsWith('.') ? "." : "");
    }

    private bool IsOvertaken(Assertion home, Assertion current)
    {
        // What has all names and values that hold now is no former statement, though the claim may name a former one beside them.
        if (current.Frame.Keys > 0 && current.Frame.NameKeys.All(home.Frame.NameKeys.Contains) && current.Frame.Values.All(value => home.Frame.Values.Any(value.IsSame))
            && comparison.Between(home.Frame, current.Frame, isMarked: true).Kin is Kin.Same or Kin.None) return false;
        return comparison.Between(home.Frame, current.Frame, isMarked: true).Kin is Kin.Rival or Kin.PerhapsRival
            || (current.Claim is not null && comparison.Between(home.Frame, current.Whole, isMarked: true).Kin is Kin.Rival);
    }

    /// <summary>Which of several that say the same stays: a document's, then a linked file's, then the plainest and earliest.</summary>
    private double Standing(Assertion assertion)
    {
        var home = assertion.Home!;
        var text = home.Draft.TextOf(home.Statement);
        var letters = text.Count(char.IsLetter);
        return (home.Draft.IsDocument ? 100 : 0) + (linked.Contains(home.Draft.Memory.Path) ? 10 : 0)
            + (letters > 0 && text.Count(char.IsUpper) * 2 < letters && char.IsUpper(text.FirstOrDefault(char.IsLetter)) ? 4 : 0)
            + (assertion.IsMarked ? -1 : 0) - (text.Length / 1000.0);
    }

    private static IEnumerable<Claim> ClaimsOf(Belief belief) =>
        belief.Members.Where(member => member.Claim is not null).Select(member => member.Claim!).Reverse().Take(4);

    /// <summary>A date that says as of when a statement holds follows the value.</summary>
    private static string Redated(string text, Assertion current) => Mining.Clauses.WithDay(text, current.At);

    private static string InTheCaseOf(string old, string value, string text, int at)
    {
        var beginsSentence = text[..at].All(letter => !char.IsLetterOrDigit(letter));
        if (char.IsUpper(old[0]) && char.IsLower(value[0]) && beginsSentence) return char.ToUpperInvariant(value[0]) + value[1..];
        // An article stays with the words it was said with.
        return value;
    }
}
