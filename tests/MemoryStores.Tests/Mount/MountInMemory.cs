using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Native;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Following;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount;

/// <summary>
/// A whole mount without a kernel: its handlers are called as a kernel would, on a clock that stands still, over a store in
/// memory. What is parked is answered over a socket whose other end is read here.
/// </summary>
internal sealed partial class MountInMemory : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<Errno>> parked = new();
    private readonly FuseSession session;
    private readonly int kernel;
    private readonly Thread listener;
    private ulong unique;

    /// <summary>Journals and local files outlive the mount where a place for them is named.</summary>
    public MountInMemory(FakeStore store, string? journals = null, bool isSync = false, string? local = null, Bounds? bounds = null)
    {
        (Store, Journals, Local) = (store, journals ?? directory.File("journals"), local ?? directory.File("local"));
        Directory.CreateDirectory(Local);
        var tree = new MountTree(bounds ?? new Bounds { DirectoryRenames = 1_000 }, Time);
        var header = new JournalHeader("http://store", "memstore_1", "apikey_1", tree.Now);
        var kept = new MountPlaces(Local, JournalPlace.TakeLeft(header, Journals));
        Core = new MountCore(tree, store, kept, Time, isSync, 0, 0);
        using (var deadline = new CancellationTokenSource(Soon))
        {
            try
            {
                Core.StartAsync(deadline.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                lock (Tree.Gate) Assert.Fail($"It did not start within {Soon}: {Queue.Count} changes, {Follower.Behind} memories to fetch, {Store.Busy} calls under way; work {Core.Work.Status}; {State.Problem}; {string.Join('\n', Faults.Sentences)}");
            }
        }

        (var ours, kernel) = Libc.SocketPair(Libc.Messages);
        session = new FuseSession(ours, Files, new SessionOptions());
        listener = new Thread(Listen) { IsBackground = true };
        listener.Start();
        Tree.Kernel = session.Notifier;
    }

    public MountCore Core { get; }
    public FakeStore Store { get; }

    /// <summary>Where its journal and its local files are.</summary>
    public string Journals { get; }

    public string Local { get; }

    public SteppedTime Time { get; } = new();
    public MountTree Tree => Core.Tree;
    public ChangeQueue Queue => Core.Queue;
    public Saves Saves => Core.Saves;
    public KeptPlaces Places => Core.Places;
    public Arrivals Arrivals => Core.Arrivals;
    public Follower Follower => Core.Follower;
    public ServerState State => Core.State;
    public MemoryFileSystem Files => Core.Files;
    public Drafts Drafts => Core.Drafts;
    public Faults Faults => Core.Faults;

    /// <summary>An open file.</summary>
    internal sealed record Handle(FileNode Node, OpenFlags Flags);

    public T Find<T>(string path) where T : Node => TryFind<T>(path) ?? throw new FileNotFoundException($"{path} is not there.");

    public T? TryFind<T>(string path) where T : Node
    {
        lock (Tree.Gate)
        {
            Node node = Tree.Root;
            foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (node is not DirectoryNode directory || !directory.TryFind(name, out var next)) return null;
                node = next;
            }
            return node as T;
        }
    }

    public string Read(string path)
    {
        var node = Find<MemoryNode>(path);
        var request = At(node, Opcode.Read);
        var answer = Wait(request, Files.Read(request, new ReadRequest { Size = FakeStore.MemoryBytes }, out _));
        Assert.Equal(Errno.None, answer);
        lock (Tree.Gate) return Encoding.UTF8.GetString(node.Content);
    }

    /// <summary>All files and what they hold, as programs would see them.</summary>
    public SortedDictionary<string, string> Texts
    {
        get
        {
            MemoryNode[] nodes;
            lock (Tree.Gate) nodes = [.. Tree.Root.Descendants().OfType<MemoryNode>()];
            var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var node in nodes) texts[node.Path] = Read(node.Path);
            return texts;
        }
    }

    public Handle Create(string path, OpenFlags flags = OpenFlags.WriteOnly)
    {
        var (parent, name) = Split(path);
        var reply = new CreateReply();
        var answer = Files.Create(At(parent, Opcode.Create), new CreateRequest { Flags = flags, Mode = 0x1A4 }, name, ref reply);
        // Come from elsewhere this moment: a kernel then opens it.
        if (answer == Errno.EEXIST) return Open(path, flags);
        if (!parent.IsAttached) throw new FileNotFoundException($"The directory of {path} went this moment.");
        Assert.Equal(Errno.None, answer);
        return new Handle(Find<FileNode>(path), flags);
    }

    /// <summary>A file as a kernel knows it after it has looked for it, whatever becomes of its name.</summary>
    public FileNode Look(string path)
    {
        var (parent, name) = Split(path);
        var entry = new EntryReply();
        Assert.Equal(Errno.None, Files.Lookup(At(parent, Opcode.Lookup), name, ref entry));
        return Find<FileNode>(path);
    }

    public Handle Open(string path, OpenFlags flags)
    {
        var node = Find<FileNode>(path);
        var answer = Wait(OpenSoon(node, flags));
        // Gone elsewhere this moment: a kernel then looks again, once.
        if (answer == Errno.ESTALE) answer = Wait(OpenSoon(node = Find<FileNode>(path), flags));
        Assert.Equal(Errno.None, answer);
        return new Handle(node, flags);
    }

    public Task<Errno> OpenSoon(FileNode node, OpenFlags flags)
    {
        var reply = new OpenReply();
        var request = At(node, Opcode.Open);
        return AnswerAsync(request, Files.Open(request, flags, ref reply));
    }

    public Errno Write(Handle handle, string text, int? at = null) => Write(handle, Encoding.UTF8.GetBytes(text), at);

    public Errno Write(Handle handle, byte[] bytes, int? at = null)
    {
        var reply = new WriteReply();
        var part = new WriteRequest { Offset = (ulong)(at ?? handle.Node.Size), Size = (uint)bytes.Length, Flags = handle.Flags };
        return Files.Write(At(handle.Node, Opcode.Write), part, bytes, ref reply);
    }

    public void Close(Handle handle)
    {
        if (handle.Flags.Writes()) Files.Flush(At(handle.Node, Opcode.Flush), new FlushRequest());
        Release(handle);
    }

    public Errno Flush(Handle handle) => Files.Flush(At(handle.Node, Opcode.Flush), new FlushRequest());

    public void Release(Handle handle) => Files.Release(At(handle.Node, Opcode.Release), new ReleaseRequest { Flags = handle.Flags });

    /// <summary>As <c>echo text > path</c> does it.</summary>
    public void Save(string path, string text)
    {
        var handle = TryFind<FileNode>(path) is null ? Create(path) : Open(path, OpenFlags.WriteOnly | OpenFlags.Truncate);
        Flush(handle);
        if (text.Length > 0) Assert.Equal(Errno.None, Write(handle, text, 0));
        Close(handle);
    }

    /// <summary>As <c>echo text >> path</c> does it.</summary>
    public void Append(string path, string text)
    {
        const OpenFlags appends = OpenFlags.WriteOnly | OpenFlags.Append;
        var handle = TryFind<FileNode>(path) is null ? Create(path, appends) : Open(path, appends);
        Assert.Equal(Errno.None, Write(handle, text));
        Close(handle);
    }

    public Errno Unlink(string path)
    {
        var (parent, name) = Split(path);
        return Files.Unlink(At(parent, Opcode.Unlink), name);
    }

    public Errno Rename(string path, string to, RenameFlags flags = RenameFlags.None)
    {
        var ((parent, name), (newParent, newName)) = (Split(path), Split(to));
        return Files.Rename(At(parent, Opcode.Rename2), name, newParent.Id, newName, flags);
    }

    public Errno MakeDirectory(string path)
    {
        var (parent, name) = Split(path);
        var entry = new EntryReply();
        return Files.MakeDirectory(At(parent, Opcode.MkDir), new MakeDirectoryRequest { Mode = 0x1ED }, name, ref entry);
    }

    public Errno Resize(string path, long size) => Resize(Find<FileNode>(path), size);

    public Errno Resize(FileNode node, long size)
    {
        var reply = new AttributesReply();
        var request = At(node, Opcode.SetAttr);
        return Wait(AnswerAsync(request, Files.SetAttributes(request, new SetAttrRequest { Valid = SetAttrFields.Size, Size = (ulong)size }, ref reply)));
    }

    /// <summary>As <c>touch</c> does it with what is there.</summary>
    public void Touch(string path)
    {
        var reply = new AttributesReply();
        Assert.Equal(Errno.None, Files.SetAttributes(At(Find<FileNode>(path), Opcode.SetAttr), new SetAttrRequest { Valid = SetAttrFields.ModifyTimeNow }, ref reply));
    }

    public Task<Errno> SyncSoon(FileNode node)
    {
        var request = At(node, Opcode.FSync);
        return AnswerAsync(request, Files.Sync(request, new SyncRequest()));
    }

    /// <summary>Waits until all that was written is on the server, and all that is on the server is here.</summary>
    public async Task SettleAsync(bool moveTime = true)
    {
        using var deadline = new CancellationTokenSource(Soon);
        for (var quiet = 0; quiet < 5;)
        {
            if (moveTime) Time.Move(TimeSpan.FromSeconds(1));
            await Task.Delay(2);
            quiet = IsQuiet() ? quiet + 1 : 0;
            if (!deadline.IsCancellationRequested) continue;
            lock (Tree.Gate) Assert.Fail($"{Queue.Count} changes, {Saves.Unsaved.Count()} unsaved, {Places.Count} kept places after {Soon}; {State.Problem}; {string.Join('\n', Faults.Sentences)}");
        }
    }

    public async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(Soon);
        while (true)
        {
            lock (Tree.Gate)
            {
                if (holds()) return;
            }
            await Task.Delay(2);
            if (!deadline.IsCancellationRequested) continue;
            lock (Tree.Gate) Assert.Fail($"Not within {Soon}: {Queue.Count} changes; {State.Problem}; {string.Join('\n', Faults.Sentences)}");
        }
    }

    public bool IsQuiet()
    {
        var behind = Follower.Behind + Store.Busy;
        if (Follower.Seq < Store.Seq) return false;
        lock (Tree.Gate) return Core.Work.IsCompleted || (Queue.Count + Places.Count + behind + Saves.Unsaved.Count() == 0 && Tree.Memories.All(node => node.Invalidations == 0));
    }

    /// <summary>The mount and the store hold the same, and nothing went wrong on the way.</summary>
    public void AssertSameAsStore()
    {
        Assert.Empty(Faults.Sentences);
        if (Core.Work.IsFaulted) throw Core.Work.Exception!;
        var (theirs, ours) = (new SortedDictionary<string, string>(Store.Texts.ToDictionary(), StringComparer.Ordinal), Texts);
        if (theirs.SequenceEqual(ours)) return;
        string State(TrackedMemory memory) => $"{memory.Id} {memory.Version} {memory.Node?.Path} pending {memory.Pending}{(memory.IsStale ? " stale" : "")}{(memory.IsKept ? " kept" : "")} {memory.Head.GetType().Name}";
        lock (Tree.Gate) Assert.Fail($"The store:\n{Lines(theirs)}\nThe mount:\n{Lines(ours)}\n{string.Join('\n', Arrivals.ById.Values.Select(State))}\nhidden: {string.Join(' ', Arrivals.Hidden)}");
        static string Lines(SortedDictionary<string, string> texts) => string.Join('\n', texts.Select(one => $"    {one.Key}: {one.Value.ReplaceLineEndings(" ")}"));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Core.DisposeAsync().AsTask().WaitAsync(Soon);
        }
        finally
        {
            // Closed only when nobody reads from it any more: its number is the next mount's at once.
            _ = ShutDown(kernel, BothDirections);
            session.Stop();
            await session.Ended.WaitAsync(Soon);
            if (listener.Join(Soon)) _ = Libc.Close(kernel);
            directory.Dispose();
        }
    }

    private const int BothDirections = 2;

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int ShutDown(int socket, int how);

    private static Errno Wait(Task<Errno> answer)
    {
        Assert.True(answer.Wait(Soon), "There is no answer.");
        return answer.Result;
    }

    private Errno Wait(Request request, Errno answer) => Wait(AnswerAsync(request, answer));

    private Task<Errno> AnswerAsync(Request request, Errno answer) =>
        answer == Errno.Parked ? Parked(request.Unique).Task : Task.FromResult(answer);

    private TaskCompletionSource<Errno> Parked(ulong number) =>
        parked.GetOrAdd(number, _ => new TaskCompletionSource<Errno>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>As a signal does for whoever waits for this request.</summary>
    public Task<Errno> Interrupt(Task<Errno> answer)
    {
        var number = parked.Single(one => one.Value.Task == answer).Key;
        session.Interrupt(At(Tree.Root, Opcode.Interrupt), number);
        return answer;
    }

    private (DirectoryNode Parent, byte[] Name) Split(string path)
    {
        var cut = path.LastIndexOf('/');
        return (Find<DirectoryNode>(path[..cut]), Encoding.UTF8.GetBytes(path[(cut + 1)..]));
    }

    private Request At(Node node, Opcode opcode)
    {
        var request = new Request(session);
        request.Take(new RequestHeader { Unique = Interlocked.Add(ref unique, 2), Node = node.Id, Opcode = opcode });
        return request;
    }

    /// <summary>What the daemon says to the kernel: answers to what was parked, and notifications.</summary>
    private unsafe void Listen()
    {
        var room = stackalloc byte[1024];
        while (Libc.Read(kernel, room, 1024) is >= 16 and var length)
        {
            var header = MemoryMarshal.Read<ReplyHeader>(new ReadOnlySpan<byte>(room, (int)length));
            if (header.Unique != 0) Parked(header.Unique).TrySetResult((Errno)(-header.Error));
        }
    }
}
