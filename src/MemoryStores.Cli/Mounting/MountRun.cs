using System.Globalization;
using System.Runtime.InteropServices;
using MemoryStores.Client;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Mounting;

/// <summary>
/// A mount from its beginning to its end, in the foreground and as a daemon: 1. listen for signals; 2. register the directory;
/// 3. mount; 4. answer other verbs; 5. say that it is ready; 6. stay until a signal, a verb or somebody else ends it; 7. leave
/// nothing behind that could still reach the server.
/// </summary>
internal sealed class MountRun(MemoryStoresClient client, MountOptions options, MountRegistry registry, Action<string> say)
{
    // Who asks a service to stop often kills it after 10 seconds.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan LookForProblems = TimeSpan.FromSeconds(5);

    public async Task RunAsync(Action ready)
    {
        using var asked = new CancellationTokenSource();
        using var hurry = new CancellationTokenSource();
        using var signals = new Signals(() => (asked.IsCancellationRequested ? hurry : asked).Cancel()); // 1.
        using var claim = registry.Claim(Entry()); // 2.
        await using var mounted = await StartAsync(asked.Token); // 3.
        var isLeft = false;
        var controls = MountControls.Of(mounted) with
        {
            UnmountAsync = async (time, lazy) =>
            {
                await mounted.UnmountAsync(time, lazy);
                isLeft = true;
            },
        };
        await using var server = ControlServer.Start(claim.Socket, controls); // 4.
        await AnnounceAsync(ready, controls); // 5.
        await StayAsync(mounted, asked.Token); // 6.
        var drained = mounted.Ended.IsCompleted // 7.
            ? isLeft ? null : await DrainAsync(controls, asked.Token)
            : await LeaveAsync(controls, hurry.Token);
        Left.Tell(drained, say);
        if (mounted.WaitsIn is { } journal) say($"what the server did not get, and drafts, wait in {journal} for the next mount of '{options.StoreName}' with this key");
    }

    private MountEntry Entry() => new()
    {
        Directory = options.Directory,
        Store = options.Store,
        StoreName = options.StoreName,
        Server = client.Connection.Server.ToString(),
        Pid = Environment.ProcessId,
        ReadOnly = options.ReadOnly,
        StartedAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    };

    private async Task<MountedStore> StartAsync(CancellationToken asked)
    {
        try
        {
            return await MountedStore.StartAsync(client, options, asked);
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            throw new MountException($"A signal ended this before {options.Directory} was mounted.");
        }
    }

    /// <summary>Where nobody is left who waits for the mount, it is not wanted: Ctrl-C has ended who asked for it.</summary>
    private static async Task AnnounceAsync(Action ready, MountControls controls)
    {
        try
        {
            ready();
        }
        catch (IOException unheard)
        {
            await Leaving.RunAsync(controls, DrainTime, force: true, null, CancellationToken.None);
            throw new MountException($"Nobody reads that the directory is mounted ({unheard.Message}), so it was unmounted.");
        }
    }

    /// <summary>Tells each problem when it first appears, while nothing ends the mount.</summary>
    private async Task StayAsync(MountedStore mounted, CancellationToken asked)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            try
            {
                await mounted.Ended.WaitAsync(LookForProblems, asked);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (TimeoutException)
            {
                var problems = mounted.Status().Problems;
                foreach (var problem in problems.Where(told.Add)) say(problem);
                told.IntersectWith(problems);
            }
        }
    }

    /// <summary>For a signal: it is obeyed, whatever is left.</summary>
    private async Task<DrainOutcome?> LeaveAsync(MountControls controls, CancellationToken hurry)
    {
        if (controls.Status().Pending is > 0 and var pending)
            say($"{Readable.Count(pending, "change")} on the way to the server; waiting at most {DrainTime.TotalSeconds:0} s (a second signal: not at all)");
        return (await Leaving.RunAsync(controls, DrainTime, force: true, null, hurry)).Drained;
    }

    /// <summary>Somebody has unmounted the directory without asking: what was written before is sent nevertheless.</summary>
    private async Task<DrainOutcome?> DrainAsync(MountControls controls, CancellationToken asked)
    {
        say($"{options.Directory} was unmounted by another program");
        return await Leaving.DrainAsync(controls, DrainTime, null, asked);
    }

    /// <summary>The signals that ask a program to end. None ends it by itself while this lives.</summary>
    private sealed class Signals : IDisposable
    {
        private readonly PosixSignalRegistration[] registrations;

        public Signals(Action asked) => registrations =
            [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                asked();
            }))];

        public void Dispose()
        {
            foreach (var registration in registrations) registration.Dispose();
        }
    }
}
