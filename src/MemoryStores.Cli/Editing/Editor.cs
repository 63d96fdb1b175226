using System.ComponentModel;
using System.Diagnostics;

namespace MemoryStores.Cli.Editing;

/// <summary>Opens a file in the editor of VISUAL or EDITOR, which may be a command with options, and waits for its end.</summary>
internal static class Editor
{
    // What a shell says when there is no such command.
    private const int NotFound = 127;

    public static async Task OpenAsync(Surroundings surroundings, string file)
    {
        var command = surroundings.Variable("VISUAL") is { Length: > 0 } visual ? visual
            : surroundings.Variable("EDITOR") is { Length: > 0 } editor ? editor
            : OperatingSystem.IsWindows() ? "notepad"
            : "vi";
        // Ctrl-C belongs to the editor while it runs.
        static void Leave(object? sender, ConsoleCancelEventArgs pressed) => pressed.Cancel = true;
        Console.CancelKeyPress += Leave;
        try
        {
            using var process = Process.Start(Start(command, file))!;
            await process.WaitForExitAsync();
            if (process.ExitCode == NotFound) throw NoEditor(command);
            if (process.ExitCode != 0) throw new CommandException(ExitCode.Failed, $"the editor '{command}' ended with {process.ExitCode}; nothing was saved.");
        }
        catch (Win32Exception)
        {
            throw NoEditor(command);
        }
        finally
        {
            Console.CancelKeyPress -= Leave;
        }
    }

    private static ProcessStartInfo Start(string command, string file) => OperatingSystem.IsWindows()
        ? new ProcessStartInfo("cmd.exe", $"/d /s /c \"{command} \"{file}\"\"") { UseShellExecute = false }
        : new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", command + " \"$@\"", command, file }, UseShellExecute = false };

    private static CommandException NoEditor(string command) =>
        new(ExitCode.Failed, $"there is no editor '{command}'; set VISUAL or EDITOR to one.");
}
