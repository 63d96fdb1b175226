using System.Diagnostics;
using System.Globalization;
using MemoryStores.Conformance.Tests.Mount;

namespace MemoryStores.Conformance.Tests.Syncing;

/// <summary>A running <c>memstores sync</c>, a process of its own.</summary>
public sealed class LiveSync : IAsyncDisposable
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly List<string> said = [];
    private bool isDisposed;

    private LiveSync(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All it has printed so far, on both streams.</summary>
    public string Said
    {
        get
        {
            lock (said) return string.Join('\n', said);
        }
    }

    /// <summary>Returns when it says that both sides are in step.</summary>
    public static async Task<LiveSync> StartAsync(SyncedPlace place, params string[] options)
    {
        var sync = Launch(place, options);
        await sync.SaysAsync("in step ");
        return sync;
    }

    /// <summary>Returns at once.</summary>
    public static LiveSync Launch(SyncedPlace place, params string[] options)
    {
        var sync = new LiveSync(Process.Start(place.Start(null, options).Info)!);
        place.Fixture.Own(sync);
        return sync;
    }

    public Task SaysAsync(string text) => Eventually.HoldsAsync(() => Said.Contains(text, StringComparison.Ordinal), () => $"it does not say '{text}': {Said}");

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(EndTime);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (said) said.Add(line);
    }
}
