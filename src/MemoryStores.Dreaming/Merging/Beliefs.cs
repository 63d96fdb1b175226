using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Mining;

namespace MemoryStores.Dreaming.Merging;

/// <summary>
/// Plays everything that was asserted in the order of time, statements of the store by when they were written and claims by when they
/// were made, and so learns what holds in the end. Each assertion is compared with a bounded number of beliefs that an index of names,
/// values and words finds, not with all.
/// </summary>
internal sealed class Beliefs(Comparison comparison)
{
    /// <summary>So many beliefs are looked at for one assertion.</summary>
    private const int MostCandidates = 24;

    /// <summary>A feature that more beliefs share tells too little to be followed.</summary>
    private const int MostSharing = 200;

    private readonly Dictionary<string, List<int>> index = new(StringComparer.Ordinal);
    private readonly List<Belief> all = [];
    private readonly Dictionary<string, Belief> exactly = new(StringComparer.Ordinal);
    private readonly Dictionary<Belief, int> numbers = [];

    public IReadOnlyList<Belief> All => all;

    public void Take(Assertion assertion)
    {
        var claim = assertion.Claim;
        switch (claim?.Act)
        {
            case null or Act.State or Act.Change:
                Settle(assertion);
                break;
            case Act.Retract:
                TakeBack(assertion);
                break;
            case Act.Deny:
                Deny(assertion);
                break;
            default:
                break;
        }
    }

    private void Settle(Assertion assertion)
    {
        var exact = assertion.ExactText;
        if (exact.Length > 0 && exactly.TryGetValue(exact, out var twin) && twin.Current.ExactText == exact && twin.Current.Frame.Context.SetEquals(assertion.Frame.Context)
            && !IsStandingTogether(twin.Current, assertion) && assertion.Frame.Stems.Count + assertion.Frame.Keys >= 3)
        {
            twin.Confirm(assertion);
            return;
        }
        var (same, rival, perhaps, many) = (default(Belief), default(Belief), default(Belief), 0);
        var (rivalry, uncertain) = (Kinship.None, Kinship.None);
        var (bestSame, bestRival) = (double.MinValue, double.MinValue);
        foreach (var belief in Candidates(assertion.Frame))
        {
            if (IsStandingTogether(belief.Current, assertion)) continue;
            var kinship = comparison.Between(belief.Current.Frame, assertion.Frame, assertion.IsMarked);
            switch (kinship.Kin)
            {
                case Kin.Same when kinship.Closeness > bestSame && MayStandFor(belief.Current, assertion):
                    (same, bestSame) = (belief, kinship.Closeness);
                    break;
                case Kin.Rival when kinship.Closeness > bestRival && MayTakePlace(belief, assertion, kinship):
                    (rival, bestRival, rivalry) = (belief, kinship.Closeness, kinship);
                    break;
                case Kin.PerhapsRival when MayTakePlace(belief, assertion, kinship):
                    (perhaps, uncertain) = (belief, kinship);
                    many++;
                    break;
                default:
                    break;
            }
        }
        // A guess of the agent neither makes nor changes a belief; it may repeat one.
        var counts = assertion.Claim is null or { Trust: Ledger.Trust.User } or { IsFinding: true };
        if (same is not null)
        {
            comparison.Learn(same.Current.Frame, assertion.Frame);
            same.Confirm(assertion);
            Index(numbers[same], assertion.Frame);
        }
        else if (!counts) return;
        else if ((rival ?? (many == 1 ? perhaps : null)) is { } replaced)
        {
            replaced.Replace(assertion.With(rival is null ? uncertain : rivalry, replaced.Current));
            Index(numbers[replaced], assertion.Frame);
        }
        else
        {
            var belief = new Belief(assertion.AsCore());
            numbers[belief] = all.Count;
            all.Add(belief);
            if (exact.Length > 0) exactly[exact] = belief;
            Index(all.Count - 1, assertion.Frame);
        }
    }

    private void TakeBack(Assertion assertion)
    {
        if (assertion.Claim!.Trust != Ledger.Trust.User) return;
        // "We dropped A, it is B now" has a new value: then it is a change, however it is put.
        foreach (var belief in Candidates(assertion.Frame))
        {
            if (comparison.Between(belief.Current.Frame, assertion.Frame, isMarked: true) is not { Kin: Kin.Rival }) continue;
            Settle(assertion);
            return;
        }
        if (Fitting(assertion.Frame) is { } found) found.TakeBack(assertion.Claim!);
    }

    private void Deny(Assertion assertion)
    {
        if (assertion.Claim!.Trust != Ledger.Trust.User) return;
        foreach (var belief in Candidates(assertion.Frame))
        {
            // Only what is said to be so, in all its names and values, is denied.
            var (held, denied) = (belief.Current.Frame, assertion.Frame);
            if (held.Keys >= 2 && held.IsEnglish && !held.IsNegated && held.NameKeys.All(denied.NameKeys.Contains) && held.Values.Count > 0
                && held.Values.All(value => denied.Values.Any(value.IsSame)) && comparison.Fits(held, denied) > 3)
            {
                belief.TakeBack(assertion.Claim!);
                return;
            }
        }
    }

    private Belief? Fitting(Frame said)
    {
        var (best, score, second) = (default(Belief), 2.4, 0.0);
        foreach (var belief in Candidates(said))
        {
            if (belief.TakenBack is not null || belief.Current.Home is { Draft.IsDocument: true }) continue;
            var fits = comparison.Fits(belief.Current.Frame, said);
            if (fits > score) (best, second, score) = (belief, best is null ? 0 : score, fits);
            else if (fits > second) second = fits;
        }
        // Two that fit equally well: then nobody knows which was meant.
        return score > second ? best : null;
    }

    private IEnumerable<Belief> Candidates(Frame frame)
    {
        var scores = new Dictionary<int, double>();
        foreach (var feature in frame.Features.Distinct())
        {
            if (!index.TryGetValue(feature, out var sharing) || sharing.Count > MostSharing) continue;
            var weight = (feature[0] == 'w' ? 1.0 : 2.0) / Math.Sqrt(sharing.Count);
            foreach (var belief in sharing) scores[belief] = scores.GetValueOrDefault(belief) + weight;
        }
        return scores.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MostCandidates).Select(pair => all[pair.Key]);
    }

    private void Index(int belief, Frame frame)
    {
        foreach (var feature in frame.Features)
        {
            if (!index.TryGetValue(feature, out var sharing)) index[feature] = sharing = [];
            if (sharing.Count <= MostSharing && (sharing.Count == 0 || sharing[^1] != belief)) sharing.Add(belief);
        }
    }

    /// <summary>Two statements of one memory were written side by side: their writer knew of both.</summary>
    private static bool IsStandingTogether(Assertion one, Assertion other) =>
        one.Home is { } home && other.Home is { } mine && home.Draft == mine.Draft && (one.Home.Draft.IsDocument || one.Frame.Text.Trim() != other.Frame.Text.Trim());

    /// <summary>A document's sentence stands for a loose one only where both name the same names or values.</summary>
    private static bool MayStandFor(Assertion held, Assertion other) =>
        (held.Home is not { Draft.IsDocument: true } && other.Home is not { Draft.IsDocument: true }) || Math.Min(held.Frame.Keys, other.Frame.Keys) >= 2
        || (held.Frame.Keys == 1 && other.Frame.Keys == 1 && (held.Frame.Values.Count == 1 || held.Frame.Groups.Any(group => other.Frame.Groups.Contains(group) && Thesaurus.IsSingle(group))));

    private static bool MayTakePlace(Belief belief, Assertion newer, Kinship kinship)
    {
        if (belief.Current.Home is { Draft.IsDocument: true } && (kinship.Kin != Kin.Rival || !kinship.IsOfKeys)) return false;
        // A document is not overtaken by a note, nor does it overtake one: only its owner's word in a session corrects it.
        if (newer.Home is { Draft.IsDocument: true }) return false;
        if (newer.Home is not null && belief.Current.Home is { Draft.IsDocument: true }) return false;
        return newer.At > belief.Current.At || newer.Claim is not null || belief.Current.Claim is not null;
    }
}
