using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Fuse;

/// <summary>
/// A mount that this process serves, whose files do what a test says. The kernel may believe everything for ever: what it sees of
/// a change it was told. Only other processes look into it, since one that waits for itself waits for ever.
/// </summary>
internal sealed class ScriptedMount : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory around;
    private readonly List<Process> clients = [];

    private ScriptedMount(TemporaryDirectory around, ScriptedFiles files, FuseMount mount) => (this.around, Files, Mount) = (around, files, mount);

    public ScriptedFiles Files { get; }

    public FuseMount Mount { get; }

    public Notifier Notifier => Mount.Session.Notifier;

    public static async Task<ScriptedMount> StartAsync(bool readOnly = false)
    {
        MemoryFileSystemProcess.AssertDevice();
        var (around, files) = (new TemporaryDirectory(), new ScriptedFiles());
        var directory = Directory.CreateDirectory(around.File("mount")).FullName;
        return new ScriptedMount(around, files, await FuseMount.StartAsync(directory, files, new FuseMountOptions { Name = "test", ReadOnly = readOnly }, new SessionOptions()));
    }

    /// <summary>Runs a program in the mount's directory, its output kept for <see cref="Client"/>.</summary>
    public Client Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = around.Path, Environment = { ["LC_ALL"] = "C" },
        };
        var process = Process.Start(start)!;
        clients.Add(process);
        return new Client(process, process.StandardError.ReadToEndAsync());
    }

    public async Task<string> CatAsync(string name) => await Run("cat", "mount/" + name).EndAsync() is (0, var text) ? text : throw new IOException($"cat {name} failed.");

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Mount.UnmountAsync(TimeSpan.FromMilliseconds(100), lazy: true);
        }
        catch (FuseMountException)
        {
            Mount.Abort(); // What went wrong before is what the test tells.
        }
        foreach (var client in clients)
        {
            if (!client.HasExited) client.Kill();
            await client.WaitForExitAsync();
            client.Dispose();
        }
        around.Dispose();
    }

    internal sealed record Client(Process Process, Task<string> Complaints)
    {
        public async Task<string?> LineAsync()
        {
            using var deadline = new CancellationTokenSource(Patience);
            return await Process.StandardOutput.ReadLineAsync(deadline.Token);
        }

        public async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [$"-{signal}", Process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        public async Task<(int ExitCode, string Said)> EndAsync()
        {
            using var deadline = new CancellationTokenSource(Patience);
            var output = await Process.StandardOutput.ReadToEndAsync(deadline.Token);
            await Process.WaitForExitAsync(deadline.Token);
            return (Process.ExitCode, output + await Complaints);
        }
    }
}

/// <summary>One directory of files, each with text and, where a test says so, something else that happens.</summary>
internal sealed class ScriptedFiles : FileSystem
{
    private const ulong Forever = 1_000_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, ulong> names = new();
    private readonly ConcurrentDictionary<ulong, string> texts = new();
    private readonly BlockingCollection<ParkedRequest> parked = [];
    private long last = 1;

    public ConcurrentQueue<string> Heard { get; } = new();

    private readonly TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A program that is let go may be ahead of what is heard of it.</summary>
    public Task Interrupted => interrupted.Task.WaitAsync(Patience);

    /// <summary>What FSYNC and READ of a file do instead of what they usually do.</summary>
    public ConcurrentDictionary<ulong, Func<Request, Errno>> OnSync { get; } = new();
    public ConcurrentDictionary<ulong, Func<Request, Errno>> OnRead { get; } = new();

    public ulong Add(string name, string text)
    {
        var node = (ulong)Interlocked.Increment(ref last);
        (texts[node], names[name]) = (text, node);
        return node;
    }

    public void Remove(string name) => names.TryRemove(name, out _);

    public void Change(ulong node, string text) => texts[node] = text;

    public Errno Park(Request request)
    {
        parked.Add(request.Park(() =>
        {
            Heard.Enqueue("interrupted");
            interrupted.TrySetResult();
        }));
        return Errno.Parked;
    }

    public ParkedRequest Parked() => parked.TryTake(out var request, Patience) ? request : throw new TimeoutException("Nothing was parked.");

    public override Errno Lookup(Request request, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        entry.EntryValidSeconds = entry.AttributesValidSeconds = Forever;
        if (names.TryGetValue(Encoding.UTF8.GetString(name), out entry.Node)) entry.Attributes = Attributes(entry.Node);
        return Errno.None;
    }

    public override Errno GetAttributes(Request request, ref AttributesReply reply)
    {
        (reply.ValidSeconds, reply.Attributes) = (Forever, Attributes(request.Node));
        return Errno.None;
    }

    public override Errno SetAttributes(Request request, in SetAttrRequest change, ref AttributesReply reply) => throw new InvalidOperationException("broken");

    public override Errno Open(Request request, OpenFlags flags, ref OpenReply reply)
    {
        reply.Flags = OpenReplyFlags.KeepCache;
        return Errno.None;
    }

    public override Errno Read(Request request, in ReadRequest part, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (OnRead.TryGetValue(request.Node, out var instead)) return instead(request);
        var all = Encoding.UTF8.GetBytes(texts[request.Node]);
        data = all.AsSpan((int)Math.Min(part.Offset, (ulong)all.Length));
        return Errno.None;
    }

    public override Errno Sync(Request request, in SyncRequest sync) => OnSync.TryGetValue(request.Node, out var instead) ? instead(request) : Errno.None;

    public override Errno ReadDirectory(Request request, ulong cookie, ref DirectoryPage page)
    {
        foreach (var (name, node) in names.OrderBy(entry => entry.Value).Where(entry => entry.Value > cookie))
        {
            var entry = new EntryReply { Node = node, EntryValidSeconds = Forever, AttributesValidSeconds = Forever, Attributes = Attributes(node) };
            if (!page.TryAdd(Encoding.UTF8.GetBytes(name), node, entry)) break;
        }
        return Errno.None;
    }

    public override void Fault(string operation, Exception exception) => Heard.Enqueue($"{operation}: {exception.Message}");

    public override void Unmounted() => Heard.Enqueue("unmounted");

    private Attributes Attributes(ulong node) => node == 1
        ? new() { Inode = 1, Mode = MemoryStores.Fuse.Wire.Attributes.Directory | 0x1FF, Links = 2 }
        : new() { Inode = node, Mode = MemoryStores.Fuse.Wire.Attributes.RegularFile | 0x1B6, Links = 1, Size = (ulong)Encoding.UTF8.GetByteCount(texts[node]) };
}
