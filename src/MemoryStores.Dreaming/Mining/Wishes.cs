using System.Text.RegularExpressions;
using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Mining;

/// <summary>
/// Finds what a user asks for again and again without ever making a rule of it: requests of different wording, in at least three
/// sessions, that share what they are about. The same task given twice in the same words is no wish.
/// </summary>
internal static partial class Wishes
{
    private const RegexOptions Linear = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;
    private const int LeastSessions = 3;
    private const int LongestRequest = 160;

    /// <summary>Each wish: the requests that show it, the most telling first.</summary>
    public static List<List<Claim>> Of(IEnumerable<Claim> claims)
    {
        var requests = claims.Where(IsRequest).Select(claim => (Claim: claim, Features: FeaturesOf(claim), Wording: Wording(claim.Said))).Where(request => request.Features.Count > 0).ToList();
        var wishes = new List<List<Claim>>();
        while (true)
        {
            var best = requests.SelectMany(request => request.Features.Where(MayBeHeart).Select(feature => (feature, request)))
                .GroupBy(pair => pair.feature, StringComparer.Ordinal)
                .Select(group => (Feature: group.Key, Requests: group.Select(pair => pair.request).DistinctBy(request => request.Wording).DistinctBy(request => request.Claim.Session.Id).ToList()))
                .Where(found => found.Requests.Count >= LeastSessions && IsWish(found.Requests.Select(request => request.Claim).ToList()))
                .OrderByDescending(found => found.Requests.Count(request => Insistence().IsMatch(request.Claim.Said))).ThenByDescending(found => found.Requests.Count)
                .ThenByDescending(found => found.Feature.StartsWith("g:", StringComparison.Ordinal)).ThenBy(found => found.Feature, StringComparer.Ordinal).FirstOrDefault();
            if (best.Requests is null) return wishes;
            var common = best.Requests.SelectMany(request => request.Features).GroupBy(feature => feature, StringComparer.Ordinal).Where(group => group.Count() > 1).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            var ranked = best.Requests.OrderByDescending(request => request.Features.Sum(feature => common.GetValueOrDefault(feature))).ThenBy(request => request.Claim.Said.Length).ThenBy(request => request.Claim.At).ToList();
            wishes.Add([.. ranked.Select(request => request.Claim)]);
            var wordings = best.Requests.Select(request => request.Wording).ToHashSet(StringComparer.Ordinal);
            requests.RemoveAll(request => wordings.Contains(request.Wording) || request.Features.Contains(best.Feature));
        }
    }

    /// <summary>The wish in the user's own words, two of them where the first does not say all.</summary>
    public static string Text(List<Claim> wish)
    {
        var first = wish[0];
        var common = wish.SelectMany(FeaturesOf).GroupBy(feature => feature, StringComparer.Ordinal).Where(group => group.Count() > 1).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var have = FeaturesOf(first);
        var second = wish.Skip(1).OrderByDescending(claim => FeaturesOf(claim).Sum(feature => common.GetValueOrDefault(feature) * (have.Contains(feature) ? 1 : 2))).ThenBy(claim => claim.Said.Length).First();
        return $"Asked for repeatedly: \"{Quoted(first)}\", \"{Quoted(second)}\"";
    }

    /// <summary>What a statement of the store must speak of to be this wish already.</summary>
    public static HashSet<string> Heart(List<Claim> wish) =>
        [.. wish.SelectMany(FeaturesOf).Where(MayBeHeart).GroupBy(feature => feature, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(1).Select(group => group.Key)];

    public static HashSet<string> FeaturesOf(Frame frame) =>
        [.. frame.Stems.Where(stem => !Verbs.Contains(stem)), .. frame.Groups.Where(group => !Thesaurus.IsSingle(group))];

    /// <summary>What is asked about, an answer or a letter, is not what is asked for.</summary>
    private static bool MayBeHeart(string feature) => feature is not ("g:answerform" or "g:draftform") && !Thesaurus.Of(feature).Any(group => group is "g:answerform" or "g:draftform");

    private static HashSet<string> FeaturesOf(Claim claim) => FeaturesOf(claim.Frame);

    private static bool IsRequest(Claim claim) =>
        claim.Trust == Ledger.Trust.User && claim.Act is not (Act.Quote or Act.Others or Act.Hedge) && claim.Said.Length <= LongestRequest && claim.Frame.Values.Count == 0
        && claim.Frame.Names.All(name => !name.Key.Contains(' ', StringComparison.Ordinal)) && claim.Frame.IsEnglish;

    /// <summary>At least one of them says that it was said before, or all of them are short requests about the same two things.</summary>
    private static bool IsWish(List<Claim> requests)
    {
        if (requests.All(claim => claim.Act is Act.State && !Polite().IsMatch(claim.Said))) return false;
        var asked = requests.Count(claim => claim.Act == Act.Task || Polite().IsMatch(claim.Said) || Insistence().IsMatch(claim.Said));
        return asked * 2 >= requests.Count && (requests.Any(claim => Insistence().IsMatch(claim.Said)) || asked == requests.Count);
    }

    private static string Quoted(Claim claim) => claim.Said.Replace('"', '\'').Replace('\n', ' ').TrimEnd('.', '!', '?', ' ');

    private static string Wording(string said) => string.Join(' ', Token.Of(said).Select(token => token.Lower));

    private static readonly HashSet<string> Verbs = [.. new[] { "please", "show", "write", "rewrite", "redo", "give", "make", "add", "put", "use", "send", "find", "open", "check", "run", "look", "draft", "remove", "leave", "create", "start", "stop", "again", "like", "wrote", "forgot", "left", "time" }.Select(Stem.Of)];

    [GeneratedRegex(@"\b(?:again|once more|as (?:before|always|usual|ever)|same (?:as|format|thing)|like (?:last time|always|before|the others)|said (?:it|this|that)|told you|every time|each time|remember\?|still (?:no|missing|too)|forgot|left out|always|never|too (?:long|short|chummy|formal|casual|vague|verbose|many|much)|no more|i (?:don't|do not) (?:need|want|like|think in)|i prefer|i'd rather|needs? to be|should be|goes in|where's)\b", Linear)]
    private static partial Regex Insistence();

    [GeneratedRegex(@"\b(?:please|pls|can you|could you|would you|could i|can i|i'd like|i want|i need|thanks|for me|get me|give me|make (?:that|it|this)|let's|without|no)\b|^\W*[a-z]+ (?:it|that|the|this|me)\b", Linear)]
    private static partial Regex Polite();
}
