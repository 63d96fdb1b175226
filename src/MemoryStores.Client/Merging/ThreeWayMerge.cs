namespace MemoryStores.Client.Merging;

/// <summary>A merged text; where <see cref="Conflicts"/> is not 0, that many places hold both sides between markers.</summary>
public sealed record Merged(string Text, int Conflicts);

/// <summary>
/// Joins two changes of one text by lines. What one side changed is taken; what both changed alike is taken once; lines that
/// both put at one point both stay, the head's first; what both changed differently is a conflict. Line ends stay as they are.
/// </summary>
public static class ThreeWayMerge
{
    public const string MineMarker = "<<<<<<<";
    public const string MiddleMarker = "=======";
    public const string HeadMarker = ">>>>>>>";

    public static Merged Merge(string @base, string head, string mine, string headLabel = "head", string mineLabel = "mine")
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (baseLines, headLines, mineLines) = (new Lines(@base, numbers), new Lines(head, numbers), new Lines(mine, numbers));
        var merged = new List<string>();
        var conflicts = 0;
        var at = 0;
        foreach (var group in Groups(LineDiff.Between(baseLines.Numbers, headLines.Numbers), LineDiff.Between(baseLines.Numbers, mineLines.Numbers)))
        {
            merged.AddRange(baseLines.Texts[at..group.From]);
            at = group.Until;
            var ours = group.Of(group.Mine, mineLines.Texts);
            var theirs = group.Of(group.Head, headLines.Texts);
            if (group.Mine.Count == 0 || (group.Head.Count > 0 && ours.SequenceEqual(theirs))) merged.AddRange(theirs);
            else if (group.Head.Count == 0) merged.AddRange(ours);
            else if (group.From == group.Until) merged.AddRange([.. theirs, .. ours]);
            else
            {
                conflicts++;
                AddConflict(merged, ours, theirs, mineLabel, headLabel);
            }
        }
        merged.AddRange(baseLines.Texts[at..]);
        // The line end of the last line is a change like any other, of its own.
        var ends = headLines.EndsWithNewline == mineLines.EndsWithNewline || mineLines.EndsWithNewline == baseLines.EndsWithNewline
            ? headLines.EndsWithNewline
            : mineLines.EndsWithNewline;
        return new Merged(string.Join('\n', merged) + (ends && merged.Count > 0 ? "\n" : ""), conflicts);
    }

    /// <summary>Whether markers of a conflict were left in the text.</summary>
    public static bool HasMarkers(string text) => text.Split('\n') is var lines
        && lines.Any(line => line.StartsWith(MineMarker + " ", StringComparison.Ordinal))
        && lines.Any(line => line.StartsWith(HeadMarker + " ", StringComparison.Ordinal));

    /// <summary>What both sides agree on at the ends of a conflict stays outside its markers.</summary>
    private static void AddConflict(List<string> merged, string[] ours, string[] theirs, string mineLabel, string headLabel)
    {
        var shared = ours.AsSpan().CommonPrefixLength(theirs);
        var tail = 0;
        while (tail < Math.Min(ours.Length, theirs.Length) - shared && ours[^(tail + 1)] == theirs[^(tail + 1)]) tail++;
        merged.AddRange(ours[..shared]);
        merged.Add($"{MineMarker} {mineLabel}");
        merged.AddRange(ours[shared..^tail]);
        merged.Add(MiddleMarker);
        merged.AddRange(theirs[shared..^tail]);
        merged.Add($"{HeadMarker} {headLabel}");
        merged.AddRange(ours[^tail..]);
    }

    /// <summary>The hunks of both sides in order, those that overlap together.</summary>
    private static IEnumerable<Group> Groups(List<Hunk> head, List<Hunk> mine)
    {
        var (h, m) = (0, 0);
        while (h < head.Count || m < mine.Count)
        {
            var first = m >= mine.Count || (h < head.Count && (head[h].From, head[h].Until).CompareTo((mine[m].From, mine[m].Until)) <= 0) ? head[h] : mine[m];
            var group = new Group(first.From, first.Until);
            while (true)
            {
                if (h < head.Count && group.Meets(head[h])) group.Add(group.Head, head[h++]);
                else if (m < mine.Count && group.Meets(mine[m])) group.Add(group.Mine, mine[m++]);
                else break;
            }
            yield return group;
        }
    }

    private sealed class Group(int from, int until)
    {
        public int From { get; private set; } = from;
        public int Until { get; private set; } = until;
        public List<Hunk> Head { get; } = [];
        public List<Hunk> Mine { get; } = [];

        /// <summary>Lines put before or behind what the other side changed are beside it, not in it.</summary>
        public bool Meets(Hunk hunk) => (hunk.From == From && hunk.Until == Until) || (hunk.From < Until && From < hunk.Until);

        public void Add(List<Hunk> side, Hunk hunk)
        {
            (From, Until) = (Math.Min(From, hunk.From), Math.Max(Until, hunk.Until));
            side.Add(hunk);
        }

        /// <summary>What a side has in place of the group's lines of the base.</summary>
        public string[] Of(List<Hunk> side, string[] lines) => side is [var first, ..]
            ? lines[(first.SideFrom - (first.From - From))..(side[^1].SideUntil + Until - side[^1].Until)]
            : [];
    }

    /// <summary>The lines of a text, each with a number that equal lines share. A carriage return belongs to its line.</summary>
    private sealed class Lines
    {
        public string[] Texts { get; }
        public int[] Numbers { get; }
        public bool EndsWithNewline { get; }

        public Lines(string text, Dictionary<string, int> numbers)
        {
            var lines = text.Split('\n');
            EndsWithNewline = lines[^1].Length == 0;
            Texts = EndsWithNewline ? lines[..^1] : lines;
            Numbers = [.. Texts.Select(line => numbers.TryGetValue(line, out var known) ? known : numbers[line] = numbers.Count)];
        }
    }
}
