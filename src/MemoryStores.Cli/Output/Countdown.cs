namespace MemoryStores.Cli;

/// <summary>How many are still to go, on one line of standard error; only for a person at a terminal.</summary>
internal sealed class Countdown(Invocation invocation, string what) : IDisposable
{
    private readonly bool isWanted = invocation.Surroundings.ErrorIsTerminal && !invocation.IsQuiet;
    private bool isDrawn;

    public void Show(int left)
    {
        if (!isWanted) return;
        isDrawn = true;
        invocation.Surroundings.Error.Write($"\r\e[K{Readable.Number(left)} {what}");
    }

    /// <summary>Wipes the line: what follows says how it ended.</summary>
    public void Dispose()
    {
        if (isDrawn) invocation.Surroundings.Error.Write("\r\e[K");
        isDrawn = false;
    }
}
