using MemoryStores.Client;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Sessions;

namespace MemoryStores.Cli.Mounting;

/// <summary>
/// A mount, or those of a session, from beginning to end, in the foreground and as a daemon: 1. listen for signals; 2. mount, and the
/// directory around first; 3. say that it is ready; 4. stay until a signal, a verb, the session's end or somebody else ends it; 5. leave
/// nothing behind that could still reach the server.
/// </summary>
internal sealed class MountRun(MemoryStoresClient client, IReadOnlyList<MountOptions> stores, MountRegistry registry, Action<string> say, OpenSession? session = null)
{
    // Who asks a service to stop often kills it after 10 seconds.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan LookForProblems = TimeSpan.FromSeconds(5);

    private readonly List<RunningMount> mounts = [];

    private string Directory => stores[0].Group ?? stores[0].Directory;

    public async Task RunAsync(Action ready)
    {
        using var asked = new CancellationTokenSource();
        using var hurry = new CancellationTokenSource();
        using var signals = new EndSignals(() => (asked.IsCancellationRequested ? hurry : asked).Cancel()); // 1.
        await using var around = stores[0].Group is { } group ? await AroundAsync(group, asked.Token) : null;
        try
        {
            await StartAsync(asked.Token); // 2.
            await AnnounceAsync(ready); // 3.
            await StayAsync(around, asked.Token); // 4.
            await Task.WhenAll(mounts.Select(mount => LeaveAsync(mount, asked.Token, hurry.Token))); // 5.
        }
        finally
        {
            await Task.WhenAll(mounts.Select(mount => mount.DisposeAsync().AsTask()));
        }
    }

    private async Task<SessionDirectory> AroundAsync(string group, CancellationToken asked) =>
        await SessionDirectory.StartAsync(group, [.. stores.Select(store => Path.GetFileName(store.Directory))], stores[0], asked);

    private async Task StartAsync(CancellationToken asked)
    {
        try
        {
            foreach (var options in stores) mounts.Add(await RunningMount.StartAsync(client, options, registry, asked));
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            throw new MountException($"A signal ended this before {Directory} was mounted.");
        }
    }

    /// <summary>Where nobody is left who waits for the mount, it is not wanted: Ctrl-C has ended who asked for it.</summary>
    private async Task AnnounceAsync(Action ready)
    {
        try
        {
            ready();
        }
        catch (IOException unheard)
        {
            await Task.WhenAll(mounts.Select(mount => Leaving.RunAsync(mount.Controls, DrainTime, force: true, null, CancellationToken.None)));
            throw new MountException($"Nobody reads that the directory is mounted ({unheard.Message}), so it was unmounted.");
        }
    }

    /// <summary>Tells each problem when it first appears, while nothing ends the mount.</summary>
    private async Task StayAsync(SessionDirectory? around, CancellationToken asked)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        using var staying = CancellationTokenSource.CreateLinkedTokenSource(asked);
        var over = session?.OverAsync(staying.Token);
        List<Task> ends = [Task.WhenAll(mounts.Select(mount => mount.Mounted.Ended)), .. new[] { around?.Ended, over }.OfType<Task>()];
        var end = Task.WhenAny(ends);
        while (true)
        {
            try
            {
                await end.WaitAsync(LookForProblems, asked);
                if (over is { IsCompletedSuccessfully: true }) say($"session {session!.Access.Session} is over, and so is what is mounted of it");
                await staying.CancelAsync();
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (TimeoutException)
            {
                var problems = mounts.SelectMany(mount => mount.Mounted.Status().Problems).ToList();
                foreach (var problem in problems.Where(told.Add)) say(problem);
                told.IntersectWith(problems);
            }
        }
    }

    /// <summary>For a signal it is obeyed, whatever is left; where somebody unmounted without asking, what was written before is sent nevertheless.</summary>
    private async Task LeaveAsync(RunningMount mount, CancellationToken asked, CancellationToken hurry)
    {
        DrainOutcome? drained;
        if (!mount.Mounted.Ended.IsCompleted) drained = await LeaveAsync(mount.Controls, hurry);
        else if (mount.IsLeft) drained = null;
        else
        {
            say($"{mount.Options.Directory} was unmounted by another program");
            drained = await Leaving.DrainAsync(mount.Controls, DrainTime, null, asked);
        }
        Left.Tell(drained, say);
        if (mount.Mounted.WaitsIn is { } journal) say($"what the server did not get, and drafts, wait in {journal} for the next mount of '{mount.Options.StoreName}' with this {(session is null ? "key" : "session, for 24 hours beyond its end")}");
    }

    private async Task<DrainOutcome?> LeaveAsync(MountControls controls, CancellationToken hurry)
    {
        if (controls.Status().Pending is > 0 and var pending)
            say($"{Readable.Count(pending, "change")} on the way to the server; waiting at most {DrainTime.TotalSeconds:0} s (a second signal: not at all)");
        return (await Leaving.RunAsync(controls, DrainTime, force: true, null, hurry)).Drained;
    }
}
