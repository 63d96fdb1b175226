using System.Globalization;
using System.Text.RegularExpressions;
using MemoryStores.Contract.Secrets;
using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Mining;

/// <summary>Takes sentences apart at their joints, to find the part that says something.</summary>
internal static partial class Clauses
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    /// <summary>Without backtracking: one pass over the text, whatever it is.</summary>
    private const RegexOptions Linear = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    /// <summary>Whether a sentence begins with a word that stands for something in the one before.</summary>
    public static bool LeansBack(string sentence) => Leaning().IsMatch(sentence);

    public static bool IsNegatedThroughout(string said)
    {
        // "No - it is A, not B" and "at most" say how it is.
        var rest = NotTail().Replace(Cues.Correction().Replace(said, "", 1), "");
        return Negated().IsMatch(rest) && !Limit().IsMatch(rest);
    }

    /// <summary>"No more than", "no visits after": a limit, not the opposite.</summary>
    public static bool IsLimit(string said) => Limit().IsMatch(said);

    public static bool DeniesAValue(string said) => Negated().IsMatch(said) && !said.Contains(" but ", StringComparison.Ordinal) && !NotOnly().IsMatch(said);

    /// <summary>Leaves out the clauses with a masked secret; null when nothing is left.</summary>
    public static string? WithoutMasks(string said)
    {
        var parts = MaskJoints().Split(said).Where(part => part.Length > 0 && !SecretScanner.HasMask(part)).ToList();
        var rest = string.Join(", ", parts.Select(part => part.Trim(' ', ',', ';', ':', '-', '–', '—'))).Trim();
        return rest.Length < 8 ? null : rest;
    }

    /// <summary>"Given that X, can you…?": X is said, and only the rest is asked.</summary>
    public static string? GivenOfQuestion(string said)
    {
        var match = Given().Match(said);
        return match.Success ? match.Groups["given"].Value : null;
    }

    /// <summary>"The gate code? That would be 12." asks nothing: it names a thing and then its value.</summary>
    public static string? AnsweredFragment(string said)
    {
        var match = Fragment().Match(said);
        return match.Success && !Cues.QuestionStart().IsMatch(said) ? $"{match.Groups["what"].Value.Trim()}: {match.Groups["answer"].Value.Trim()}" : null;
    }

    /// <summary>Without the date of the day, where it only tells when this was said or since when it holds.</summary>
    public static string WithoutDay(string said, string day) =>
        Dated().Replace(said, match => match.Groups["since"].Success && match.Groups["date"].Value != day ? match.Value : match.Value.StartsWith('(') ? "" : match.Groups["keep"].Value);

    /// <summary>The same with blanks in its place, so that all else stands where it stood.</summary>
    public static string WithBlankDay(string said, string day) =>
        Dated().Replace(said, match => match.Groups["since"].Success && match.Groups["date"].Value != day ? match.Value : new string(' ', match.Length));

    /// <summary>With the day on which it was said anew, where the text tells as of when it holds.</summary>
    public static string WithDay(string text, DateTimeOffset at) =>
        AsOf().Replace(text, match => match.Groups["before"].Value + at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>
    /// The part of a claim that says something: the fewest clauses that hold all its names and values but for an overtaken one,
    /// without "please remember that" before it and "from now on" behind.
    /// </summary>
    public static string Core(string said, Frame frame, FrameReader frames)
    {
        var text = Resolved(said).Trim();
        var pieces = Pieces(text);
        if (pieces.Count > 1) text = Fewest(text, pieces, frames).Trim();
        for (var i = 0; i < 3; i++)
        {
            var shorter = Introduction(text);
            if (shorter == text) break;
            text = shorter;
        }
        text = Trailing().Replace(text, "").Trim(' ', ',', ';', ':', '-', '–', '—');
        if (text.Length < 4) text = said.Trim();
        return char.IsLower(text[0]) && !text.AsSpan(0, Math.Min(text.Length, text.IndexOf(' ') is > 0 and var space ? space : text.Length)).ContainsAny('-', '_', '.') && !char.IsUpper(text.ElementAtOrDefault(1))
            ? char.ToUpperInvariant(text[0]) + text[1..]
            : text;
    }

    /// <summary>Whether what stands there is told as how it was.</summary>
    public static bool IsToldAsOld(string text, int at) => ToldAsOld(text).Any(span => at >= span.Start && at < span.End);

    /// <summary>Where a text tells how it was: "not X", "from X to", "X didn't work out".</summary>
    public static List<(int Start, int End)> ToldAsOld(string text) =>
        [.. Old().Matches(text).Concat(OldBefore().Matches(text)).Select(match => match.Groups["old"]).Where(group => group.Success).Select(group => (group.Index, group.Index + group.Length))];

    /// <summary>"The X is no longer A. It's B." becomes "The X is B."</summary>
    private static string Resolved(string said)
    {
        var match = Anaphora().Match(said);
        return match.Success ? $"{Introduction(match.Groups["what"].Value.Trim())} {match.Groups["is"].Value.Trim() switch { "'s" or "’s" or "would be" => "is", "'re" or "’re" => "are", var verb => verb }} {match.Groups["value"].Value.Trim()}" : said;
    }

    private static List<(int Start, int End)> Pieces(string text)
    {
        var pieces = new List<(int, int)>();
        var start = 0;
        var values = Values.Of(text);
        foreach (Match joint in Joints().Matches(text))
        {
            // The comma in "May 4, 2026" joins.
            if (values.Any(value => joint.Index > value.Start && joint.Index < value.End)) continue;
            if (joint.Index > start) pieces.Add((start, joint.Index));
            start = joint.Index + joint.Length;
        }
        if (start < text.Length) pieces.Add((start, text.Length));
        return pieces;
    }

    private static string Fewest(string text, List<(int Start, int End)> pieces, FrameReader frames)
    {
        // What a piece adds: its names and values, and the words with a meaning of their own.
        var read = pieces.Select(piece => frames.Read(text[piece.Start..piece.End])).ToList();
        var overtaken = ToldAsOld(text);
        bool IsOld(int start, int end) => overtaken.Any(span => start < span.End && span.Start < end);
        var all = new HashSet<string>();
        var keys = read.Select((frame, i) => (HashSet<string>)[.. frame.Names.Where(name => !IsOld(pieces[i].Start + name.Start, pieces[i].Start + name.End)).Select(name => name.Key), .. frame.Values.Where(value => !IsOld(pieces[i].Start + value.Start, pieces[i].Start + value.End)).Select(value => value.Kind + value.Canonical)]).ToList();
        foreach (var each in keys) all.UnionWith(each);
        var best = (From: 0, To: pieces.Count, Length: int.MaxValue);
        if (all.Count > 0)
        {
            for (var from = 0; from < pieces.Count; from++)
            {
                var have = new HashSet<string>();
                for (var to = from; to < pieces.Count; to++)
                {
                    have.UnionWith(keys[to]);
                    var length = pieces[to].End - pieces[from].Start;
                    if (have.Count == all.Count && (length < best.Length)) best = (from, to + 1, length);
                    if (have.Count == all.Count) break;
                }
            }
            // A value alone needs what it is the value of.
            if (best.To - best.From == 1 && read[best.From].Stems.Count == 0 && read[best.From].Keys < 2)
                best = best.From > 0 ? (best.From - 1, best.To, 0) : pieces.Count > best.To ? (best.From, best.To + 1, 0) : best;
            // "About the barn, the answer is 7": without a word of its own, the piece before tells what it is about.
            if (best.From > 0 && read[best.From].Names.Count == 0 && read[best.From].Words.Count == 0 && read[best.From - 1].Words.Count > 0) best = best with { From = best.From - 1 };
            return text[pieces[best.From].Start..pieces[best.To - 1].End];
        }
        var (first, last) = (0, pieces.Count - 1);
        while (first < last && read[first].Stems.Count == 0) first++;
        while (last > first && read[last].Stems.Count == 0) last--;
        return text[pieces[first].Start..pieces[last].End];
    }

    /// <summary>Without an introduction that only speaks about saying: "I should add that", "so", "for the record".</summary>
    private static string Introduction(string text)
    {
        if (Cues.Introduction().Match(text) is { Success: true } match && text.Length - match.Length > 8) return text[match.Length..];
        var words = 0;
        for (var at = 0; at < text.Length && words < 9;)
        {
            var end = text.IndexOfAny([' ', ',', ':'], at);
            if (end < 0) return text;
            var word = text[at..end].TrimEnd('\'').ToLowerInvariant().Replace('’', '\'').Trim('"', '(', '*', '_');
            if (!CommonWords.IsGrammar(word) && !CommonWords.IsSpeaking(word)) return text;
            words++;
            if ((word is "that" && words > 1) || text[end] is ',' or ':') return text[(end + 1)..].TrimStart();
            if (words == 1 && word is "and" or "but" or "so" or "also" or "oh" or "well" or "anyway" or "actually" or "again" or "yes" or "no") return text[(end + 1)..].TrimStart();
            at = end + 1;
        }
        return text;
    }

    [GeneratedRegex(@"^\W*(?:it|it's|it’s|its|that|that's|that’s|this|these|those|they|they're|they’re|ours|theirs|both)\b", Linear)]
    private static partial Regex Leaning();

    [GeneratedRegex(@"\b(?:not|never|no|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|won't|hasn't|haven't|cannot|can't)\b", Linear)]
    private static partial Regex Negated();

    [GeneratedRegex(@"\b(?:not only|no more than|not more than|no later than|at the latest|don't (?:use|send|call|put|write|push|deploy|touch|forget|schedule|book|merge|commit)|do not|must not|should not|shouldn't|never|no new|there is no|no .{1,30} (?:after|before|without|on|in|over|above|below|under))\b", Linear)]
    private static partial Regex NotOnly();

    [GeneratedRegex(@"^\W*(?:given(?: that)?|since|because|as|now that|seeing (?:that|as)|considering that|knowing that)\s+(?<given>[^?]{10,300}?),\s*(?:can|could|would|will|should|shall|do|does|is|are|what|how|when|where|which|please|may|might)\b[^?]{0,300}\?\W*$", Linear)]
    private static partial Regex Given();

    [GeneratedRegex(@"^(?<what>[^?.!]{3,120})\?\s+(?:(?:that(?:'s| is| would be)|it(?:'s| is| would be)|make (?:that|it)|always|just|simply|say|go with|use|take)\s+)?(?<answer>[^?!]{1,120}?)[.!]?$", Linear)]
    private static partial Regex Fragment();

    [GeneratedRegex(@"^(?<what>.{3,160}?)\s+(?:(?:is|are|was|were)(?:n't| not)?(?: no longer)?|isn't|aren't|used to be|has been|does not|doesn't|had been)\b[^.!?]{0,160}[.!?]\s+(?:it|that|they|this)\s?(?<is>'s|’s|'re|’re|is|are|would be|has|uses|runs|goes|listens|starts|costs|takes)\s+(?<value>.{1,160})$|^(?<what>.{3,160}?)\s+(?:used to be|was|were)\b[^.!?]{0,120}[,;]\s+(?:but\s+)?(?:since [\w ]{2,20} |now )?(?:it|that|they)\s?(?<is>'s|’s|is|are)\s+(?<value>.{1,160})$|^\W*(?:quick (?:one|note|update|word|question)|a (?:word|note|update)|update|news|as|regarding|about|concerning|re)\W+(?:on|about|regarding|for|to)?\s*(?<what>[^.!?]{3,120})[.!?]\s+(?:it|that|they|this)\s?(?<is>'s|’s|is|are)\s+(?<value>.{1,160})$", Linear)]
    private static partial Regex Anaphora();

    [GeneratedRegex(@"\s*(?:[:;]\s+|\s[-–—]+\s|,\s+(?:so|but|and|or|which|while|because|since|as|in case|hence|therefore|can you|could you|please|not|instead of|rather than|no longer|if)\b\s*|(?<=[.!?])\s+|,\s+)\s*", Options)]
    private static partial Regex Joints();

    [GeneratedRegex(@"\b(?:no more than|not more than|no fewer than|no less than|no later than|not later than|no new|no .{1,30} (?:after|before|over|above|below|under))\b", Linear)]
    private static partial Regex Limit();

    [GeneratedRegex(@",? (?:and )?not [^,.;]{1,80}[.!]?\s*$", Linear)]
    private static partial Regex NotTail();

    [GeneratedRegex(@"\s*(?:[;]\s+|\s[-–—]+\s|,\s+|(?<=[.!?])\s+|\s+(?:and|but|or)\s+)\s*", Options)]
    private static partial Regex MaskJoints();

    [GeneratedRegex(@"\b(?:not|was|were|from|scratch(?: the| that)?|forget(?: the| about)?|ignore|drop(?:ped)?|ditch(?:ed)?|instead of|rather than|than|no longer|used to be|used to|replac(?:ed|es|ing)|old value|isn't|aren't|old one|old|formerly|previously|until (?:recently|now|last \w+) (?:it was|was)|undid the move to|away from|forget about|still have|still use|stop(?:ped)? using|goodbye|bye bye)\s+(?:a |an |the )?(?<old>[$€£]?\w[\w.,:/%'-]{0,30}(?:\s(?!(?:to|for|in|as|is|at|on|with|by|of|and|but|thing|things|when|because|so|any|from|over|now|it|we|i|no|was|are)\b)\w[\w-]{0,20}){0,3})", Options)]
    private static partial Regex Old();

    [GeneratedRegex(@"(?<old>[$€£]?\w[\w.:/%'-]{0,30}(?:\s\w[\w-]{0,20}){0,2}?)\)?\s+(?:did(?:n't| not) (?:work|last|hold|fit)|was (?:a mistake|wrong|dropped|retired|too|only)|(?:is|are|went) (?:out of date|obsolete|outdated|history)|only lasted|turned out (?:to be )?(?:wrong|bad|badly|too|unsuitable)|is outdated|didn't|no longer (?:applies|works|fits)|before;)", Linear)]
    private static partial Regex OldBefore();

    [GeneratedRegex(@"(?:[\s,;.–—-]+(?:now|nowadays|these days|from now on|from today(?: on)?|again|once more|once again|by now|instead|as a result|going forward|from here on|please|thanks|thank you|in case you were wondering|if you (?:were wondering|need it|care)|okay|ok|right|i think|after all|as before|for (?:your|the) (?:information|record)|like (?:it did )?(?:before|originally)|keep (?:that|it|this) (?:in mind|for (?:next|another) time)|just so you know|fyi|btw|by the way|that one is settled|i'm sure(?: about (?:it|that))?|trust me|effective immediately|starting today))+[\s.!]*$", Linear)]
    private static partial Regex Trailing();

    [GeneratedRegex(@"(?<before>\b(?:as of|noted|recorded|status|updated?)(?: on)?:? )\d{4}-\d\d-\d\d", Linear)]
    private static partial Regex AsOf();

    [GeneratedRegex(@"\(\s*(?:as of|noted|updated?|since|recorded|checked|confirmed|status|stand)\s*:?\s*\d{4}-\d\d-\d\d\s*\)|(?<keep>\b)(?:as of|noted|noted on|recorded|status|update|updated?(?: on)?)\s+(?:\d{4}-\d\d-\d\d)\s*[:,]?\s*|(?<keep>\b)(?<since>since|from|starting|effective|on)\s+(?<date>\d{4}-\d\d-\d\d)(?:\s+(?:on|onwards?))?\s*[,:]?\s*", Linear)]
    private static partial Regex Dated();
}
