using System.Text;
using System.Text.RegularExpressions;
using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Statements;
using MemoryStores.Dreaming.Time;

namespace MemoryStores.Dreaming.Mining;

/// <summary>A sentence of somebody in a conversation that was handed in, with its weight.</summary>
internal sealed record Remark(string Speaker, Claim Claim, string Text, IReadOnlyList<string> Terms);

/// <summary>
/// Reads conversations between named people, "Ada: …" turn by turn, and picks what tells most about each of them within a share of
/// the bytes: first what is said about events, plans, things and places, not thanks, praise and questions.
/// </summary>
internal sealed partial class Conversation(FrameReader frames)
{
    /// <summary>Of the conversation's bytes, so many may be kept.</summary>
    private const double Share = 0.075;

    private const int LeastTurns = 4;
    private const int LongestSentence = 260;

    private readonly List<Remark> remarks = [];
    private long bytes;

    /// <summary>Takes a session in when it is such a conversation.</summary>
    public bool TryRead(InputSession session)
    {
        var messages = session.Events.Where(one => one.Sender == Sender.User).ToList();
        var turns = messages.Where(one => Turn().IsMatch(one.Text)).ToList();
        if (turns.Count < LeastTurns || turns.Count * 10 < messages.Count * 7 || turns.Select(SpeakerOf).Distinct(StringComparer.Ordinal).Count() < 2) return false;
        foreach (var one in session.Events) bytes += Encoding.UTF8.GetByteCount(one.Text);
        foreach (var turn in turns) ReadTurn(session, turn);
        return true;
    }

    /// <summary>The remarks worth keeping, in the order in which they were made.</summary>
    public List<Remark> Pick()
    {
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var remark in remarks) foreach (var term in remark.Terms) frequency[term] = frequency.GetValueOrDefault(term) + 1;
        double Weight(string term) => Math.Log(1 + ((double)remarks.Count / frequency[term])) * (frequency[term] == 1 ? 0.8 : 1);

        var seen = new Dictionary<(string, string), int>();
        double Gain(Remark remark)
        {
            var gain = 0.0;
            foreach (var term in remark.Terms) gain += Weight(term) * Math.Pow(0.4, seen.GetValueOrDefault((remark.Speaker, term)));
            return gain * Worth(remark) / Math.Pow(Encoding.UTF8.GetByteCount(remark.Text) + 12, 0.75);
        }
        // A gain only falls as others are picked, so the first that keeps its place after a second look is the best.
        var queue = new PriorityQueue<int, (double, int)>();
        for (var i = 0; i < remarks.Count; i++) queue.Enqueue(i, (-Gain(remarks[i]), i));
        var picked = new List<int>();
        var room = (long)(bytes * Share);
        while (queue.TryDequeue(out var best, out var rank))
        {
            var gain = Gain(remarks[best]);
            if (queue.TryPeek(out _, out var next) && -gain > next.Item1 + 1e-9)
            {
                queue.Enqueue(best, (-gain, best));
                continue;
            }
            var size = Encoding.UTF8.GetByteCount(remarks[best].Text) + 5;
            if (size > room) continue;
            room -= size;
            picked.Add(best);
            foreach (var term in remarks[best].Terms) seen[(remarks[best].Speaker, term)] = seen.GetValueOrDefault((remarks[best].Speaker, term)) + 1;
        }
        picked.Sort();
        return [.. picked.Select(index => remarks[index])];
    }

    private void ReadTurn(InputSession session, InputEvent turn)
    {
        var text = turn.Text;
        var speaker = SpeakerOf(turn);
        var start = text.IndexOf(':', StringComparison.Ordinal) + 1;
        foreach (var (from, to) in Sentences.Of(text, start, text.Length))
        {
            if (to - from is < 12 or > LongestSentence) continue;
            var said = text[from..to];
            if (said.EndsWith('?') || Cues.Injection().IsMatch(said)) continue;
            var shared = Shared().Match(said);
            var core = shared.Success ? "shared a photo of " + shared.Groups["what"].Value : Stripped(RelativeDates.Absolute(said, turn.At));
            if (core.Length < 10) continue;
            var terms = TermsOf(core);
            if (terms.Count < 2) continue;
            var frame = frames.Read(core);
            remarks.Add(new Remark(speaker, new Claim
            {
                Act = Act.State, Said = said, Frame = frame, Telling = core, Session = session, Event = turn, Start = from, End = to, Trust = Trust.User,
            }, core, terms));
        }
    }

    /// <summary>How much a kind of remark is worth: what somebody did, has or plans, above feelings and praise.</summary>
    private static double Worth(Remark remark)
    {
        var text = remark.Text;
        var worth = 1.0;
        if (FirstPerson().IsMatch(text)) worth *= 1.35;
        if (Happened().IsMatch(text)) worth *= 1.25;
        if (RelativeDates.HasAny(remark.Claim.Said) || remark.Claim.Frame.Values.Count > 0) worth *= 1.5;
        if (InnerCapital().IsMatch(text)) worth *= 1.2;
        if (Praise().IsMatch(text)) worth *= 0.55;
        if (SecondPerson().IsMatch(text)) worth *= 0.6;
        if (text.StartsWith("shared a photo", StringComparison.Ordinal)) worth *= 0.7;
        return worth;
    }

    private static List<string> TermsOf(string text) =>
        [.. Token.Of(text).Where(token => token.Lower.Length > 1 && !CommonWords.IsGrammar(token.Lower) && !Empty.Contains(token.Lower)).Select(token => Stem.Of(token.Lower)).Distinct(StringComparer.Ordinal)];

    /// <summary>Without greetings, names called and words of emphasis, which tell nothing later.</summary>
    private static string Stripped(string said)
    {
        var text = Opening().Replace(said, "");
        text = Emphasis().Replace(text, "").Trim();
        if (text.Length == 0) return text;
        text = text.TrimEnd('!', '.', ' ');
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    private static string SpeakerOf(InputEvent turn) => Turn().Match(turn.Text) is { Success: true } match ? match.Groups["who"].Value : "";

    private static readonly HashSet<string> Empty =
    [
        "thanks", "thank", "wow", "yeah", "yes", "hey", "hi", "hello", "great", "good", "nice", "awesome", "amazing", "cool", "glad", "happy", "love", "lovely", "fun", "sounds", "sound", "really", "super", "definitely",
        "totally", "absolutely", "thing", "things", "lot", "know", "think", "feel", "feeling", "means", "mean", "made", "make", "way", "time", "keep", "see", "look", "looks", "looking", "forward", "proud", "support", "important",
        "special", "life", "always", "people", "something", "kind", "sure", "wonderful", "incredible", "inspiring", "appreciate", "excited", "exciting", "congrats", "guys", "bit", "say", "said", "tell", "hear", "heard", "try", "trying", "able", "pretty", "much", "best", "better",
    ];

    [GeneratedRegex(@"^(?<who>\p{Lu}[\w.'’-]{1,24}(?: \p{Lu}[\w.'’-]{1,24})?):\s", RegexOptions.CultureInvariant)]
    private static partial Regex Turn();

    [GeneratedRegex(@"^\W*\[?shares? (?:a|an|the) (?:photo|picture|image|pic)(?: of)? (?<what>[^\]]{3,200})\]?\W*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shared();

    [GeneratedRegex(@"^(?:(?:hey|hi|hello|thanks?|thank you|thx|wow|whoa|woah|oh|ooh|ah|yeah|yep|yes|yup|nope|no|ok(?:ay)?|sure|cool|nice|great|awesome|congrats|haha|lol|well|so|and|but|also|absolutely|definitely|totally|exactly|right|actually|honestly|by the way|btw|anyway)\b[,!. ]*(?:so much\b|a lot\b)?(?:,? ?(?<=[, ])\p{Lu}\w{1,15}(?=[,!.]))?[,!. ]*)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Opening();

    [GeneratedRegex(@"\b(?:really|super|just|actually|definitely|totally|absolutely|so much|honestly|literally|kinda|pretty much|of course|you know|recently|lately) ", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\b(?:i|i'm|i've|i'd|i'll|my|me|we|we're|we've|our)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FirstPerson();

    [GeneratedRegex(@"[a-z,] \p{Lu}\p{Ll}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex InnerCapital();

    [GeneratedRegex(@"\b(?:you|your|you're|you've|yours)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SecondPerson();

    [GeneratedRegex(@"\b(?:went|took|got|bought|started|joined|signed|visited|saw|met|made|won|lost|moved|finished|began|attended|painted|played|read|watched|learned|gave|found|had|ran|was|were|did|tried|became|decided|planning|plan|going to|working|live|lived|named|called|from)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Happened();

    [GeneratedRegex(@"\b(?:proud|thanks|thank|congrat\w*|appreciate|sounds|keep it up|keep going|inspiring|awesome|amazing|wonderful|great job|good luck|glad|can't wait|love that|so cool|take care|let's|matters?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Praise();
}
