namespace MemoryStores.Cli;

/// <summary>A bar on standard error for work that takes longer than a glance; only for a person at a terminal.</summary>
internal sealed class Progress : IDisposable
{
    private const int BarWidth = 30;

    // Shorter work ends before a bar would be read; oftener than this it would only flicker.
    private static readonly TimeSpan ShownAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Lock turn = new();
    private readonly Surroundings surroundings;
    private readonly string doing;
    private readonly int? total;
    private readonly bool isWanted;
    private readonly long start;
    private long drawnAt;
    private bool isDrawn;
    private int count;

    /// <summary>Without a total the bar is a count.</summary>
    public Progress(Invocation invocation, string doing, int? total)
    {
        (surroundings, this.doing, this.total) = (invocation.Surroundings, doing, total);
        isWanted = surroundings.ErrorIsTerminal && !invocation.IsQuiet;
        start = surroundings.Time.GetTimestamp();
    }

    public void Advance(int by = 1)
    {
        lock (turn)
        {
            count += by;
            if (!isWanted || surroundings.Time.GetElapsedTime(start) < ShownAfter) return;
            if (isDrawn && surroundings.Time.GetElapsedTime(drawnAt) < Pace && count != total) return;
            (drawnAt, isDrawn) = (surroundings.Time.GetTimestamp(), true);
            surroundings.Error.Write($"\r\e[K{Line}");
        }
    }

    /// <summary>Wipes the bar: what follows says how it ended.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            if (isDrawn) surroundings.Error.Write("\r\e[K");
            isDrawn = false;
        }
    }

    private string Line
    {
        get
        {
            if (total is not { } all) return $"{doing} {Readable.Number(count)}";
            var done = (int)((long)BarWidth * Math.Min(count, all) / Math.Max(1, all));
            return $"{doing} [{new string('#', done)}{new string('.', BarWidth - done)}] {Readable.Number(count)}/{Readable.Number(all)}";
        }
    }
}
