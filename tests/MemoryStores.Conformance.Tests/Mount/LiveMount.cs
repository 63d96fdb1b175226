using System.Diagnostics;
using System.Globalization;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>A running <c>memstores mount</c>, a process of its own, and the directory it serves.</summary>
public sealed class LiveMount : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly List<string> said = [];
    private bool isDisposed;

    private LiveMount(MountFixture fixture, StoreBody store, string directory, Process process)
    {
        (Fixture, Store, Directory, this.process) = (fixture, store, directory, process);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            lock (said) said.Add(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public MountFixture Fixture { get; }
    public StoreBody Store { get; }
    public string Directory { get; }
    public int Id => process.Id;

    /// <summary>What the daemon has written to standard error so far.</summary>
    public string Said
    {
        get
        {
            lock (said) return string.Join('\n', said);
        }
    }

    /// <summary>Where the store's root is.</summary>
    public Place Root => new(this, "");

    public static async Task<LiveMount> StartAsync(MountFixture fixture, StoreBody store, MountStart start)
    {
        var info = new ProcessStart(fixture, fixture.MountUrl, start.Key ?? fixture.MountKey.Key!, start.Variables).Info("mount", [.. start.Options, "--", store.Id, start.Directory!]);
        var mount = new LiveMount(fixture, store, start.Directory!, Process.Start(info)!);
        try
        {
            using var deadline = new CancellationTokenSource(StartTime);
            var first = await mount.process.StandardOutput.ReadLineAsync(deadline.Token);
            if (first?.StartsWith("mounted ", StringComparison.Ordinal) != true) throw new InvalidOperationException($"memstores mount did not mount {start.Directory}: {first} {mount.Said}");
            return mount;
        }
        catch
        {
            await mount.DisposeAsync();
            throw;
        }
    }

    /// <summary>A directory in it, made anew.</summary>
    public Place Place(string name)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, name));
        return new Place(this, "/" + name);
    }

    /// <summary>What <c>memstores drain</c> does: returns when all that was written is a version, or a draft.</summary>
    public async Task<DrainOutcome> DrainAsync()
    {
        using var deadline = new CancellationTokenSource(DrainTime);
        return await Control().DrainAsync(null, deadline.Token);
    }

    public Task<MountStatus> StatusAsync() => Control().StatusAsync();

    /// <summary>Runs a verb of the program as the user who mounted.</summary>
    public async Task<ProgramRun> VerbAsync(params string[] words)
    {
        var run = await ProgramRun.RunAsync(new ProgramStart(ServerProcess.Program, words) { Variables = new ProcessStart(Fixture, Fixture.Server.Url, Fixture.MountKey.Key!, []).Variables });
        Assert.True(run.ExitCode == 0, $"memstores {string.Join(' ', words)} ended with {run.ExitCode}: {run.Error}\n{Said}");
        return run;
    }

    /// <summary>SIGTERM, upon which a daemon sends what is unsaved, unmounts and ends; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        using var deadline = new CancellationTokenSource(StartTime);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>For the end of a test, however it went: the process is killed, and what it left mounted is detached.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        while (IsMounted()) MountPoint.Detach(Directory);
    }

    public bool IsMounted() => File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == Directory);

    private ControlClient Control() =>
        new(MountRegistry.OfUser(Fixture.Variables.GetValueOrDefault).Find(Directory) ?? throw new InvalidOperationException(
            $"{Directory} is not registered; its daemon {(process.HasExited ? $"ended with {process.ExitCode}" : "runs")}, it is {(IsMounted() ? "" : "not ")}mounted; the daemon said: {Said}"));

    /// <summary>The program with the settings of these tests and none of the machine's.</summary>
    private sealed record ProcessStart(MountFixture Fixture, Uri Url, string Key, Dictionary<string, string> Special)
    {
        public IReadOnlyDictionary<string, string> Variables =>
            new Dictionary<string, string>(Fixture.Variables.Where(each => !Special.ContainsKey(each.Key)).Concat(Special)) { ["MEMSTORES_URL"] = Url.ToString(), ["MEMSTORES_API_KEY"] = Key };

        public ProcessStartInfo Info(string verb, string[] words)
        {
            var info = new ProgramStart(ServerProcess.Program, [verb, .. words]) { Variables = Variables }.Info;
            info.RedirectStandardInput = false;
            return info;
        }
    }
}
