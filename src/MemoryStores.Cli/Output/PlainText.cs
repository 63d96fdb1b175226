using System.Globalization;
using System.Text;

namespace MemoryStores.Cli;

/// <summary>Text of others, fit for a terminal: a name or message must not move the cursor, change colours or span lines.</summary>
internal static class PlainText
{
    public static string Of(string text)
    {
        if (!text.EnumerateRunes().Any(IsUnsafe)) return text;
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r' or '\t') safe.Append(' ');
            else if (IsUnsafe(rune)) safe.Append('\uFFFD');
            else safe.Append(rune.ToString());
        }
        return safe.ToString();
    }

    // Format characters hold the bidirectional overrides; joiners within emoji are lost with them, which costs only looks.
    private static bool IsUnsafe(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
