using System.Collections.Frozen;

namespace MemoryStores.Dreaming.Language;

/// <summary>Words that carry grammar, and words that speak about saying and remembering: neither tells what a statement is about.</summary>
internal static class CommonWords
{
    private static readonly FrozenSet<string> Grammar = Set("""
        a an the this that these those some any each every all both either such same other another one ones own
        and or but nor so yet if then than as because since while when where whether though although until unless
        i me my mine myself we us our ours ourselves you your yours he him his she her hers it its they them their theirs themselves who whom whose which what
        am is are was were be been being isn't aren't wasn't weren't do does did don't doesn't didn't done doing has have had having haven't hasn't hadn't
        will would shall should can could may might must won't wouldn't shouldn't can't cannot couldn't ain't i'm i've i'd i'll we're we've we'll we'd you're you've you'll it's it'll he's she's they're they've they'll that's there's here's what's let's who's where's
        of in on at to from for by with about into onto over under through via per out off up down within inside around across between among against toward towards upon
        not no never very too also just only even more most much many few less least quite rather really still already again once here there now
        get gets got gotten go goes went gone going come comes came make makes made take takes took taken put puts give gives gave given let want wants wanted need needs needed
        after before like other others else how far anything something everything alright away along together due such lately recently soon ago both
        'll 're 've s t d m ll re ve etc
        """);

    private static readonly FrozenSet<string> Speaking = Set("""
        please note noted notes noting know known knows remember remembered reminder remind mind keep kept record recorded fyi way thing things detail details matter matters case later future next time
        tell told say said says mention mentioned mentions add added forget clear good wonder wondering agree agreed agrees everyone everybody learn learned learnt fact facts user according concerned concern heads-up headsup heads quick quickly
        correction correct corrected update updated updates change changed changes changing plan situation actually effective immediately start starting today yesterday tomorrow forward currently current new old
        meeting meetings last week month confirm confirmed confirms verify verified check checked finding found show shows shown output turn turns turned point points housekeeping first second two few lot help helps worth useful useless short long story
        reason asking ask asked write written wrote down ever nobody somebody someone anyone comes course sure right okay ok yes yeah yep well hi hello hey thanks thank btw ps nb side info information message context background reference recap summary remark
        call called moved move switched switch replaced replace instead longer anymore anyway basically generally usually settled decided decision result voted vote team official officially definitely certainly surprised double-check draft rerun job
        scratch ignore ignored delete deleted drop dropped remove removed cancel cancelled canceled successor replacement replaced memory stopped altogether exist exists apply applies valid table arrangement date dates named name names memorize
        important attention reminder basic regarding concerning pick picked choose chose chosen select selected
        value values setting number used use uses using set sets happen happens stated state states stay stays remain remains think thought guess believe assume suppose consider suggest suggested understood understand
        """);

    private static readonly FrozenSet<string> English = Set("""
        the a an and or of to in on at is are was for with by it this that from as be we our you i my not has have will should must goes runs uses
        """);

    private static readonly FrozenSet<string> Foreign = Set("""
        der die das und ist nicht ein eine einen mit für auf den dem des zu von wird werden sich im am beim nach oder auch wenn wir ich sie er
        el la los las un una y es no con por para del que se en al como su más hay está son lo le les des et est pas une pour dans sur avec du au aux qui que nous vous
        il lo gli di è che per non con del della sono het een en van niet met voor zijn op te
        """);

    public static bool IsGrammar(string lower) => Grammar.Contains(lower);

    public static bool IsSpeaking(string lower) => Speaking.Contains(lower);

    public static bool IsEnglish(string lower) => English.Contains(lower);

    public static bool IsForeign(string lower) => Foreign.Contains(lower) && !English.Contains(lower);

    private static FrozenSet<string> Set(string words) => words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
