using System.Globalization;
using System.Text;

namespace MemoryStores.Cli;

/// <summary>What a command sees of the process it runs in: its streams and whether they are a terminal, its environment, the time.</summary>
internal sealed class Surroundings
{
    // Without a byte order mark: the output is other programs' input.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public required Stream In { get; init; }
    public required Stream Out { get; init; }
    public required TextWriter Error { get; init; }
    public required Func<string, string?> Variable { get; init; }
    public bool InIsTerminal { get; init; }
    public bool OutIsTerminal { get; init; }
    public bool ErrorIsTerminal { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public string Directory { get; init; } = ".";

    /// <summary>Columns of the terminal behind standard output or error; asked only when needed.</summary>
    public Func<int?> TerminalColumns { get; init; } = () => null;

    /// <summary>How wide a table may be: COLUMNS, else the terminal; null where nothing limits it, as in a pipe.</summary>
    public int? Width =>
        int.TryParse(Variable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns > 0 ? columns
            : OutIsTerminal ? TerminalColumns()
            : null;

    public bool OutHasColors => OutIsTerminal && ColorsAreWanted;

    public bool ErrorHasColors => ErrorIsTerminal && ColorsAreWanted;

    private bool ColorsAreWanted => string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    public static Surroundings OfProcess() => new()
    {
        In = Console.OpenStandardInput(),
        Out = Console.OpenStandardOutput(),
        Error = new StreamWriter(Console.OpenStandardError(), Utf8, 256) { AutoFlush = true },
        Variable = Environment.GetEnvironmentVariable,
        InIsTerminal = !Console.IsInputRedirected,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        TerminalColumns = Columns,
        Directory = Environment.CurrentDirectory,
    };

    public void Print(string line) => Out.Write(Utf8.GetBytes(line + "\n"));

    /// <summary>
    /// Asked for its width, .NET first sends the terminal the sequences for an application that reads single keys, which this is
    /// not. It finds them by TERM, so it is asked without.
    /// </summary>
    private static int? Columns()
    {
        const string kind = "TERM";
        var terminal = Environment.GetEnvironmentVariable(kind);
        Environment.SetEnvironmentVariable(kind, null);
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : null;
        }
        finally
        {
            Environment.SetEnvironmentVariable(kind, terminal);
        }
    }
}
