using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Journaling;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Tests.Mount;

/// <summary>The journal's files: what they say, what they survive, who may see them and when they are gone.</summary>
public sealed class JournalFacts(ITestOutputHelper output) : IAsyncDisposable
{
    private static readonly int Mutations = Chance.IsSoak ? 200_000 : 4_000;

    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
    private readonly List<MountInMemory> mounts = [];
    private readonly TaskCompletionSource never = new();

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        var writer = new RecordWriter();
        writer.Begin(RecordKind.Begun);
        writer.Number(long.MinValue);
        writer.Byte(255);
        writer.Text("päth");
        writer.Text(null);
        writer.Bytes([0, 1, 2]);
        writer.NoBytes();
        writer.Bytes([]);
        writer.End();
        Assert.True(RecordReader.TryNext(writer.Written, out var kind, out var record, out var length));
        Assert.Equal((RecordKind.Begun, writer.Length), (kind, length));
        Assert.Equal((long.MinValue, 255, "päth", (string?)null), (record.Number(), record.Byte(), record.Text(), record.Text()));
        Assert.Equal(new byte[]?[] { [0, 1, 2], null, [] }, [record.Bytes(), record.Bytes(), record.Bytes()]);
    }

    [Fact]
    public void A_journal_cut_off_anywhere_is_what_its_whole_records_say()
    {
        var bytes = JournalOf(Busy());
        var ends = Ends(bytes);
        var whole = ends.ToDictionary(end => end, end => Told(JournalState.Read(bytes.AsSpan(0, end))));
        for (var cut = ends[^2]; cut <= ends[^1]; cut++)
        {
            var state = JournalState.Read(bytes.AsSpan(0, cut));
            var end = ends.Last(one => one <= cut);
            Assert.Equal((end, whole[end]), (state.Length, Told(state)));
            Assert.Equal(cut > end && bytes.AsSpan(end, cut - end).ContainsAnyExcept((byte)0), state.IsTorn);
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_they_end_in_a_state_or_are_said_to_be_damaged()
    {
        var random = Chance.For(nameof(Whatever_the_bytes_are_they_end_in_a_state_or_are_said_to_be_damaged));
        var good = JournalOf(Busy());
        var (ends, refused) = (Ends(good), 0);
        for (var mutation = 0; mutation < Mutations; mutation++)
        {
            var bytes = good.ToArray();
            switch (mutation % 4)
            {
                case 0:
                    random.NextBytes(bytes.AsSpan(random.Next(bytes.Length)));
                    break;
                case 1:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                default:
                    // A good checksum over bad content.
                    for (var damages = random.Next(1, 4); damages > 0; damages--) Damage(bytes, ends, random);
                    break;
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                JournalState.Read(bytes);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (Exception other)
            {
                Assert.Fail($"Mutation {mutation}: {other}; {Chance.Replay}");
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 3L * JournalState.LargestContent, $"Mutation {mutation} took {GC.GetAllocatedBytesForCurrentThread() - before:N0} bytes; {Chance.Replay}");
        }
        output.WriteLine($"{Mutations} mutations, {refused} refused; {Chance.Replay}");
    }

    [Fact]
    public void A_few_records_do_not_ask_for_all_memory()
    {
        var writer = new RecordWriter();
        writer.Begin(RecordKind.Header);
        writer.Number(JournalState.Format);
        foreach (var text in new[] { "server", "store", "author" }) writer.Text(text);
        writer.Number(0);
        writer.End();
        for (var key = 1; key <= 100; key++)
        {
            writer.Begin(RecordKind.Begun);
            writer.Number(key);
            writer.Number(0);
            writer.Byte(0);
            writer.Text("/a");
            writer.Number(0);
            writer.Byte((byte)BasisSource.Unknown);
            writer.Text(null);
            writer.Bytes([]);
            writer.NoBytes();
            writer.End();
            writer.Begin(RecordKind.Resized);
            writer.Number(key);
            writer.Byte(0);
            writer.Number(JournalState.LargestContent);
            writer.End();
        }
        Assert.Throws<InvalidDataException>(() => JournalState.Read(writer.Written));
    }

    public static TheoryData<string> Scripts => [.. CrashScripts.All.Keys];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_new_file_says_what_the_old_one_came_to(string script)
    {
        var random = Chance.For(script);
        var (store, belief, near) = (new FakeStore(), new Belief(), new TaskCompletionSource());
        foreach (var (path, text) in CrashScripts.Store)
        {
            store.Create(path, text);
            belief.Has(path, text);
        }
        near.SetResult();
        store.Arriving = call => call == "commit" ? near.Task : Task.CompletedTask;
        var mount = Keep(new MountInMemory(store));
        var away = random.Next(8);
        var reply = 0;
        foreach (var step in CrashScripts.All[script](new Hands(mount, belief)))
        {
            if (reply++ == away)
            {
                await mount.UntilAsync(() => mount.Queue.Count == 0);
                near = new TaskCompletionSource();
            }
            if (reply <= away) continue;
            mount.Create("/garbage.tmp");
            mount.Unlink("/garbage.tmp");
            lock (mount.Tree.Gate)
            {
                mount.Core.Journal.TrySeal();
                var (before, old) = (Told(JournalState.Read(JournalOf(mount))), FilesOf(mount)[^1]);
                mount.Core.Journal.Tidy();
                Assert.NotEqual(old, FilesOf(mount)[^1]);
                Assert.True(before == Told(JournalState.Read(JournalOf(mount))), $"{step} ({reply}), away from {away} on: before\n{before}\nafter\n{Told(JournalState.Read(JournalOf(mount)))}\n{Chance.Replay}");
            }
        }
        mount.Time.Move(Bounds.ServerPatience);
    }

    [Fact]
    public async Task What_the_server_has_acknowledged_is_off_the_disk_soon()
    {
        var store = new FakeStore();
        var mount = Keep(new MountInMemory(store));
        mount.Save("/a.md", "a secret\n");
        var open = mount.Create("/half.tmp");
        mount.Write(open, "another secret\n");
        // From here on a file is replaced only when the disk has the next, and that by one before the disk has it.
        Assert.Equal(Errno.None, await mount.SyncSoon(open.Node));
        Assert.True(IsOnDisk(mount, "another secret"));
        for (var switches = 0; switches < 5; switches++)
        {
            mount.Create("/garbage.tmp");
            mount.Unlink("/garbage.tmp");
            lock (mount.Tree.Gate) mount.Core.Journal.Tidy();
        }
        mount.Close(open);
        Assert.Equal(Errno.None, mount.Rename("/half.tmp", "/b.md"));
        await mount.UntilAsync(() => mount.Queue.Count == 0 && mount.Store.Busy == 0);
        mount.Time.Move(Bounds.JournalKeeps + TimeSpan.FromMilliseconds(1));
        await mount.UntilAsync(() => !IsOnDisk(mount, "secret"));
        Assert.Equal("another secret\n", store.At("/b.md")!.Text);
    }

    [Fact]
    public async Task A_mount_that_ends_with_nothing_left_leaves_no_file_and_no_older_one()
    {
        for (var round = 0; round < 10; round++)
        {
            var mount = Keep(new MountInMemory(new FakeStore(), directory.File("journals")));
            var open = mount.Create("/half.tmp");
            mount.Write(open, "half\n");
            Assert.Equal(Errno.None, await mount.SyncSoon(open.Node));
            mount.Close(open);
            mount.Unlink("/half.tmp");
            mount.Time.Move(Bounds.JournalKeeps + TimeSpan.FromMilliseconds(1));
            await EndAsync(mount);
            Assert.Empty(FilesOf(mount));
        }
    }

    [Fact]
    public async Task Nobody_else_may_read_it()
    {
        var mount = Busy();
        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var file in Directory.GetFiles(mount.Journals, "*", SearchOption.AllDirectories)) Assert.Equal(mine, File.GetUnixFileMode(file));
        foreach (var each in Directory.GetDirectories(mount.Journals, "*", SearchOption.AllDirectories).Append(mount.Journals)) Assert.Equal(mine | UnixFileMode.UserExecute, File.GetUnixFileMode(each));
        await EndAsync(mount);
    }

    [Fact]
    public async Task Two_mounts_have_two_places_and_the_next_takes_the_one_that_is_free()
    {
        var store = new FakeStore();
        var (one, two) = (Keep(new MountInMemory(store, directory.File("journals"))), Keep(new MountInMemory(store, directory.File("journals"))));
        var (first, second) = (one.Core.Journal.Directory!, two.Core.Journal.Directory!);
        Assert.NotEqual(first, second);
        Assert.True(JournalPlace.IsHeld(first) && JournalPlace.IsHeld(second));
        await EndAsync(one);
        Assert.False(JournalPlace.IsHeld(first));
        Assert.Equal(first, Keep(new MountInMemory(store, directory.File("journals"))).Core.Journal.Directory);
    }

    [Fact]
    public async Task A_takeover_that_was_interrupted_is_not_made_again()
    {
        var (store, one, two) = TwoOfOneStore();
        one.Append("/log.md", "of one\n");
        two.Append("/log.md", "of two\n");
        var left = Remains.Of(directory, one);
        left.Join(Remains.Of(directory, two), "1");
        var later = left.Store;
        later.Arriving = call => call == "commit" ? Task.FromException(FakeStore.Unreachable) : Task.CompletedTask;
        var next = left.Mount(directory, later);
        var old = left.Places().SelectMany(place => Directory.GetFiles(place, "*.journal")).ToDictionary(file => file, file => Path.Combine(next.Journals, Path.GetRelativePath(Path.Combine(left.Directory, "journals"), file)));
        Assert.Equal(2, old.Count);
        await next.DisposeAsync();
        // Killed when it had written its own file, and not yet removed those that it had taken over.
        foreach (var (file, place) in old) File.Copy(file, place);
        later.Arriving = _ => Task.CompletedTask;
        var last = Keep(new MountInMemory(later, next.Journals));
        await last.SettleAsync();
        Assert.Equal("begin\nof one\nof two\n", later.At("/log.md")!.Text);
        Assert.Single(FilesOf(last));
    }

    [Fact]
    public async Task An_older_file_does_not_count_when_all_of_its_successor_is_done()
    {
        var (store, one, _) = TwoOfOneStore();
        one.Append("/log.md", "line\n");
        var file = FilesOf(one).Single();
        var old = File.ReadAllBytes(file);
        held.SetResult();
        await one.UntilAsync(() => one.Queue.Count == 0);
        lock (one.Tree.Gate) one.Core.Journal.Tidy();
        File.WriteAllBytes(file, old);
        Assert.Equal(2, FilesOf(one).Count);
        await using var next = Remains.Of(directory, one).Mount(directory, store.Copy());
        await next.SettleAsync();
        Assert.Equal("begin\nline\n", next.Store.At("/log.md")!.Text);
    }

    public async ValueTask DisposeAsync()
    {
        never.TrySetCanceled();
        held.TrySetResult();
        foreach (var mount in mounts.ToArray()) await EndAsync(mount);
        directory.Dispose();
    }

    private readonly TaskCompletionSource held = new();

    private (FakeStore, MountInMemory, MountInMemory) TwoOfOneStore()
    {
        var store = new FakeStore();
        store.Create("/log.md", "begin\n");
        store.Arriving = call => call == "commit" ? held.Task : Task.CompletedTask;
        return (store, Keep(new MountInMemory(store)), Keep(new MountInMemory(store)));
    }

    /// <summary>A mount with something of every kind in its journal, and a store that is away.</summary>
    private MountInMemory Busy()
    {
        var store = new FakeStore();
        foreach (var (path, text) in CrashScripts.Store) store.Create(path, text);
        store.Arriving = call => call == "commit" ? never.Task : Task.CompletedTask;
        var mount = Keep(new MountInMemory(store));
        mount.Save("/new.md", "new\n");
        mount.Append("/old.md", "more\n");
        Assert.Equal(Errno.None, mount.Rename("/d", "/moved"));
        Assert.Equal(Errno.None, mount.Rename("/old.md", "/b.md"));
        Assert.Equal(Errno.None, mount.Rename("/new.md", "/new.md~"));
        var binary = mount.Create("/binary.md");
        mount.Write(binary, [0xFF]);
        mount.Close(binary);
        lock (mount.Tree.Gate) mount.Drafts.Keep("/aside.md", [1, 2], new("why", "what to do"), 1);
        var torn = mount.Create("/torn.md");
        mount.Write(torn, "whole\n");
        Assert.Equal(Errno.EFBIG, mount.Write(torn, new byte[FakeStore.MemoryBytes], 6));
        mount.Unlink("/moved/e.md");
        var open = mount.Open("/moved/c.md", OpenFlags.WriteOnly | OpenFlags.Truncate);
        mount.Flush(open);
        mount.Write(open, "half", 0);
        mount.Write(open, "more", 20);
        Assert.Equal(Errno.None, mount.Resize("/moved/c.md", 22));
        return mount;
    }

    private MountInMemory Keep(MountInMemory mount)
    {
        mounts.Add(mount);
        return mount;
    }

    private async Task EndAsync(MountInMemory mount)
    {
        mounts.Remove(mount);
        await mount.DisposeAsync();
    }

    /// <summary>The newest is the last.</summary>
    private static List<string> FilesOf(MountInMemory mount) =>
        [.. Directory.GetFiles(mount.Journals, "*.journal", SearchOption.AllDirectories).OrderBy(file => int.Parse(Path.GetFileName(file).Split('-')[0], CultureInfo.InvariantCulture))];

    private static byte[] JournalOf(MountInMemory mount)
    {
        lock (mount.Tree.Gate) return File.ReadAllBytes(FilesOf(mount)[^1]);
    }

    private static bool IsOnDisk(MountInMemory mount, string text) => FilesOf(mount).Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static List<int> Ends(byte[] bytes)
    {
        var ends = new List<int> { 0 };
        while (RecordReader.TryNext(bytes.AsSpan(ends[^1]), out _, out _, out var length)) ends.Add(ends[^1] + length);
        return ends;
    }

    private static void Damage(byte[] bytes, List<int> ends, Random random)
    {
        var record = random.Next(ends.Count - 1);
        var body = bytes.AsSpan(ends[record] + RecordWriter.HeadBytes, ends[record + 1] - ends[record] - RecordWriter.HeadBytes);
        var at = random.Next(body.Length);
        body[at] = random.Next(3) switch { 0 => (byte)(body[at] ^ (1 << random.Next(8))), 1 => (byte)random.Next(256), _ => random.Next(2) == 0 ? (byte)0 : (byte)255 };
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ends[record] + 4), RecordWriter.Checksum(body));
    }

    /// <summary>All that a state says, but for numbers that mean nothing.</summary>
    private static string Told(JournalState state)
    {
        var told = new StringBuilder();
        foreach (var file in state.Files.Values.OrderBy(file => file.Key))
            told.AppendLine($"{file.Path}: {Of(file.Content)} of {file.ContentOf} last {file.Last} marks {file.Marks} closed {file.IsClosed} torn {file.Torn} finished {Of(file.Finished)} aside {file.Aside} {Memory(file.Memory)} from {Before(file.Before)}");
        // Changes of different memories may change places.
        foreach (var change in state.Queue.OrderBy(change => change.Memory?.Key))
            told.AppendLine($"{change.Key} {change.Kind} {change.Path} {Of(change.Content)} of {change.ContentOf} {Memory(change.Memory)} from {Before(change.Before)}");
        foreach (var sent in state.Sent) told.AppendLine($"{sent.CommitId} {sent.IsAtomic} {string.Join(' ', sent.Changes)}");
        return told.ToString();

        static string Memory(MemoryEntry? memory) => $"({memory?.Key} {memory?.Id} {memory?.Version})";
        static string Before(BasisEntry basis) => basis.Change is { MadeVersion: { } made } ? Before(new BasisEntry(made, null, null)) : $"({basis.Version} {Of(basis.Content)} {basis.Change?.Key})";
        static string Of(byte[]? content) => content is null ? "none" : Encoding.Latin1.GetString(content).ReplaceLineEndings("/");
    }
}
