using System.Globalization;
using MemoryStores.Client;
using MemoryStores.Contract.Wire;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Fuse.Session;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Local;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

/// <summary>
/// A store mounted at a directory: 1. ask the server what it can do; 2. find what is kept on this machine; 3. list the memories
/// and save what earlier mounts had not; 4. mount, follow the store and save what is written, until somebody unmounts.
/// </summary>
public sealed partial class MountedStore : IAsyncDisposable
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);

    private readonly MountOptions options;
    private readonly string server;
    private readonly MountCore core;
    private readonly LocalPlace place;
    private readonly BareMountPoint bare;
    private readonly FuseMount mount;
    private readonly DateTimeOffset startedAt = TimeProvider.System.GetUtcNow();

    private MountedStore(MountOptions options, string server, MountCore core, LocalPlace place, BareMountPoint bare, FuseMount mount) =>
        (this.options, this.server, this.core, this.place, this.bare, this.mount) = (options, server, core, place, bare, mount);

    /// <summary>Completes when the mount is gone, by whomever.</summary>
    public Task Ended => mount.Session.Ended;

    /// <summary>Returns when the directory can be used.</summary>
    public static async Task<MountedStore> StartAsync(MemoryStoresClient client, MountOptions options, CancellationToken stop)
    {
        var (core, place) = await PrepareAsync(client, options, stop);
        BareMountPoint? bare = null;
        try
        {
            bare = options.Group is null && options.Elsewhere is null ? BareMountPoint.Find(options.Directory) : BareMountPoint.None;
            var mount = await MountAsync(core.Files, options, stop); // 4.
            lock (core.Tree.Gate) core.Tree.Kernel = mount.Session.Notifier;
            bare.Close();
            return new MountedStore(options, client.Connection.Server.ToString(), core, place, bare, mount);
        }
        catch (Exception failed)
        {
            await core.DisposeAsync();
            bare?.Dispose();
            place.Dispose();
            if (failed is FuseMountException) throw new MountException(failed.Message);
            throw;
        }
    }

    /// <summary>Sends what earlier mounts had left, without a mount, as far as the server takes it.</summary>
    public static async Task<DrainOutcome> ReplayAsync(MemoryStoresClient client, MountOptions options, CancellationToken stop)
    {
        var (core, place) = await PrepareAsync(client, options, stop);
        try
        {
            lock (core.Tree.Gate)
            {
                var pending = Unsaved(core);
                return new DrainOutcome(pending == 0 && core.Drafts.Count == 0, pending, core.Drafts.Count, 0, null, Problems(core));
            }
        }
        finally
        {
            await core.DisposeAsync();
            place.Dispose();
        }
    }

    private static async Task<(MountCore Core, LocalPlace Place)> PrepareAsync(MemoryStoresClient client, MountOptions options, CancellationToken stop)
    {
        var offers = await client.Server.FindAsync(stop); // 1.
        var tree = new MountTree(offers is null ? new Bounds() : Bounds.Of(offers.Value.Limits), TimeProvider.System);
        IRemoteStore remote = offers?.Value.Features is { } features && features.Contains("changes") && features.Contains("snapshot")
            ? new ExtensionStore(client, options.Store)
            : new OfficialStore(client, options.Store, options.PollInterval, TimeProvider.System);

        var server = client.Connection.Server.ToString();
        var place = LocalPlace.Take(server, options.Store); // 2.
        MountCore? core = null;
        try
        {
            var journals = options.ReadOnly ? [] : JournalPlace.TakeLeft(new JournalHeader(server, options.Store, AuthorOf(client, offers?.Value), tree.Now), JournalPlace.Root);
            core = new MountCore(tree, remote, new MountPlaces(place.Directory, journals), TimeProvider.System, options.Sync, options.OwnerUser ?? CurrentUser.Id, options.OwnerGroup ?? CurrentUser.Group);
            await core.StartAsync(stop, options.ImportStray ? () => StrayFiles.Find(options.Directory, tree.Bounds) : null); // 3.
            return (core, place);
        }
        catch
        {
            if (core is not null) await core.DisposeAsync();
            place.Dispose();
            throw;
        }
    }

    private static async Task<FuseMount> MountAsync(MemoryFileSystem files, MountOptions options, CancellationToken stop)
    {
        var how = new FuseMountOptions { Name = "memstores", ReadOnly = options.ReadOnly, AllowOther = options.AllowOther, CheckPermissions = options.AllowOther };
        if (options.Elsewhere is not { } elsewhere) return await FuseMount.StartAsync(options.Directory, files, how, new SessionOptions(), stop);
        var (descriptor, detach) = await elsewhere(how, stop);
        return await FuseMount.ServeAsync(descriptor, options.Directory, files, how, new SessionOptions(), detach, stop);
    }

    private static string AuthorOf(MemoryStoresClient client, ServerBody? server) =>
        (server?.Actor is { } actor ? actor.SessionId ?? actor.ApiKeyId ?? actor.UserId ?? actor.ServiceAccountId : null) ?? "key-" + StateHome.NameOf(client.Connection.Key ?? "");

    public MountStatus Status()
    {
        var behind = core.Follower.Behind;
        lock (core.Tree.Gate)
        {
            return new MountStatus
            {
                Directory = options.Directory,
                Store = options.Store,
                StoreName = options.StoreName,
                Server = server,
                Pid = Environment.ProcessId,
                State = Ended.IsCompleted || core.Tree.IsDeleted ? MountState.Ended : core.Tree.IsForbidden ? MountState.NoAccess : core.State.IsAway ? MountState.ServerAway : behind > 0 ? MountState.CatchingUp : MountState.Live,
                ReadOnly = options.ReadOnly,
                Seq = core.Follower.Seq,
                HeadSeq = core.State.HeadSeq is { } head ? Math.Max(head, core.Follower.Seq) : null,
                LagSeconds = core.State.AwaySeconds,
                Pending = Unsaved(),
                Conflicts = core.State.Conflicts,
                Drafts = core.Drafts.Count,
                LocalFiles = core.Local.Count,
                LocalFilesDirectory = core.Local.Count > 0 ? core.Local.Directory : null,
                Memories = core.Tree.MemoryCount,
                AllocatedBytes = GC.GetTotalAllocatedBytes(),
                StartedAt = startedAt.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
                Problems = Problems(core),
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
            lock (core.Tree.Gate)
            {
                core.Places.GiveAll();
                foreach (var node in core.Saves.Unsaved.ToArray())
                {
                    // Half of somebody's save is waited for until it is whole or left lying.
                    if (node.Memory is not null || !Names.IsScratch(node.Name)) core.Saves.Save(node);
                }
                left = Unsaved();
                core.Journal.TrySeal();
                core.Queue.Hurry();
                if (left > 0 && core.Queue.Last is { } last) last.WhenDone(_ => done.TrySetResult());
                else if (left > 0) core.Agenda.In(Bounds.EmptyWaits, () => done.TrySetResult());
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
            lock (core.Tree.Gate) return core.Journal.IsEmpty ? null : core.Journal.Directory;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted) await mount.UnmountAsync(LastMoment, lazy: true);
        bare.Dispose();
        await core.DisposeAsync();
        place.Dispose();
    }

    private int Unsaved() => Unsaved(core);

    private static int Unsaved(MountCore core) => core.Queue.Count + core.Places.Count + core.Saves.Unsaved.Count();

    private DrainOutcome Outcome()
    {
        lock (core.Tree.Gate)
        {
            var pending = Unsaved();
            return new DrainOutcome(pending == 0 && core.Drafts.Count == 0, pending, core.Drafts.Count, core.Local.Count, core.Local.Count > 0 ? core.Local.Directory : null, Problems(core));
        }
    }

    private static string Sentence(string path, DraftReason reason) => $"{path} is not saved: {reason.Cause}. To do: {reason.Cure}.";

    private static List<string> Problems(MountCore core)
    {
        List<string> problems = [.. core.Drafts.Files.Select(node => Sentence(node.Path, node.Draft!)), .. core.Drafts.Asides.Select(draft => Sentence(draft.Path, draft.Reason))];
        if (core.State.Problem is { } problem) problems.Add(problem);
        problems.AddRange(core.Arrivals.Hidden.Values.Select(path => $"{path} of the store is not shown: a local file is in its place."));
        problems.AddRange(core.Faults.Sentences);
        return problems;
    }
}
