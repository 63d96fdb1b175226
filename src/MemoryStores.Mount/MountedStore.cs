using System.Globalization;
using MemoryStores.Client;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Fuse.Session;
using MemoryStores.Mount.Following;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Local;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

/// <summary>
/// A store mounted at a directory: 1. ask the server what it can do; 2. take up the local files and what earlier mounts had not
/// saved; 3. list the memories; 4. save that first; 5. mount; follow the store and save what is written, until somebody
/// unmounts; 6. what is unsaved is sent, and the mount taken away.
/// </summary>
public sealed class MountedStore : IAsyncDisposable
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);

    private readonly MountOptions options;
    private readonly string server;
    private readonly MountTree tree;
    private readonly ChangeQueue queue;
    private readonly Saves saves;
    private readonly Drafts drafts;
    private readonly Journal journal;
    private readonly KeptPlaces places;
    private readonly Agenda agenda;
    private readonly Follower follower;
    private readonly Arrivals arrivals;
    private readonly ServerState state;
    private readonly LocalFiles local;
    private readonly LocalPlace place;
    private readonly FuseMount mount;
    private readonly CancellationTokenSource stopping;
    private readonly Task work;
    private readonly DateTimeOffset startedAt;
    private readonly Faults faults;

    private MountedStore(
        MountOptions options, string server, MountTree tree, ChangeQueue queue, Saves saves, Drafts drafts, Journal journal, KeptPlaces places, Agenda agenda, Follower follower,
        Arrivals arrivals, ServerState state, LocalFiles local, LocalPlace place, FuseMount mount, CancellationTokenSource stopping, Task work, Faults faults)
    {
        (this.options, this.server, this.tree, this.queue, this.saves, this.drafts, this.journal, this.places) = (options, server, tree, queue, saves, drafts, journal, places);
        (this.agenda, this.follower, this.arrivals, this.state, this.local, this.place) = (agenda, follower, arrivals, state, local, place);
        (this.mount, this.stopping, this.work, this.faults) = (mount, stopping, work, faults);
        startedAt = TimeProvider.System.GetUtcNow();
    }

    /// <summary>Completes when the mount is gone, by whomever.</summary>
    public Task Ended => mount.Session.Ended;

    /// <summary>Returns when the directory can be used.</summary>
    public static async Task<MountedStore> StartAsync(MemoryStoresClient client, MountOptions options, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var offers = await client.Server.FindAsync(stop); // 1.
        var tree = new MountTree(offers is null ? new Bounds() : Bounds.Of(offers.Value.Limits), time);
        IRemoteStore remote = offers?.Value.Features is { } features && features.Contains("changes") && features.Contains("snapshot")
            ? new ExtensionStore(client, options.Store)
            : new OfficialStore(client, options.Store, options.PollInterval, time);

        var server = client.Connection.Server.ToString();
        var place = LocalPlace.Take(server, options.Store); // 2.
        var journals = options.ReadOnly ? [] : JournalPlace.TakeLeft(new JournalHeader(server, options.Store, AuthorOf(client, offers?.Value), tree.Now));
        var stopping = new CancellationTokenSource();
        var work = Task.CompletedTask;
        var faults = new Faults();
        var journal = journals is [var own, ..] ? Journal.At(own, faults) : Journal.Off(faults);
        try
        {
            var local = new LocalFiles(place.Directory, tree);
            var drafts = new Drafts(journal);
            var (state, queue, arrivals, agenda) = (new ServerState(tree), new ChangeQueue(tree, journal) { TakesGroups = remote.HasCommits }, new Arrivals(tree, journal), new Agenda(tree, time, faults));
            var saves = new Saves(tree, queue, drafts, journal, agenda);
            var places = new KeptPlaces(tree, queue, saves, journal, agenda);
            var loader = new Loader(tree, remote, stopping.Token);
            var follower = new Follower(tree, remote, arrivals, loader, state, faults);
            var committer = new Committer(tree, queue, drafts, journal, remote, arrivals, follower, state, faults);
            await follower.StartAsync(stop); // 3.
            local.Load();

            journal.Queue = () => queue.Units;
            journal.HasGarbage = () => agenda.In(Bounds.JournalKeeps, journal.Tidy);
            lock (tree.Gate)
            {
                new Recovery(tree, queue, saves, drafts, journal, arrivals, committer).TakeUp([.. journals.Select(left => left.Left).OfType<JournalState>()]);
                journal.Start([.. journals.Select(left => left.LeftPath).OfType<string>()]);
            }
            foreach (var emptied in journals.Skip(1)) emptied.Dispose();
            work = Task.WhenAll(follower.RunAsync(stopping.Token), committer.RunAsync(stopping.Token));
            await SettleAsync(tree, queue, follower, state, stop); // 4.

            var renaming = new Renaming(tree, queue, saves, drafts, journal, places, local, remote.HasCommits);
            var files = new MemoryFileSystem(tree, queue, saves, drafts, journal, agenda, places, renaming, local, loader, follower, arrivals, options.Sync,
                options.OwnerUser ?? CurrentUser.Id, options.OwnerGroup ?? CurrentUser.Group);
            files.Faulted += faults.Add;
            var mount = await FuseMount.StartAsync(options.Directory, files, new FuseMountOptions
            {
                Name = "memstores",
                ReadOnly = options.ReadOnly,
                AllowOther = options.AllowOther,
                CheckPermissions = options.AllowOther,
            }, new SessionOptions(), stop); // 5.
            lock (tree.Gate) tree.Kernel = mount.Session.Notifier;
            return new MountedStore(options, server, tree, queue, saves, drafts, journal, places, agenda, follower, arrivals, state, local, place, mount, stopping, work, faults);
        }
        catch (Exception failed)
        {
            await stopping.CancelAsync();
            await work;
            lock (tree.Gate) journal.Dispose();
            foreach (var held in journals) held.Dispose();
            place.Dispose();
            stopping.Dispose();
            if (failed is FuseMountException) throw new MountException(failed.Message);
            throw;
        }
    }

    /// <summary>As long as the server takes what earlier mounts had not saved, nobody sees the store without it.</summary>
    private static async Task SettleAsync(MountTree tree, ChangeQueue queue, Follower follower, ServerState state, CancellationToken stop)
    {
        while (true)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (tree.Gate)
            {
                if (queue.Last is not { } last || state.IsAway || tree.IsForbidden || tree.IsDeleted) break;
                queue.Hurry();
                last.WhenDone(_ => done.TrySetResult());
            }
            await Task.WhenAny(done.Task, state.Changed).WaitAsync(stop);
        }
        await follower.CaughtUpAsync(stop);
    }

    private static string AuthorOf(MemoryStoresClient client, ServerBody? server) =>
        server?.Actor?.Id ?? "key-" + StateHome.NameOf(client.Connection.Key ?? "");

    public MountStatus Status()
    {
        var behind = follower.Behind;
        lock (tree.Gate)
        {
            return new MountStatus
            {
                Directory = options.Directory,
                Store = options.Store,
                StoreName = options.StoreName,
                Server = server,
                Pid = Environment.ProcessId,
                State = Ended.IsCompleted || tree.IsDeleted ? MountState.Ended : state.IsAway ? MountState.ServerAway : behind > 0 ? MountState.CatchingUp : MountState.Live,
                ReadOnly = options.ReadOnly,
                Seq = follower.Seq,
                HeadSeq = state.HeadSeq is { } head ? Math.Max(head, follower.Seq) : null,
                LagSeconds = state.AwaySeconds,
                Pending = Unsaved(),
                Conflicts = state.Conflicts,
                Drafts = drafts.Count,
                LocalFiles = local.Count,
                LocalFilesDirectory = local.Count > 0 ? local.Directory : null,
                Memories = tree.MemoryCount,
                AllocatedBytes = GC.GetTotalAllocatedBytes(),
                StartedAt = startedAt.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
                Problems = Problems(),
            };
        }
    }

    /// <summary>Waits until everything written so far is a version on the server, or a draft; reports what is pending whenever that changes.</summary>
    public async Task<DrainOutcome> DrainAsync(Action<int>? pending, CancellationToken stop)
    {
        var reported = -1;
        while (true)
        {
            int left;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (tree.Gate)
            {
                places.GiveAll();
                foreach (var node in saves.Unsaved.ToArray())
                {
                    // Half of somebody's save is waited for until it is whole or left lying.
                    if (node.Memory is not null || !Names.IsScratch(node.Name)) saves.Save(node);
                }
                left = Unsaved();
                queue.Hurry();
                if (left > 0 && queue.Last is { } last) last.WhenDone(_ => done.TrySetResult());
                else if (left > 0) agenda.In(Bounds.EmptyWaits, () => done.TrySetResult());
            }
            if (left != reported) pending?.Invoke(left);
            reported = left;
            if (left == 0 || Ended.IsCompleted) return Outcome();
            try
            {
                await done.Task.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return Outcome();
            }
        }
    }

    /// <summary>Takes the mount away. Files still open keep it until the deadline when <paramref name="lazy"/>, else it is refused.</summary>
    public async Task UnmountAsync(TimeSpan deadline, bool lazy)
    {
        try
        {
            await mount.UnmountAsync(deadline, lazy);
        }
        catch (FuseMountException failed)
        {
            throw new MountException(failed.Message);
        }
    }

    /// <summary>Where what the server did not get waits for the next mount of the store; null when nothing does.</summary>
    public string? WaitsIn
    {
        get
        {
            lock (tree.Gate) return journal.IsEmpty ? null : journal.Directory;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted) await mount.UnmountAsync(LastMoment, lazy: true);
        await stopping.CancelAsync();
        await work;
        agenda.Dispose();
        lock (tree.Gate)
        {
            if (journal.IsEmpty) local.Prune();
            journal.Dispose();
        }
        place.Dispose();
        stopping.Dispose();
    }

    private int Unsaved() => queue.Count + places.Count + saves.Unsaved.Count();

    private DrainOutcome Outcome()
    {
        lock (tree.Gate)
        {
            var pending = Unsaved();
            return new DrainOutcome(pending == 0 && drafts.Count == 0, pending, drafts.Count, local.Count, local.Count > 0 ? local.Directory : null, Problems());
        }
    }

    private static string Sentence(string path, DraftReason reason) => $"{path} is not saved: {reason.Cause}. To do: {reason.Cure}.";

    private List<string> Problems()
    {
        List<string> problems = [.. drafts.Files.Select(node => Sentence(node.Path, node.Draft!)), .. drafts.Asides.Select(draft => Sentence(draft.Path, draft.Reason))];
        if (state.Problem is { } problem) problems.Add(problem);
        problems.AddRange(arrivals.Hidden.Values.Select(path => $"{path} of the store is not shown: a local file is in its place."));
        problems.AddRange(faults.Sentences);
        return problems;
    }
}
