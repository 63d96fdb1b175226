using System.Buffers;
using System.Globalization;

namespace MemoryStores.Dreaming.Language;

/// <summary>A word of a text: letters and digits, with signs that join them inside ("rel/beta", "x-ray", "don't").</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character after its last, without a possessive 's.</param>
/// <param name="Lower">In lower case, apostrophes straight.</param>
/// <param name="IsCapital">It begins with a capital letter.</param>
internal readonly record struct Token(int Start, int End, string Lower, bool IsCapital)
{
    private static readonly SearchValues<char> Joints = SearchValues.Create("'’-_./&@:+#");

    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            if (!IsPart(text[at]))
            {
                at++;
                continue;
            }
            var start = at;
            while (at < text.Length && (IsPart(text[at]) || (Joints.Contains(text[at]) && at + 1 < text.Length && IsPart(text[at + 1])))) at++;
            var end = at;
            if (end - start > 2 && text[end - 1] is 's' && text[end - 2] is '\'' or '’') end -= 2;
            var lower = text[start..end].ToLowerInvariant().Replace('’', '\'');
            tokens.Add(new Token(start, end, lower, char.IsUpper(text[start])));
        }
        return tokens;
    }

    /// <summary>A name out of code or of a machine: it mixes letters with digits or signs, or has a capital inside.</summary>
    public bool IsIdentifier(string text)
    {
        var (letters, digits, signs, inner) = (0, 0, 0, 0);
        for (var i = Start; i < End; i++)
        {
            var letter = text[i];
            if (char.IsAsciiDigit(letter)) digits++;
            else if (letter is '_' or '/' or '.' or '@' or ':' or '#' or '+') signs++;
            else if (char.IsLetter(letter)) letters++;
            if (i > Start && char.IsUpper(letter) && char.IsLower(text[i - 1])) inner++;
        }
        return letters > 0 && (digits > 0 || signs > 0 || inner > 0);
    }

    private static bool IsPart(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || (letter > 127 && (char.IsLetterOrDigit(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark));
}
