using MemoryStores.Dreaming.Instructions;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Mining;
using MemoryStores.Dreaming.Writing;

namespace MemoryStores.Dreaming.Merging;

/// <summary>Settles what holds in the end, and where it goes.</summary>
internal sealed class Settling(List<MemoryDraft> drafts, List<Assertion> stated, Mined mined, DreamInstructions instructions, HashSet<string> linked)
{
    private const int ComparedFrom = 1;
    private const int DurableFrom = 2;
    private const string WishReason = "asked for in several sessions";

    public List<NewMemory> Made { get; } = [];
    public HashSet<string> Linked => linked;

    public void Run(CancellationToken stop)
    {
        // What is said in passing is not even compared.
        var claims = mined.Claims
            .Where(claim => claim.Act is Act.Retract or Act.Deny || (claim.Act is Act.State or Act.Change && (claim.Frame.Keys >= (claim.Act == Act.Change ? 1 : 2) || Chatter.Durability(claim) >= ComparedFrom)))
            .Select(claim => new Assertion { Frame = claim.Frame, At = claim.At, Claim = claim, IsMarked = claim.Act != Act.State }).ToList();
        var wishes = Wishes.Of(mined.Claims);
        var wished = wishes.SelectMany(wish => wish).Select(claim => claim.Event).ToHashSet();
        claims.RemoveAll(claim => wished.Contains(claim.Claim!.Event));
        var comparison = new Comparison(Frequencies(claims));
        // Once to learn which words speak of one attribute here, and once in earnest.
        _ = Held(claims, comparison, stop);
        var beliefs = Held(claims, comparison, stop);
        var verdicts = new Verdicts(comparison, linked);
        foreach (var belief in beliefs.All) verdicts.Decide(belief);
        var held = new HeldStatements(stated);
        var additions = new List<Addition>();
        foreach (var belief in verdicts.Fresh)
        {
            var claim = belief.Current.Claim!;
            if (claim.Act is not (Act.State or Act.Change) || !claim.CoreFrame.IsEnglish) continue;
            if (claim.Trust == Trust.Agent && !claim.IsFinding) continue;
            if (instructions.Forbids(claim.CoreFrame) || held.Holds(claim.CoreFrame)) continue;
            if (belief.Members.All(member => member.Claim is null || Chatter.Durability(member.Claim) < DurableFrom) && belief.Confirmations.All(confirmation => Chatter.Durability(confirmation) < DurableFrom)) continue;
            var addition = new Addition { Text = Sentence(Time.RelativeDates.Absolute(claim.Core, claim.At)), Claim = claim, Reason = "said in a session" };
            addition.Evidence.AddRange(belief.Confirmations.Take(4));
            additions.Add(addition);
        }
        foreach (var wish in wishes)
        {
            var heart = Wishes.Heart(wish);
            if (stated.Any(assertion => assertion.Frame.Text.Contains("repeatedly", StringComparison.Ordinal) && heart.IsSubsetOf(Wishes.FeaturesOf(assertion.Frame)))) continue;
            var addition = new Addition { Text = Wishes.Text(wish), Claim = wish[0], Reason = WishReason };
            addition.Evidence.AddRange(wish.Skip(1).Take(5));
            additions.Add(addition);
        }
        var isMixed = mined.Claims.Select(claim => claim.Session.UserId).OfType<string>().Distinct(StringComparer.Ordinal).Count() > 1 && !instructions.WantsPeople;
        if (isMixed) additions.RemoveAll(addition => IsPersonal(addition));
        var placement = new Placement(drafts);
        Made.AddRange(placement.Place(additions, instructions));
        if (!isMixed) Made.AddRange(placement.Place(Unsaid(mined.Remarks)));
    }

    private Beliefs Held(List<Assertion> claims, Comparison comparison, CancellationToken stop)
    {
        var beliefs = new Beliefs(comparison);
        foreach (var assertion in stated.Where(assertion => !assertion.IsRemark).Concat(claims).OrderBy(assertion => assertion.At).ThenBy(assertion => assertion.Home is not null))
        {
            stop.ThrowIfCancellationRequested();
            beliefs.Take(assertion);
        }
        return beliefs;
    }

    /// <summary>Whoever speaks of themselves is one of several people here: whose it is would be lost in the store.</summary>
    private static bool IsPersonal(Addition addition) => addition.Reason == WishReason || Chatter.IsAboutSpeaker(addition.Text);

    /// <summary>The remarks that the store does not hold yet, word for word.</summary>
    private List<Remark> Unsaid(List<Remark> remarks)
    {
        if (remarks.Count == 0) return remarks;
        var known = stated.Select(assertion => assertion.ExactText).ToHashSet(StringComparer.Ordinal);
        return [.. remarks.Where(remark => !known.Contains(Assertion.Plain(remark.Text)) && !instructions.Forbids(remark.Claim.Frame))];
    }

    private static string Sentence(string core) => core[^1] is '.' or '!' or '?' ? core : core + ".";

    private Func<string, int> Frequencies(List<Assertion> claims)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var assertion in stated.Concat(claims)) foreach (var name in assertion.Frame.NameKeys) counts[name] = counts.GetValueOrDefault(name) + 1;
        return name => counts.GetValueOrDefault(name);
    }
}
