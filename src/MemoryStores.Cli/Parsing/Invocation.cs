using System.Globalization;
using MemoryStores.Client;

namespace MemoryStores.Cli;

/// <summary>A command while it runs: what it was given, where it runs, and its way to the server.</summary>
internal sealed class Invocation(Given given, Surroundings surroundings, IReadOnlyList<Command> commands) : IDisposable
{
    private MemoryStoresClient? client;

    public Given Given { get; } = given;
    public Surroundings Surroundings { get; } = surroundings;

    /// <summary>The whole table, for help and completion.</summary>
    public IReadOnlyList<Command> Commands { get; } = commands;

    public bool IsJson => Given.Has(GlobalOptions.Json);
    public bool IsQuiet => Given.Has(GlobalOptions.Quiet);

    /// <summary>Made when first needed: a command that fails before leaves the server alone.</summary>
    public MemoryStoresClient Client => client ??= Connect();

    public string Argument(int index) => Given.Arguments[index];

    public string? ArgumentOrNull(int index) => index < Given.Arguments.Count ? Given.Arguments[index] : null;

    public bool Has(Option option) => Given.Has(option);

    public string? Text(Option option) => Given.Text(option);

    public int? Number(Option option, int least, int most)
    {
        if (Text(option) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw BadUsage($"{option.Name} takes a whole number from {least} to {most}, not '{text}'");
    }

    public CommandException BadUsage(string problem) => CommandException.BadUsage(problem, Given.Command.Name);

    /// <summary>The result, for people and scripts alike.</summary>
    public void Print(string line) => Surroundings.Print(line);

    public void Print(Table table)
    {
        foreach (var line in table.Lines(Surroundings.Width, Surroundings.OutHasColors)) Print(line);
    }

    /// <summary>A remark for people, beside the result.</summary>
    public void Remark(string line)
    {
        if (!IsQuiet) Surroundings.Error.WriteLine(PlainText.Of(line));
    }

    public void PrintJson(ReadOnlyMemory<byte> json)
    {
        Surroundings.Out.Write(json.Span);
        Surroundings.Out.Write("\n"u8);
    }

    /// <summary>
    /// Asks before something is done. Away from a terminal nobody can answer: then --yes stands for it, or the command is refused.
    /// </summary>
    public void Confirm(string question, Option yes, bool evenAlone = true)
    {
        if (Has(yes)) return;
        if (!Surroundings.InIsTerminal)
        {
            if (evenAlone) throw BadUsage($"{question} Nobody is here to answer: add {yes.Name} if so");
            return;
        }
        Surroundings.Error.Write(PlainText.Of($"{question} [y/N] "));
        if (Ask.Line(Surroundings) is not ("y" or "Y" or "yes")) throw new CommandException(ExitCode.Failed, "nothing was done");
    }

    public void Dispose() => client?.Dispose();

    private MemoryStoresClient Connect()
    {
        var (connection, origin) = ConnectionSettings.Find(Given, Surroundings);
        if (Has(GlobalOptions.Verbose)) Surroundings.Error.WriteLine(PlainText.Of($"server {connection.Server}, {origin}"));
        return new MemoryStoresClient(connection);
    }
}
