using MemoryStores.Mount.Following;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Local;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

/// <summary>Where a mount keeps what is on this machine.</summary>
internal sealed record MountPlaces(string LocalFiles, IReadOnlyList<JournalPlace> Journals);

/// <summary>
/// Everything of a mount but the kernel, put together: the tree, what fills it and what is sent of it. <see cref="StartAsync"/>:
/// 1. lists the store's memories; 2. takes up the local files and what earlier mounts had not saved; 3. saves that first.
/// </summary>
internal sealed class MountCore : IAsyncDisposable
{
    private readonly MountPlaces kept;
    private readonly CancellationTokenSource stopping = new();
    private readonly Committer committer;
    private Task work = Task.CompletedTask;

    public MountCore(MountTree tree, IRemoteStore remote, MountPlaces kept, TimeProvider time, bool isSync, uint user, uint group)
    {
        (Tree, Remote, this.kept) = (tree, remote, kept);
        Journal = kept.Journals is [var own, ..] ? Journal.At(own, Faults) : Journal.Off(Faults);
        Local = new LocalFiles(kept.LocalFiles, tree);
        Agenda = new Agenda(tree, time, Faults);
        State = new ServerState(tree);
        Drafts = new Drafts(Journal);
        Queue = new ChangeQueue(tree, Journal) { TakesGroups = remote.HasCommits };
        Saves = new Saves(tree, Queue, Drafts, Journal, Agenda);
        Places = new KeptPlaces(tree, Queue, Saves, Journal, Agenda);
        Arrivals = new Arrivals(tree, Journal);
        var loader = new Loader(tree, remote, stopping.Token);
        Follower = new Follower(tree, remote, Arrivals, loader, State, Faults);
        committer = new Committer(tree, Queue, Drafts, Journal, remote, Arrivals, Follower, State, Faults);
        var renaming = new Renaming(tree, Queue, Saves, Drafts, Journal, Places, Local, remote.HasCommits);
        Files = new MemoryFileSystem(tree, Queue, Saves, Drafts, Journal, Agenda, Places, renaming, Local, loader, Follower, Arrivals, isSync, user, group);
        Files.Faulted += Faults.Add;
        Journal.Queue = () => Queue.Units;
        Journal.HasGarbage = () => Agenda.In(Bounds.JournalKeeps, Journal.Tidy);
    }

    public MountTree Tree { get; }
    public IRemoteStore Remote { get; }
    public ChangeQueue Queue { get; }
    public Saves Saves { get; }
    public Drafts Drafts { get; }
    public Journal Journal { get; }
    public KeptPlaces Places { get; }
    public Agenda Agenda { get; }
    public Arrivals Arrivals { get; }
    public Follower Follower { get; }
    public ServerState State { get; }
    public LocalFiles Local { get; }
    public MemoryFileSystem Files { get; }
    public Faults Faults { get; } = new();

    /// <summary>Ends when the core is disposed, or by a defect.</summary>
    public Task Work => work;

    public async Task StartAsync(CancellationToken stop, StrayFiles? strays = null)
    {
        await Follower.StartAsync(stop); // 1.
        strays?.MoveLocalTo(Local.Directory);
        Local.Load(); // 2.
        lock (Tree.Gate)
        {
            var recovery = new Recovery(Tree, Queue, Saves, Drafts, Journal, Arrivals, committer);
            recovery.TakeUp([.. kept.Journals.Select(left => left.Left).OfType<JournalState>()]);
            foreach (var (path, content) in strays?.Memories ?? []) recovery.TakeUp(path, content);
            Journal.Start([.. kept.Journals.Select(left => left.LeftPath).OfType<string>()]);
        }
        if (strays is not null && Journal.TrySync(Tree.Gate)) strays.Remove();
        foreach (var emptied in kept.Journals.Skip(1)) emptied.Dispose();
        work = Task.WhenAll(Follower.RunAsync(stopping.Token), committer.RunAsync(stopping.Token));
        await SettleAsync(stop); // 3.
    }

    /// <summary>Stops it where it stands: what is not saved stays in the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await work;
        }
        finally
        {
            Agenda.Dispose();
            lock (Tree.Gate)
            {
                if (Journal.IsEmpty) Local.Prune();
                Journal.Dispose();
            }
            foreach (var held in kept.Journals) held.Dispose();
            stopping.Dispose();
        }
    }

    /// <summary>As long as the server takes what earlier mounts had not saved, nobody sees the store without it.</summary>
    private async Task SettleAsync(CancellationToken stop)
    {
        while (true)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task changed;
            lock (Tree.Gate)
            {
                if (Queue.Last is not { } last || State.IsAway || Tree.IsForbidden || Tree.IsDeleted) break;
                Queue.Hurry();
                last.WhenDone(_ => done.TrySetResult());
                changed = State.Changed;
            }
            await Task.WhenAny(done.Task, changed).WaitAsync(stop);
        }
        await Follower.CaughtUpAsync(stop);
    }
}
