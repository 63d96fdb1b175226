using System.Collections.Frozen;

namespace MemoryStores.Dreaming.Statements;

/// <summary>Cuts a stretch of prose into sentences, without the white space around them.</summary>
internal static class Sentences
{
    private static readonly FrozenSet<string> Abbreviations = FrozenSet.ToFrozenSet(
        ["mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "approx", "no", "nr", "inc", "ltd", "co", "jr", "sr", "resp", "ca", "cf", "fig", "z.b", "bzw", "usw", "sra"],
        StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<(int Start, int End)> Of(string text, int start, int end)
    {
        var from = SkipSpace(text, start, end);
        for (var at = from; at < end; at++)
        {
            if (!IsTerminator(text[at])) continue;
            var stop = at + 1;
            while (stop < end && (IsTerminator(text[stop]) || text[stop] is '"' or '\'' or ')' or ']' or '*' or '_' or '”' or '’' or '»')) stop++;
            var next = SkipSpace(text, stop, end);
            var isWide = text[at] is '。' or '！' or '？';
            if (next >= end || (!isWide && (next == stop || !BeginsSentence(text[next]) || EndsAbbreviation(text, from, at))))
            {
                at = stop - 1;
                continue;
            }
            yield return (from, stop);
            from = next;
            at = next - 1;
        }
        var last = end;
        while (last > from && char.IsWhiteSpace(text[last - 1])) last--;
        if (last > from) yield return (from, last);
    }

    private static bool IsTerminator(char letter) => letter is '.' or '!' or '?' or '…' or '。' or '！' or '？';

    private static bool BeginsSentence(char letter) =>
        !char.IsLower(letter) && letter is not (',' or ';' or ':' or ')' or ']' or '}' or '.' or '!' or '?' or '-' or '–' or '—' or '/' or '|' or '=' or '>');

    private static bool EndsAbbreviation(string text, int from, int dot)
    {
        if (text[dot] != '.') return false;
        var word = dot;
        while (word > from && dot - word < 8 && (char.IsLetter(text[word - 1]) || text[word - 1] == '.')) word--;
        // One capital letter with a dot is an initial; a number before a dot at the start is a list's.
        if (dot - word == 1 && char.IsUpper(text[word])) return true;
        return dot > word && Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text.AsSpan(word, dot - word));
    }

    private static int SkipSpace(string text, int at, int end)
    {
        while (at < end && char.IsWhiteSpace(text[at])) at++;
        return at;
    }
}
