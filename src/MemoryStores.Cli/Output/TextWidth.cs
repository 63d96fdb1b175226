using System.Globalization;
using System.Text;

namespace MemoryStores.Cli;

/// <summary>How many columns of a terminal a text takes: two for East Asian wide letters and emoji, none for combining marks.</summary>
internal static class TextWidth
{
    public const char Ellipsis = '…';

    // The wide and fullwidth blocks of Unicode's EastAsianWidth, whole blocks at a time.
    private static readonly (int From, int To)[] Wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x23E9, 0x23EC), (0x2614, 0x2615), (0x26AA, 0x26AB), (0x2705, 0x2705), (0x2728, 0x2728),
        (0x2753, 0x2755), (0x2795, 0x2797), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF),
        (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F),
        (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Of(rune);
        return width;
    }

    /// <summary>The text, or as much of its beginning as fits with an ellipsis behind it.</summary>
    public static string Cut(string text, int width)
    {
        if (Of(text) <= width) return text;
        if (width <= 0) return "";
        var (kept, used) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + Of(rune) > width - 1) break;
            used += Of(rune);
            kept.Append(rune.ToString());
        }
        return kept.Append(Ellipsis).ToString();
    }

    private static int Of(Rune rune)
    {
        if (rune.Value < 0x300) return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format) return 0;
        foreach (var (from, to) in Wide)
        {
            if (rune.Value < from) return 1;
            if (rune.Value <= to) return 2;
        }
        return 1;
    }
}
