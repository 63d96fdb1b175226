using System.Text;

namespace MemoryStores.Cli.Showing;

/// <summary>Text of others in lines that a terminal shows whole, with nothing in it that a terminal would obey.</summary>
internal static class WrappedText
{
    private const string Tab = "    ";

    public static IEnumerable<string> Lines(string text, int width)
    {
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var safe = PlainText.Of(line.Replace("\t", Tab, StringComparison.Ordinal)).TrimEnd();
            if (TextWidth.Of(safe) <= width) yield return safe;
            else foreach (var part in Parts(safe, Math.Max(width, 1))) yield return part;
        }
    }

    /// <summary>A line broken between words; within one that is longer than a line. What begins a line indented goes on so.</summary>
    private static IEnumerable<string> Parts(string line, int width)
    {
        var indent = line[..(line.Length - line.TrimStart(' ').Length)];
        if (indent.Length > width / 2) indent = "";
        var (part, used) = (new StringBuilder(indent), indent.Length);
        foreach (var word in line.TrimStart(' ').Split(' '))
        {
            var length = TextWidth.Of(word);
            if (used > indent.Length && used + 1 + length > width)
            {
                yield return part.ToString();
                (part, used) = (new StringBuilder(indent), indent.Length);
            }
            else if (used > indent.Length)
            {
                part.Append(' ');
                used++;
            }
            if (used + length <= width)
            {
                part.Append(word);
                used += length;
                continue;
            }
            foreach (var rune in word.EnumerateRunes())
            {
                var wide = TextWidth.Of(rune.ToString());
                if (used + wide > width && used > indent.Length)
                {
                    yield return part.ToString();
                    (part, used) = (new StringBuilder(indent), indent.Length);
                }
                part.Append(rune.ToString());
                used += wide;
            }
        }
        if (used > indent.Length) yield return part.ToString();
    }
}
