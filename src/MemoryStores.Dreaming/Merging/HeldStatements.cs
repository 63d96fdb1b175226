using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Dreaming.Merging;

/// <summary>What the store goes on saying after all fates are decided, found by names and values.</summary>
internal sealed class HeldStatements
{
    private readonly Dictionary<string, List<Frame>> byKey = new(StringComparer.Ordinal);

    public HeldStatements(IEnumerable<Assertion> stated)
    {
        foreach (var assertion in stated)
        {
            if (assertion.Home!.Draft.Fates[assertion.Home.Statement] is not { Fate: Fate.Kept }) continue;
            foreach (var key in KeysOf(assertion.Frame))
            {
                if (!byKey.TryGetValue(key, out var frames)) byKey[key] = frames = [];
                frames.Add(assertion.Frame);
            }
        }
    }

    /// <summary>Whether one statement has all names and values of this and speaks of the same.</summary>
    public bool Holds(Frame said)
    {
        var keys = KeysOf(said).ToList();
        if (keys.Count == 0 || !byKey.TryGetValue(keys.MinBy(key => byKey.GetValueOrDefault(key)?.Count ?? 0)!, out var frames)) return false;
        foreach (var frame in frames)
        {
            if (frame.IsNegated != said.IsNegated || !KeysOf(said).All(KeysOf(frame).Contains)) continue;
            var isAkin = frame.Groups.Overlaps(said.Groups) || frame.Stems.Overlaps(said.Stems) || said.Stems.Count == 0;
            if (isAkin && (keys.Count >= 2 || said.Words.IsSubsetOf(frame.Words)) && !(keys.Count < 2 && said.Words.Count == 0 && frame.Words.Count > 0)) return true;
        }
        return false;
    }

    private static IEnumerable<string> KeysOf(Frame frame) => frame.NameKeys.Select(key => "n:" + key).Concat(frame.Values.Select(value => $"v:{value.Kind}:{value.Canonical}"));
}
