using System.Text.RegularExpressions;
using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Mining;

/// <summary>Tells what will still matter next month from what was only said in passing.</summary>
internal static partial class Chatter
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    /// <summary>Without backtracking: one pass over the text, whatever it is.</summary>
    private const RegexOptions Linear = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    /// <summary>How durable a statement is; it is worth keeping from 2 on.</summary>
    public static int Durability(Claim claim)
    {
        var (core, frame) = (claim.Core, claim.CoreFrame);
        var score = 0;
        if (claim.IsForTheRecord) score += 2;
        if (claim.IsFinding) score += 1;
        if (claim.Act == Act.Change) score += 1;
        if (frame.Names.Count > 0) score += 1;
        if (frame.Values.Any(value => value.Kind != ValueKind.Weekday && value.Kind != ValueKind.Number)) score += 1;
        else if (frame.Values.Count > 0) score += 1;
        if (frame.Groups.Count > 0) score += 1;
        if (Habit().IsMatch(core)) score += 1;
        if (Rule().IsMatch(core)) score += 1;
        if (Passing().IsMatch(claim.Said) && !(claim.Act == Act.Change && frame.Keys > 0 && Cues.StrongChange().IsMatch(claim.Said))) score -= claim.IsForTheRecord ? 2 : 4;
        if (Interjection().IsMatch(claim.Said)) score -= 4;
        if (Ongoing().IsMatch(core) && !claim.IsForTheRecord) score -= 2;
        if (frame.Stems.Count + frame.Keys < 2) score -= 2;
        return score;
    }

    public static bool IsAboutSpeaker(string text) => Speaker().IsMatch(text);

    [GeneratedRegex(@"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself)\b", Linear)]
    private static partial Regex Speaker();

    [GeneratedRegex(@"\b(?:one sec(?:ond)?|a sec|one moment|a moment|for a (?:second|moment|minute|bit|while)|brb|be right back|back in (?:a|an|\d+|five|ten|two)|gotta|got to run|have to run|running late|right now|this morning|this afternoon|this evening|tonight|last night|just now|at the moment|today|so tired|exhausted|hungry|weather|raining|snowing|sunny|phew|weekend plans|good (?:morning|night|evening|afternoon|luck|job|one|question|point)|have an? (?:nice|good|great)|enjoy|cheers|congrat\w*|happy (?:monday|tuesday|wednesday|thursday|friday|weekend|birthday)|almost done|where were we|never mind|no worries|no problem|funny|lunch|what an? \w+|shut up|won't stop|my (?:screen|keyboard|mouse|laptop|phone|headset|internet|wifi|battery) (?:froze|died|crashed|is|just))\b", Linear)]
    private static partial Regex Passing();

    [GeneratedRegex(@"^\W*(?:haha\w*|hehe\w*|lol|lmao|rofl|ugh|phew|oops|ouch|argh|wow|whoa|yay|mm+|hm+|hmm+|meh|oof|sorry|thanks|thank you|thx|ty|cool|great|nice|awesome|perfect|excellent|brilliant|sure|alright|morning|afternoon|evening|bye|see you|later)\b(?!\W{0,3}(?:but|also|and)\b)|\b(?:haha|hehe|lol|ouch|ugh|oops|yikes)\b", Options)]
    private static partial Regex Interjection();

    [GeneratedRegex(@"\b(?:is|are|was|were|i'm|we're|they're|he's|she's) (?:still |just |already |really |so )?(?!being|using|running|living|hosting|going (?:to|out)|planning|working (?:at|for|with))[a-z]{3,}ing\b|\b(?:has|have) just\b|\b(?:broke|broken|crashed|stuck|frozen|spilled|stubbed|slept|dreamt|forgot my|lost my)\b", Options)]
    private static partial Regex Ongoing();

    [GeneratedRegex(@"\b(?:is|are|has|have|uses?|runs?|lives?|likes?|loves?|hates?|prefers?|works?|owns?|keeps?|goes|takes?|wants?|needs?|costs?|starts?|ends?|opens?|closes?|belongs?|follows?|handles?|manages?|must|may|allows?|requires?|means|stands for|comes?|gets?|expects?|accepts?|listens?|ships?|renews?)\b", Linear)]
    private static partial Regex Habit();

    [GeneratedRegex(@"\b(?:always|never|every|each|must|should|only|at most|at least|no more than|do not|don't|by default|usually|whenever|preferred|prefers?|favou?rite|allergic|limit|minimum|maximum|policy|rule|password|deadline|due|until)\b", Linear)]
    private static partial Regex Rule();
}
