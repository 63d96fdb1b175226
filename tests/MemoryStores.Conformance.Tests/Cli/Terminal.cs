using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>Runs a program at a terminal of its own, by util-linux's script; what it shows on both streams is one text.</summary>
internal static class Terminal
{
    public static Task<ProgramRun> RunAsync(ProgramStart start, string typed = "", int columns = 80)
    {
        var command = string.Join(' ', start.Arguments.Prepend(start.Program).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return ProgramRun.RunAsync(start with
        {
            Program = "script",
            Arguments = ["-qefc", $"stty cols {columns} rows 24; {command}", "/dev/null"],
            Input = Encoding.UTF8.GetBytes(typed),
            Variables = new Dictionary<string, string>(start.Variables) { ["TERM"] = "xterm" },
        });
    }
}
