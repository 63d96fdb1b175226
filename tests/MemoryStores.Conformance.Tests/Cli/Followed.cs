using System.Diagnostics;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>A run that goes on until it is ended, read line by line.</summary>
internal sealed class Followed : IAsyncDisposable
{
    // A line that takes longer never comes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    public Followed(ProgramStart start)
    {
        process = Process.Start(start.Info)!;
        process.StandardInput.Close();
        // What it remarks is read away, so that it never waits for room.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public async Task<string> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await process.StandardOutput.ReadLineAsync(deadline.Token) ?? throw new EndOfStreamException("It ended, and another line was expected.");
    }

    /// <summary>Its exit code, once it ends by itself; nothing more may come before.</summary>
    public async Task<int> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
