using MemoryStores.Client;
using MemoryStores.Mount.Remote;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// Keeps a plain directory in step with a store, both ways. All happens in rounds: 1. what was under way when a round, or the
/// process, ended is finished; 2. the store is looked at; 3. the directory is looked at; 4. a plan is made of both and of what
/// they were last time; 5. it is carried out towards the store, and 6. towards the directory. Rounds follow until nothing is left
/// to do. Dispose it to let the directory go.
/// </summary>
public sealed class DirectorySync : IDisposable
{
    // More rounds than this mean that somebody changes things as fast as they are brought in step.
    private const int MostRounds = 100;

    // Notices of the kernel may be lost; without any, looking has to do.
    private static readonly TimeSpan RescanInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBusy = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBusyAtTheEnd = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(5);

    private readonly SyncOptions options;
    private readonly Marker marker;
    private readonly SyncPlace place;
    private readonly SyncState state;
    private readonly RemoteView view;
    private readonly LocalScan scan;
    private readonly Findings findings;
    private readonly Sending sending;
    private readonly Receiving receiving;
    private readonly IRemoteStore remote;
    private readonly TimeProvider time;
    private readonly int memoryBytes;
    private readonly SemaphoreSlim bell = new(0, 1);
    private bool isRestoring;
    private bool isRecovered;
    private bool isHurried;

    private DirectorySync(SyncOptions options, string server, IRemoteStore remote, Func<string, CancellationToken, Task<bool>> knows, SyncPlace place, Findings findings, int memoryBytes, TimeProvider time)
    {
        (this.options, this.remote, this.place, this.findings, this.memoryBytes, this.time) = (options, remote, place, findings, memoryBytes, time);
        (marker, isRestoring) = (new Marker(options.Store, server), options.Restore);
        state = place.ReadState(findings.Remark);
        view = new RemoteView(remote);
        scan = new LocalScan(memoryBytes, time);
        sending = new Sending(place, state, view, remote, findings, time, memoryBytes);
        receiving = new Receiving(place, state, view, remote, knows, findings, memoryBytes);
    }

    /// <summary>Takes the directory: refused when it belongs to another store, or another process keeps it in step.</summary>
    public static async Task<DirectorySync> OpenAsync(MemoryStoresClient client, SyncOptions options, Action<SyncChange> tell, Action<string> remark, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var offers = await client.Server.FindAsync(stop);
        IRemoteStore remote = offers?.Value.Features is { } features && features.Contains("changes") && features.Contains("snapshot")
            ? new ExtensionStore(client, options.Store)
            : new OfficialStore(client, options.Store, options.PollInterval, time);
        var server = client.Connection.Server.ToString();
        var place = SyncPlace.Take(server, options.Store, options.Directory, options.DryRun);
        try
        {
            var sync = new DirectorySync(options, server, remote, (version, ask) => KnowsAsync(client, options.Store, version, ask), place, new Findings(tell, remark), offers?.Value.Limits.MemoryBytes ?? new Bounds().MemoryBytes, time);
            sync.Begin();
            return sync;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>Brings both sides in step, and returns; in a dry run it only says what that would take.</summary>
    public async Task<SyncOutcome> OnceAsync(CancellationToken stop)
    {
        var begun = time.GetTimestamp();
        for (var round = 0; ; round++)
        {
            var (plan, local, hasDone) = await RoundAsync(stop);
            var mayWait = plan.LeftOver > 0 && time.GetElapsedTime(begun) < (isHurried ? LongestBusyAtTheEnd : LongestBusy);
            if (options.DryRun ? plan.Waiting.Count == 0 || !mayWait : !hasDone && !mayWait || round >= MostRounds)
            {
                if (options.DryRun) await new Rehearsal(place, remote, memoryBytes, findings).TellAsync(plan, local.Directory, stop);
                local.Directory.Dispose();
                return Outcome(plan, local.View);
            }
            local.Directory.Dispose();
            if (!hasDone) await Task.Delay(LookAgain, time, stop);
        }
    }

    /// <summary>
    /// Keeps both sides in step until it is told to stop, and then sends what is settled. While the server is away it goes on
    /// looking for it. <paramref name="inStep"/> is called after each time both sides were brought in step.
    /// </summary>
    public async Task RunAsync(Action<SyncOutcome> inStep, CancellationToken stop)
    {
        using var notices = new DirectoryNotices(options.Directory, Ring);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var feed = FollowAsync(following.Token);
        var problems = new HashSet<string>(StringComparer.Ordinal);
        for (var (pause, patience) = (FirstPause, LookAgain); !stop.IsCancellationRequested;)
        {
            var next = notices.Problem is null ? RescanInterval : LookInterval;
            try
            {
                var (plan, local, hasDone) = await RoundAsync(stop);
                local.Directory.Dispose();
                if (notices.Watch(local.View.Directories.Keys) || hasDone) (next, patience) = (TimeSpan.Zero, LookAgain);
                else if (plan.LeftOver > 0) (next, patience) = (patience, Longer(patience)); // Somebody may have a file open for hours.
                else if (plan.Scratch > 0) next = LocalScan.Quiet * 5;
                else if (notices.Problem is null) problems.Clear();
                if (notices.Problem is { } late && problems.Add(late)) findings.Remark($"{late}; the directory is looked at every {LookInterval.TotalSeconds:0} s instead");
                if (next > TimeSpan.Zero) inStep(Outcome(plan, local.View));
                pause = FirstPause;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failed) when (failed is ServerUnreachableException or ApiException { Status: 401 or 403 or 429 or >= 500 } or DirectoryGoneException or IOException or UnauthorizedAccessException)
            {
                if (problems.Add(failed.Message)) findings.Remark($"{failed.Message}. Nothing is lost; it goes on as soon as that is over.");
                (next, pause) = (pause, Longer(pause));
            }
            try
            {
                // A bell while somebody is at it is followed by the quiet that a look waits for.
                if (next > TimeSpan.Zero && await bell.WaitAsync(next, stop)) await Task.Delay(LookAgain / 2, time, stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        await following.CancelAsync();
        await feed;
        await LeaveAsync();
    }

    public void Dispose()
    {
        place.Dispose();
        bell.Dispose();
    }

    /// <summary>What is settled is sent, within the time that who asks a service to stop gives it.</summary>
    private async Task LeaveAsync()
    {
        using var time = new CancellationTokenSource(LastMoment);
        isHurried = true;
        try
        {
            await OnceAsync(time.Token);
        }
        catch (Exception unfinished) when (unfinished is OperationCanceledException or ServerUnreachableException or ApiException or DirectoryGoneException or IOException or UnauthorizedAccessException)
        {
            findings.Remark($"not everything reached the other side ({unfinished.Message}); the next sync of this directory goes on from here");
        }
    }

    /// <summary>Looks whether the directory is one to be synced with this store, and makes it so.</summary>
    private void Begin()
    {
        if (!Directory.Exists(options.Directory))
        {
            if (state.IsKnown && !options.Restore) throw Gone($"{options.Directory} is not there");
            if (options.DryRun) throw new MountException($"{options.Directory} is not there. A sync makes it; a dry run needs it: mkdir {options.Directory}");
            Directory.CreateDirectory(options.Directory);
        }
        using var directory = SyncedDirectory.TryOpen(options.Directory, out var reason) ?? throw new MountException($"{options.Directory} cannot be opened as a directory: {reason}");
        var (isThere, found) = Marker.Read(directory);
        if (isThere && found is null) throw new MountException($"{options.Directory}{Marker.Path} says nothing that a sync understands. If it is of no use to anybody, remove it; else sync another directory.");
        if (found is not null && marker.Refusal(found, options.Directory) is { } refusal) throw new MountException(refusal);
        if (!isThere && state.IsKnown && !options.Restore) throw Gone($"{options.Directory} has lost its marker {Marker.Name}");
        if (!state.IsKnown && scan.Look(directory, state).Files.Count is > 0 and var files)
            findings.Remark($"{options.Directory} holds {files} {(files == 1 ? "file" : "files")} and was not synced with this store before: equal files stay, new ones go to the store, different ones are merged, nothing is deleted");
        if (options.DryRun) return;
        // Before the marker says that this is the directory: what is not in it then is not gone from it.
        if (!isThere) state.Clear();
        place.Write(state);
        WriteMarker(directory, found);
    }

    private void WriteMarker(SyncedDirectory directory, Marker? found)
    {
        if (found is not null || directory.WriteAside(Marker.Path, marker.Bytes, null) is not { } aside) return;
        directory.Flush([aside.NameAside]);
        directory.PutInPlace(aside, null);
    }

    private static DirectoryGoneException Gone(string what) =>
        new($"{what}, and it was in step before. Nothing is taken as deleted. If it was unmounted or moved, bring it back; to have all files written anew from the store, add --restore");

    private async Task<(Plan Plan, (SyncedDirectory Directory, LocalView View) Local, bool HasDone)> RoundAsync(CancellationToken stop)
    {
        var directory = SyncedDirectory.TryOpen(options.Directory, out var reason) ?? throw Gone($"{options.Directory} cannot be opened ({reason})");
        try
        {
            if (!options.DryRun && (Marker.Read(directory).Marker is not { } found || marker.Refusal(found, options.Directory) is not null))
                throw Gone($"{options.Directory} has lost its marker {Marker.Name}");
            if (!options.DryRun)
            {
                await sending.FinishAsync(stop); // 1.
                if (!isRecovered) receiving.Recover(directory, scan.Look(directory, state));
                isRecovered = true;
            }
            if (await view.RefreshAsync(stop)) findings.Reconsider(); // 2.
            var local = scan.Look(directory, state); // 3.
            var plan = Plan.Of(state, local, view.Memories, new Rules // 4.
            {
                ReadOnly = options.ReadOnly || view.IsArchived,
                Restore = isRestoring,
                AllowMassDelete = options.AllowMassDelete,
                DeletedLately = sending.DeletedLately,
                IsQuiet = scan.IsQuiet,
                Refused = findings.Refused,
            });
            if (options.DryRun) return (plan, (directory, local), false);
            if (isRestoring) ForgetGone(plan);
            var (changes, refused) = (findings.Changes, findings.Refused.Count);
            var hasSent = await sending.SendAsync(directory, plan.Steps, stop); // 5.
            var hasReceived = await receiving.ReceiveAsync(directory, plan.Steps, stop); // 6.
            isRestoring &= hasReceived || plan.LeftOver > 0;
            return (plan, (directory, local), hasSent || hasReceived || findings.Changes > changes || findings.Refused.Count > refused);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>What is to come back is not in step until it has: were this process killed, the next must not take it for deleted.</summary>
    private void ForgetGone(Plan plan)
    {
        foreach (var fetch in plan.Steps.OfType<Step.Fetch>().Where(fetch => fetch.Over is null)) state.Remove(fetch.Head.Id);
        place.Write(state);
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                await view.FollowAsync(Ring, () => pause = FirstPause, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (failed is ServerUnreachableException or ApiException)
            {
                // The rounds find it away as well, and say so.
                Ring();
            }
            try
            {
                await Task.Delay(pause, time, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Whether the store has a version, be it redacted.</summary>
    private static async Task<bool> KnowsAsync(MemoryStoresClient client, string store, string version, CancellationToken stop)
    {
        try
        {
            await client.Versions.GetAsync(store, version, withContent: false, stop);
            return true;
        }
        catch (ApiException unknown) when (unknown.Status == 404)
        {
            return false;
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private void Ring()
    {
        try
        {
            bell.Release();
        }
        catch (Exception rung) when (rung is SemaphoreFullException or ObjectDisposedException)
        {
            // It rings already, or nobody listens any more.
        }
    }

    private SyncOutcome Outcome(Plan plan, LocalView local) => new()
    {
        Changes = findings.Changes,
        Conflicts = findings.Conflicts,
        LeftForLater = (options.DryRun ? plan.Waiting.Count : plan.LeftOver) + plan.Scratch,
        LocalFiles = local.LocalFiles,
        Obstacles = [.. plan.Held.Concat(findings.Obstructed).OrderBy(held => held.Path, StringComparer.Ordinal).Select(held => new SyncObstacle(held.Path, held.Kind switch
        {
            HeldKind.Draft => "draft",
            HeldKind.NotHere => "not_here",
            _ => "deletion",
        }, held.Flaw.Cause, held.Flaw.Cure))],
    };
}

/// <summary>The directory is not what was synced: nothing is done until it is back.</summary>
public sealed class DirectoryGoneException(string message) : Exception(message);
