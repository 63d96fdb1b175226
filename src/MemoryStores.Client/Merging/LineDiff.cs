namespace MemoryStores.Client.Merging;

/// <summary>A stretch of lines that differs: lines From..Until of the one text have become SideFrom..SideUntil of the other.</summary>
internal readonly record struct Hunk(int From, int Until, int SideFrom, int SideUntil)
{
    public bool IsInsertion => From == Until;
}

/// <summary>The shortest way from one sequence of lines to another, after Myers. Lines are compared as numbers.</summary>
internal static class LineDiff
{
    // Memory grows with the square of this. Texts further apart are taken as replaced whole between what they share at both
    // ends: a coarser answer, and still a right one.
    private const int MostEdits = 2_000;

    public static List<Hunk> Between(ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        var start = before.CommonPrefixLength(after);
        var a = before[start..];
        var b = after[start..];
        while (!a.IsEmpty && !b.IsEmpty && a[^1] == b[^1])
        {
            a = a[..^1];
            b = b[..^1];
        }
        if (a.IsEmpty && b.IsEmpty) return [];
        if (a.IsEmpty || b.IsEmpty || Trace(a, b) is not { } trace) return [new Hunk(start, start + a.Length, start, start + b.Length)];
        return Hunks(trace, a.Length, b.Length, start);
    }

    /// <summary>How far down each diagonal one comes with each number of edits, up to the end; null when the end is too far.</summary>
    private static List<int[]>? Trace(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var trace = new List<int[]>();
        var reach = Math.Min(MostEdits, a.Length + b.Length);
        var furthest = new int[(2 * reach) + 3];
        var middle = reach + 1;
        for (var edits = 0; edits <= reach; edits++)
        {
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var x = diagonal == -edits || (diagonal != edits && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1])
                    ? furthest[middle + diagonal + 1]
                    : furthest[middle + diagonal - 1] + 1;
                while (x < a.Length && x - diagonal < b.Length && a[x] == b[x - diagonal]) x++;
                furthest[middle + diagonal] = x;
                if (x < a.Length || x - diagonal < b.Length) continue;
                trace.Add(furthest[(middle - edits)..(middle + edits + 1)]);
                return trace;
            }
            trace.Add(furthest[(middle - edits)..(middle + edits + 1)]);
        }
        return null;
    }

    /// <summary>Walks the trace back from the end, and joins edits that touch.</summary>
    private static List<Hunk> Hunks(List<int[]> trace, int x, int y, int shift)
    {
        var hunks = new List<Hunk>();
        for (var edits = trace.Count - 1; edits > 0; edits--)
        {
            var before = trace[edits - 1];
            int At(int diagonal) => Math.Abs(diagonal) < edits ? before[diagonal + edits - 1] : -1;
            var diagonal = x - y;
            var isInsertion = diagonal == -edits || (diagonal != edits && At(diagonal - 1) < At(diagonal + 1));
            var fromX = isInsertion ? At(diagonal + 1) : At(diagonal - 1);
            var fromY = fromX - (isInsertion ? diagonal + 1 : diagonal - 1);
            var edit = new Hunk(fromX, isInsertion ? fromX : fromX + 1, fromY, isInsertion ? fromY + 1 : fromY);
            if (hunks is [.., var last] && last.From == edit.Until && last.SideFrom == edit.SideUntil)
                hunks[^1] = new Hunk(edit.From, last.Until, edit.SideFrom, last.SideUntil);
            else hunks.Add(edit);
            (x, y) = (fromX, fromY);
        }
        hunks.Reverse();
        return hunks.ConvertAll(hunk => new Hunk(hunk.From + shift, hunk.Until + shift, hunk.SideFrom + shift, hunk.SideUntil + shift));
    }
}
