using MemoryStores.Dreaming.Mining;

namespace MemoryStores.Dreaming.Merging;

/// <summary>One thing that is held to be so, with everything that was said about it in the order of time.</summary>
internal sealed class Belief(Assertion first)
{
    public Assertion Current { get; private set; } = first;

    /// <summary>All that said it, its former values too.</summary>
    public List<Assertion> Members { get; } = [first];

    /// <summary>What said so last without adding anything.</summary>
    public List<Claim> Confirmations { get; } = [];

    /// <summary>Who took it back; null while it holds.</summary>
    public Claim? TakenBack { get; private set; }

    public bool HasHome => Members.Any(member => member.Home is not null);

    public void Confirm(Assertion same)
    {
        if (same.Home is not null) Members.Add(same);
        else Confirmations.Add(same.Claim!);
        // What the store says in its own words stands before what a session repeats.
        if (Current.Home is null && same.Home is not null) Current = same;
        TakenBack = null;
    }

    public void Replace(Assertion newer)
    {
        Members.Add(newer);
        Current = newer;
        TakenBack = null;
    }

    public void TakeBack(Claim by) => TakenBack = by;
}
