using System.Text.RegularExpressions;

namespace MemoryStores.Dreaming.Mining;

/// <summary>The turns of phrase by which English tells what is meant by a sentence. Each is bounded and looks at one sentence.</summary>
internal static partial class Cues
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(?:maybe|perhaps|might|possibly|conceivably|some ?day|one day|at some point|sooner or later|sometime|toying|floated|floating|mull(?:ed|ing)|musing|brainstorm\w*|consider(?:s|ed|ing)?|contemplat\w+|thinking (?:about|of|out loud|aloud)|thought about|under discussion|discussing|exploring|evaluating|weighing|leaning towards?|tempted|undecided|not (?:yet )?(?:decided|settled|final|sure|certain|agreed)|no(?:thing)?(?: is| has been)?(?: final)? (?:decided|decision|settled|agreed|commitment)|tentative(?:ly)?|if (?:the|we|it|all|everything|only|that|this|money|time|they) |in theory|in principle|could (?:become|be|go|move|switch|change|end up|also)|would (?:like|love) to (?:move|switch|try|change)|wouldn't mind|wish|hope to|hoping|dream(?:s|ing)? of|propos(?:ed|es|al|ing)|suggest(?:ed|s|ion)|idea (?:is|was|of|would)|pitch(?:ed)?|probably not|not now|not for now|rumou?rs?|speculat\w+|pilot(?:ing)?|trial(?:l?ing)? (?:of|with)?|experiment(?:ing)? with|no decision|don't act on|for the moment leave|leave (?:everything|it|things|that) as)\b", Options)]
    public static partial Regex Hedge();

    [GeneratedRegex(@"\?\W*$", Options)]
    public static partial Regex QuestionMark();

    [GeneratedRegex(@"^\W*(?:what|why|how|who|when|where|which|is|are|was|were|do|does|did|can|could|would|will|should|shall|may|has|have|had|isn't|aren't|hypothetically|suppose|supposing|imagine|say|what if|any (?:idea|reason|chance)|i(?:'m| am)? (?:wonder|curious)\w*|just curious|out of curiosity)\b", Options)]
    public static partial Regex QuestionStart();

    [GeneratedRegex(@"\b(?:hypothetical\w*|what (?:would|if)|would it (?:be|make|hurt|work)|would anything|just (?:curious|asking|wondering)|out of curiosity|wonder(?:ing)? (?:if|whether|what|how))\b|^\W*(?:suppose|supposing|imagine|assuming)\b", Options)]
    public static partial Regex Hypothesis();

    [GeneratedRegex(@"\b(?:not us|not ours|not our own|but that's (?:them|theirs|him|her)|that's (?:them|theirs|their (?:business|choice|thing|way))|their own|(?:his|her) own|on our side|for us nothing|nothing to do with (?:us|our|the|my|how)|we don't (?:follow|do|have|copy|use) (?:that|this|it)|unlike (?:us|them|ours?)|ours? (?:stays?|remains?|is (?:different|unchanged|unaffected)|doesn't)|over at|at (?:his|her|their|another|the other) (?:company|place|team|firm|shop|group|office|school|house)|(?:other|another|neighbou?ring|different|rival|sister) (?:team|company|group|branch|office|department|family|store|shop|firm|site|clinic|school|project)s?|competitors?|elsewhere|somebody else's|someone else's|swears by|a (?:friend|colleague|cousin|neighbou?r) of (?:mine|ours)|i read (?:a|an|that|about|somewhere)|in (?:their|his|her) case|doesn't (?:apply to|concern|affect) us|not (?:a|our) (?:concern|matter)|(?:people|folks) (?:it's|it is|they))\b|\bfor [A-Z]\w+'s (?:people|team|group|family|crew|lot)\b", Options)]
    public static partial Regex Others();

    [GeneratedRegex(@"\b(?:isn't (?:true|right|correct|so|the case)|is not (?:true|right|correct|so|the case)|not true|untrue|false|incorrect|misunderst\w+|misread|misheard|mix-?up|contrary to|rumou?r|hearsay|never (?:became|was|were|happened|has been|changed to|moved|switched)|nonsense|bogus|made up|don't believe|whatever .{1,40} (?:says|claims?)|nothing (?:has )?changed|no such change|that's wrong|that is wrong|is wrong|got it wrong|is mistaken|was mistaken|didn't (?:change|move|switch)|has not changed|hasn't changed|false alarm)\b", Options)]
    public static partial Regex Denial();

    [GeneratedRegex(@"^\W*(?:no|nope|nah|wrong|incorrect|not (?:quite|right|correct|so|[\w$€£][^.;:,]{0,40}[.,;:-])|that's (?:wrong|not right|incorrect|not correct|off|not it)|that is (?:wrong|not right|incorrect)|you (?:mixed|got|have|are|confused|misread|misunderstood)|hold on|wait|sorry, but|i'm afraid|correction)\b", Options)]
    public static partial Regex Correction();

    [GeneratedRegex(@"\b(?:now|nowadays|these days|from now on|from today|from \d{4}-\d\d-\d\d|as of|effective|going forward|moving forward|henceforth|starting|since (?:this|the|last|yesterday|today|\w+day|\d)|change of plans?|changed?|changes|changing|has (?:moved|changed|become|switched|gone|been)|have (?:moved|changed|switched|been)|had to change|moved|switched|switching|migrated|swapped|replaced?|replaces|replacing|bumped|raised|lowered|increased|decreased|extended|shortened|upgraded|downgraded|renamed|reassigned|rescheduled|postponed|pushed|brought forward|took over|takes over|taken over|no longer|not any ?more|any ?more|used to|was .{1,40} before|previously|formerly|until (?:recently|now|last)|instead(?: of)?|rather than|update|updated|correction|new (?:situation|value|number|plan|arrangement|setup)|heads?-?up|actually|turns? out|scratch|forget (?:the|about|what)|drop(?:ped)? |ditched|abandoned|outdated|out of date|obsolete|stale|superseded|overtaken|is back|again|once more|by now|already|should be|voted|decided|we're on|news)\b", Options)]
    public static partial Regex Change();

    [GeneratedRegex(@"\b(?:again|once more|back (?:to|as|on|at|in|with)|is back|are back|rolled? (?:that |it |this )?back|undo|undid|undone|revert(?:ed|ing)?|return(?:ed|ing)? to|restored?|as before|as it was|like (?:it )?(?:did |was )?(?:before|originally)|originally|never mind|was a mistake|didn't last|only lasted|reinstated?|reversed|went back|going back|gone back|turned back)\b", Options)]
    public static partial Regex Return();

    [GeneratedRegex(@"\b(?:forget (?!to|that you)|you can (?:delete|remove|drop|forget|discard|erase)|please (?:delete|remove|drop|forget|discard|erase)|(?:delete|remove|drop|erase|discard|strike|scrap) (?:the|what|my|our|your|anything|everything|any|all|that|it|this)|no longer (?:applies|apply|exists?|have|has|valid|relevant|needed|in use|there|a thing|offer\w*|do|does)|do(?:es)?n't (?:exist|apply|have|do)[^.]{0,40} any ?(?:more|longer)|gone for good|is gone|are gone|went away|got rid of|there(?:'s| is| are| will be)? no (?:such|more|longer)|there is no\b|there are no\b|cancell?ed|called off|off the table|discontinued|scrapped|abolished|dissolved|shut down|done away with|removed without|without (?:a )?(?:replacement|successor)|nothing (?:has )?(?:replaced|replaces|instead|in its place)|no (?:replacement|successor)|won't have a new|stopped (?:doing|having|using|that|with)|we (?:have )?(?:stopped|ended|dropped|abandoned|scrapped)|is over|are over|is history|isn't a thing|not a thing)\b|^\W*(?:delete|remove|erase|discard)\b", Options)]
    public static partial Regex Retraction();

    [GeneratedRegex(@"\b(?:ignore (?:all|any|your|the|previous|earlier|prior)|disregard|override|overrule|system prompt|you are (?:an ai|a language|chatgpt|now)|as an ai|(?:ai|language) (?:agents?|assistants?|models?)|dear assistant|(?:the|your|this) (?:assistant|bot|agent|chatbot|llm)\b.{0,30}\b(?:to|should|must|shall)|assistant(?:s)?\s?[:,]|instruct(?:s|ed|ion|ions)?\b|memori[sz]e|(?:store|save|write|add|put|commit|note)\b.{0,40}\b(?:in|to|into) (?:your |the |its )?(?:long-term |permanent |persistent )?memor(?:y|ies)|remember (?:permanently|forever|for all)|for all future sessions|as an authori[sz]ed|jailbreak|prompt injection|is this spam|phishing)\b", Options)]
    public static partial Regex Injection();

    [GeneratedRegex(@"\b(?:wrote|writes|says|said|mail(?:s|ed)?|message|text|post|article|page|letter|ticket|reads|states?|quote[sd]?|claims?|received|got this|pasted|forwarded|fwd)\b[^""“«\n]{0,40}[:,]?\s*$", Options)]
    public static partial Regex Introduces();

    [GeneratedRegex(@"\b(?:remember|note|noted|for the record|for your (?:notes|records?|memory|information)|keep (?:that |this |it |track |in |a note)|bear in mind|in mind|fyi|just so you know|so you know|you should know|worth (?:knowing|noting|remembering|writing|recording)|good to know|write (?:that|this|it)? ?down|put down|jot|make a note|mental note|don't forget|never forget|before i forget|by the way|btw|to be clear|for (?:the )?future|for next time|from now on|always|settled|agreed|decided|rule|policy|as far as we|going forward|heads?-?up|in case (?:it|you|anyone)|one (?:more )?thing|detail|also|remind|let me add|i should (?:mention|add|say)|it helps to know|useful to know|please know|record|reference)\b", Options)]
    public static partial Regex ForTheRecord();

    [GeneratedRegex(@"\b(?:checked|confirm(?:ed|s)?|verified|verify|found (?:out )?(?:that)?|finding|turns out|the (?:output|log|logs|result|results|file|config|docs?|documentation|response|error|test|tests|report|page|record|records|database|system|inspection) (?:shows?|says?|tells?|confirms?|lists?|states?|reads?)|looked (?:it )?up|double-?checked|discovered|determined|established|measured|observed|noticed|learned|according to|it (?:turned|turns) out)\b", Options)]
    public static partial Regex Finding();

    [GeneratedRegex(@"\b(?:as far as i (?:can see|know|can tell|remember)|i(?:'ll| will| would)? (?:assume|guess|suppose|think|believe|presume)|my (?:notes|guess|memory|records) (?:suggests?|says?|is|tells?|shows?)|from what i (?:found|see|saw|know|remember|can tell|gather)|it (?:seems|looks|appears)|apparently|presumably|probably|if i remember|i (?:seem to )?recall|likely)\b", Options)]
    public static partial Regex Guess();

    [GeneratedRegex(@"^\W*(?:(?:please|pls|kindly|just|now|then|next|ok(?:ay)?|hey|hi|and|also|so|oh|again|once again|same(?: as before)?|first|quickly|really|can you|could you|would you|will you|can we|could i|may i|let'?s|let me|let us|get me|give me|show me|tell me|i(?:'d| would) (?:like|love)|i (?:need|want)|help me|do me)\W+){0,4}(?:add|adjust|analy[sz]e|answer|append|apply|arrange|attach|attempt|book|bounce|bring|build|bump|buy|calculate|call|cancel|change|check|clean|clear|close|collect|combine|commit|compare|compile|compose|compress|compute|continue|convert|copy|correct|count|create|cut|debug|define|delete|deploy|describe|design|disable|display|divide|do|double-check|download|draft|draw|drop|edit|email|enable|escalate|estimate|execute|expand|explain|export|extend|extract|fetch|file|fill|filter|find|finish|fix|flag|fold|format|forward|generate|get|give|go|group|guess|handle|help|highlight|hold|implement|import|improve|include|insert|inspect|install|invite|investigate|join|keep trying|kill|leave out|list|load|locate|log|look|lower|mail|make|mark|measure|merge|message|move|mute|name|notify|open|order|organi[sz]e|outline|paint|paste|pause|phone|pick|ping|place|plan|play|please|plot|polish|post|prepare|print|proofread|pull|push|put|query|raise|read|rebase|rebuild|recommend|record|redo|reduce|refactor|reformat|refresh|refund|regenerate|reload|remind|remove|rename|render|reopen|reorder|repeat|rephrase|replace|reply|report|rerun|research|reserve|resend|reset|resize|resolve|respond|restart|restore|retry|return|review|revise|rewrite|roll|rotate|round|run|save|scan|schedule|search|see|select|send|set|share|shorten|show|shrink|shut|sign|simplify|skip|sketch|solve|sort|speak|spell|split|start|stop|submit|suggest|sum|summari[sz]e|swap|take|talk|tell|test|text|tidy|time|toggle|trace|track|transfer|translate|trim|try|tune|turn|type|undo|unpack|unzip|update|upgrade|upload|use|validate|verify|wait|wake|walk|water|wrap|write|zip|zoom)\b", Options)]
    public static partial Regex Imperative();

    [GeneratedRegex(@"^\W*(?:and |but |so |also |oh |well |again,? |please |hey |hi |ok(?:ay)? )*(?:can|could|would|will|may|might) (?:you|we|i|someone|somebody|anyone)\b|^\W*(?:i(?:'d| would) (?:like|love|prefer)|i (?:need|want) (?:you|to|a|an|the|some|it|this|that)|get me|give me|show me|let me (?:see|know|have)|help me|where'?s|any chance|is there|are there)\b", Options)]
    public static partial Regex Request();

    [GeneratedRegex(@"\b(?:these days|from now on|from today|as of|going forward|henceforth|starting (?:today|now|from|\w+day|next)|since (?:this|the|last|yesterday|today)|change of plans?|changed?|moved|switched|migrated|replaced?|bumped|no longer|used to|previously|formerly|instead of|rather than|your notes|correction|heads?-?up|actually|turns? out|scratch|forget|outdated|out of date|obsolete|superseded|effective)\b", Options)]
    public static partial Regex StrongChange();

    [GeneratedRegex(@"\b(?:again|once|please|pls|thanks|for me|to me|this|that|these|those|it|them|now|today|tomorrow|right away|quickly|asap|one more|another|last|first|next|two|three|ten|me)\b", Options)]
    public static partial Regex OnceOnly();

    [GeneratedRegex(@"^(?:you should|you(?:'ll| will)? (?:want|need|have) to|it (?:may|might|would|could) help (?:you )?to|please|do|just|let me|i (?:should|must|want to|wanted to|need to|forgot to|meant to)|for you to|good to|worth|useful to|it's good to) (?:know|knowing|note|noting|remember|remembering|mention|mentioning|add|say|tell you|bear in mind|keep in mind)\b(?: that\b)?[,:]?\s+", Options)]
    public static partial Regex Introduction();
}
