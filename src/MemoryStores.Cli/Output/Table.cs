using System.Text;

namespace MemoryStores.Cli;

/// <summary>A column of a table. Numbers stand to the right; what may be shortened gives way when the terminal is narrow.</summary>
internal sealed record Column(string Title)
{
    public bool IsNumber { get; init; }

    /// <summary>The width it keeps when others ask for room; null when it is never shortened before those that may be.</summary>
    public int? ShortenedTo { get; init; }
}

/// <summary>Rows under titles, as wide as they need to be and no wider than the terminal.</summary>
internal sealed class Table(params Column[] columns)
{
    private const int Gap = 2;

    private readonly List<string[]> rows = [];
    private readonly Dictionary<int, List<string>> below = [];

    public int Rows => rows.Count;

    public void Add(params string[] cells) => rows.Add([.. cells.Select(PlainText.Of)]);

    /// <summary>A line under the last row, from its second column on. It is never cut: it may be there to be copied.</summary>
    public void AddBelow(string line)
    {
        if (!below.TryGetValue(rows.Count - 1, out var lines)) below.Add(rows.Count - 1, lines = []);
        lines.Add(PlainText.Of(line));
    }

    public IEnumerable<string> Lines(int? width, bool colors)
    {
        var widths = WidthsWithin(width);
        yield return colors ? $"\e[1m{Line([.. columns.Select(column => column.Title)], widths, width)}\e[0m" : Line([.. columns.Select(column => column.Title)], widths, width);
        for (var i = 0; i < rows.Count; i++)
        {
            yield return Line(rows[i], widths, width);
            foreach (var line in below.GetValueOrDefault(i, [])) yield return new string(' ', widths[0] + Gap) + line;
        }
    }

    private int[] WidthsWithin(int? width)
    {
        var widths = columns.Select((column, i) => Math.Max(TextWidth.Of(column.Title), rows.Select(row => TextWidth.Of(row[i])).DefaultIfEmpty().Max())).ToArray();
        if (width is null) return widths;
        var excess = widths.Sum() + (Gap * (columns.Length - 1)) - width.Value;
        while (excess > 0)
        {
            // The widest of those that may still give way gives one column at a time, so that they end up alike.
            var widest = -1;
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i].ShortenedTo is { } least && widths[i] > least && (widest < 0 || widths[i] > widths[widest])) widest = i;
            }
            if (widest < 0) break;
            widths[widest]--;
            excess--;
        }
        return widths;
    }

    private string Line(string[] cells, int[] widths, int? width)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = TextWidth.Cut(cells[i], widths[i]);
            var padding = new string(' ', widths[i] - TextWidth.Of(cell));
            if (i > 0) line.Append(' ', Gap);
            line.Append(columns[i].IsNumber ? padding + cell : cell + padding);
        }
        var whole = line.ToString().TrimEnd();
        return width is { } limit ? TextWidth.Cut(whole, limit) : whole;
    }
}
