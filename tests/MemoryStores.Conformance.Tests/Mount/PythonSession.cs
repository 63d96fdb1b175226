using System.Diagnostics;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>
/// A Python program that is told what to do piece by piece, so that a test can do something else in between. A piece ends when
/// what it printed is here; an exception in it is the test's.
/// </summary>
public sealed class PythonSession : IAsyncDisposable
{
    private const string Loop = """
        import traceback
        while (length := sys.stdin.readline()):
            try: exec(sys.stdin.read(int(length)), globals())
            except BaseException: print('FAILED', traceback.format_exc())
            print('\x04', flush=True)
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private PythonSession(Process process) => this.process = process;

    public static PythonSession Start(Place place, string prelude)
    {
        var info = new ProgramStart("env", "-C", place.Directory, "/usr/bin/python3", "-c", prelude + Loop).Info;
        info.RedirectStandardError = false;
        return new PythonSession(Process.Start(info)!);
    }

    /// <summary>Runs a piece; what it printed.</summary>
    public async Task<string> DoAsync(string piece)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await process.StandardInput.WriteAsync($"{piece.Length}\n{piece}".AsMemory(), deadline.Token);
        await process.StandardInput.FlushAsync(deadline.Token);
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line && line != "\x04") said.Add(line);
        var text = string.Join('\n', said);
        Assert.False(text.StartsWith("FAILED", StringComparison.Ordinal), text);
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
