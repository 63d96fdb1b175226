using System.Runtime.InteropServices;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Sandboxes;

namespace MemoryStores.Cli.Mounting;

/// <summary>
/// A command in a sandbox, from beginning to end: 1. make the sandbox, which passes a descriptor for each store; 2. serve them from out
/// here; 3. let the command begin, and pass signals on; 4. when it has ended, send what it wrote.
/// </summary>
internal sealed class SandboxRun(OpenSession session, IReadOnlyList<MountOptions> stores, SandboxPlan plan, Action<string> say)
{
    // What takes longer is a server that is away, and the journal has it.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly List<MountedStore> mounts = [];

    public async Task<int> RunAsync(IReadOnlyDictionary<string, string> variables, string program, IReadOnlyList<string> verb, bool ownNetwork)
    {
        using var sandbox = Sandbox.Start(plan, variables, program, verb, ownNetwork); // 1.
        try
        {
            var descriptors = await Task.Run(() => sandbox.Receive(stores.Count));
            for (var i = 0; i < stores.Count; i++) // 2.
            {
                var descriptor = descriptors[i];
                mounts.Add(await MountedStore.StartAsync(session.Client, stores[i] with { Elsewhere = (_, _) => Task.FromResult((descriptor, (Action)(static () => { }))) }, CancellationToken.None));
            }
            using var signals = new PassedSignals(sandbox);
            using var ended = new CancellationTokenSource();
            var over = OverAsync(ended.Token);
            sandbox.Go(); // 3.
            var code = await sandbox.Exited;
            await ended.CancelAsync();
            await over;
            await Task.WhenAll(mounts.Select(DrainAsync)); // 4.
            return code;
        }
        finally
        {
            sandbox.Dispose();
            foreach (var mount in mounts) await mount.DisposeAsync();
        }
    }

    /// <summary>A session that is over takes its memories with it; the command goes on and meets ENOTCONN.</summary>
    private async Task OverAsync(CancellationToken ended)
    {
        try
        {
            await session.OverAsync(ended);
            say($"session {session.Access.Session} is over, and so is what is mounted of it");
            await Task.WhenAll(mounts.Select(async mount =>
            {
                await DrainAsync(mount);
                await mount.UnmountAsync(TimeSpan.Zero, lazy: true);
            }));
        }
        catch (OperationCanceledException)
        {
            // The command was first.
        }
    }

    private async Task DrainAsync(MountedStore mount)
    {
        var clock = TimeProvider.System.GetTimestamp();
        var drained = await Leaving.DrainAsync(MountControls.Of(mount), DrainTime, null, CancellationToken.None);
        // The file system has ended with the sandbox's last process, and what draining began then goes on without it.
        while (mount.Status().Pending > 0 && TimeProvider.System.GetElapsedTime(clock) < DrainTime)
        {
            await Task.Delay(Pause);
            drained = await Leaving.DrainAsync(MountControls.Of(mount), DrainTime, null, CancellationToken.None);
        }
        Left.Tell(drained, say);
        if (mount.WaitsIn is { } journal) say($"what the server did not get of '{mount.Status().StoreName}', and drafts, wait in {journal}; 'memstores mount --session {session.Access.Session} DIR' sends it, for 24 hours beyond the session's end");
    }

    /// <summary>
    /// A terminal sends its signals to the command as it does to us, so those are not passed on; what is sent to us alone is. None
    /// ends us: the command decides.
    /// </summary>
    private sealed class PassedSignals : IDisposable
    {
        private const int Input = 0;
        private readonly PosixSignalRegistration[] registrations;

        public PassedSignals(Sandbox sandbox) => registrations =
        [
            .. new[] { (PosixSignal.SIGINT, 2, true), (PosixSignal.SIGQUIT, 3, true), (PosixSignal.SIGWINCH, 28, true), (PosixSignal.SIGTERM, 15, false), (PosixSignal.SIGHUP, 1, false) }
                .Select(each => PosixSignalRegistration.Create(each.Item1, context =>
                {
                    context.Cancel = true;
                    if (!each.Item3 || !Terminal.IsOurs(Input)) sandbox.Signal(each.Item2);
                })),
        ];

        public void Dispose()
        {
            foreach (var registration in registrations) registration.Dispose();
        }
    }
}
