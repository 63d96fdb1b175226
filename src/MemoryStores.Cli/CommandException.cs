namespace MemoryStores.Cli;

/// <summary>Ends a command: the one line a person reads, with the cure, and the exit code a script reads.</summary>
internal sealed class CommandException(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code { get; } = code;

    /// <summary>Bad usage, with the help that would have told.</summary>
    public static CommandException BadUsage(string problem, string? command = null) =>
        new(ExitCode.BadUsage, $"{problem}{(problem.EndsWith('?') ? "" : ".")} See memstores {(command is null ? "help" : $"{command} --help")}.");
}
