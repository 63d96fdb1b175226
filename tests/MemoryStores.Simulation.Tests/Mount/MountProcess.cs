using System.Diagnostics;
using System.Globalization;
using MemoryStores.Testing;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>
/// The real program, <c>memstores mount</c>, in a process of its own with a home of its own. Whatever happens, the process is
/// gone and the directory no longer mounted when this is disposed of; should a test hang in it, that happens by itself.
/// </summary>
internal sealed class MountProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ServerProcess server;
    private readonly string home;
    private readonly List<string> log;
    private readonly Timer watchdog;

    private MountProcess(Process process, ServerProcess server, string directory, string home, List<string> log)
    {
        (this.process, this.server, Path, this.home, this.log) = (process, server, directory, home, log);
        watchdog = new Timer(_ => End(), null, Chance.IsSoak ? TimeSpan.FromMinutes(30) : TimeSpan.FromMinutes(4), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where the store is a directory.</summary>
    public string Path { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Log
    {
        get
        {
            lock (log) return string.Join('\n', log);
        }
    }

    /// <summary>What the daemon holds in memory now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public static async Task<MountProcess> StartAsync(ServerProcess server, string store, string directory, string home, params string[] options)
    {
        Directory.CreateDirectory(directory);
        Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var process = Process.Start(new ProgramStart(ServerProcess.Program, ["mount", store, directory, .. options]) { Variables = Variables(server, home) }.Info)!;
        var log = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            lock (log) log.Add(line.Data);
        };
        process.BeginErrorReadLine();
        var mount = new MountProcess(process, server, directory, home, log);
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.StartsWith("mounted ", StringComparison.Ordinal)) return mount;
            }
            throw new InvalidOperationException($"The store is not mounted: {mount.Log}");
        }
        catch
        {
            await mount.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until everything written is on the server; what the verb said, and how it ended.</summary>
    public Task<ProgramRun> DrainAsync() => RunAsync("drain", Path, "--timeout", "50");

    /// <summary>Waits until everything written is on the server, and nothing is left over.</summary>
    public async Task DrainCleanAsync()
    {
        var drained = await DrainAsync();
        Assert.True(drained.ExitCode == 0, $"drain ended with {drained.ExitCode}: {drained.Error}\n{Log}");
    }

    public async Task<ProgramRun> RunAsync(params string[] verb) =>
        await ProgramRun.RunAsync(new ProgramStart(ServerProcess.Program, verb) { Variables = Variables(server, home) });

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task<int> StopAsync()
    {
        Sys.Signal(process.Id, 15);
        await process.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await watchdog.DisposeAsync();
        End();
        await process.WaitForExitAsync();
        process.Dispose();
        using var detach = Process.Start(new ProcessStartInfo("umount", ["-l", Path]) { RedirectStandardError = true });
        if (detach is not null) await detach.WaitForExitAsync();
    }

    private void End()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private static Dictionary<string, string> Variables(ServerProcess server, string home) => new()
    {
        ["MEMSTORES_URL"] = server.Url.ToString().TrimEnd('/'),
        ["MEMSTORES_API_KEY"] = ServerProcess.Key,
        ["HOME"] = home,
        ["XDG_STATE_HOME"] = System.IO.Path.Combine(home, "state"),
        ["XDG_RUNTIME_DIR"] = home,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Path} (process {Id})");
}
