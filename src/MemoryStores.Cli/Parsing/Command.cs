namespace MemoryStores.Cli;

/// <summary>
/// A row of the command table: all that help, the parser and the shells' completion know of a verb, and the method that does it.
/// </summary>
internal sealed record Command
{
    /// <summary>The words that call it, such as "memory edit".</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one line without a full stop.</summary>
    public required string Summary { get; init; }

    public required Func<Invocation, Task<ExitCode>> Run { get; init; }

    /// <summary>How it may end, besides done, failed and bad usage.</summary>
    public ExitCode[] Ends { get; init; } = [];

    public Argument[] Arguments { get; init; } = [];
    public Option[] Options { get; init; } = [];

    /// <summary>What the summary leaves open, for the help text.</summary>
    public string? About { get; init; }

    public string[] Examples { get; init; } = [];

    /// <summary>Not shown: it serves other programs.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Set where another part of the program reads the words itself and prints its own help.</summary>
    public Func<string[], Task<int>>? RunOutside { get; init; }

    /// <summary>How a call of the API may end, whatever it is.</summary>
    public static readonly ExitCode[] OfCalls = [ExitCode.NotFound, ExitCode.NoAccess, ExitCode.Unreachable];
    public static readonly ExitCode[] OfChanges = [ExitCode.NotFound, ExitCode.Conflict, ExitCode.NoAccess, ExitCode.Unreachable];
}
