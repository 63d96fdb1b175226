using System.Diagnostics;
using System.Text;

namespace MemoryStores.Testing;

/// <summary>
/// How one run of the program ended: <c>memstores</c> as a process, with an environment that holds nothing of the machine's own
/// settings, and bytes as its standard input.
/// </summary>
public sealed record ProgramRun(int ExitCode, byte[] Output, string Error)
{
    // A run that takes longer hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Text => Encoding.UTF8.GetString(Output);

    public static async Task<ProgramRun> RunAsync(ProgramStart start)
    {
        using var process = Process.Start(start.Info)!;
        using var deadline = new CancellationTokenSource(Patience);
        var output = ReadAsync(process.StandardOutput.BaseStream, deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(start.Input, deadline.Token);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it.
        }
        await process.WaitForExitAsync(deadline.Token);
        return new ProgramRun(process.ExitCode, await output, await error);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken stop)
    {
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, stop);
        return read.ToArray();
    }
}

/// <summary>What is run, where, and with what.</summary>
public sealed record ProgramStart(string Program, params string[] Arguments)
{
    public byte[] Input { get; init; } = [];
    public string? Directory { get; init; }
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public ProcessStartInfo Info
    {
        get
        {
            var info = new ProcessStartInfo(Program)
            {
                WorkingDirectory = Directory ?? Path.GetTempPath(),
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var argument in Arguments) info.ArgumentList.Add(argument);
            foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("MEMSTORES_", StringComparison.Ordinal)
                || name.StartsWith("ANTHROPIC_", StringComparison.Ordinal) || name is "COLUMNS" or "NO_COLOR" or "VISUAL" or "EDITOR").ToList())
                info.Environment.Remove(name);
            foreach (var (name, value) in Variables) info.Environment[name] = value;
            return info;
        }
    }
}
