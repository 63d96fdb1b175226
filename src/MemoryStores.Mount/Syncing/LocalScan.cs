using System.Globalization;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// Looks at the whole directory. Notices of the kernel only say when to look: what is there is found by looking, so that none
/// that was lost, or came in an order nobody expected, leads astray. Only files that were touched are read.
/// </summary>
internal sealed class LocalScan(int memoryBytes, TimeProvider time)
{
    /// <summary>A path is taken when nothing has changed there for this long: editors need less between the steps of a save.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    /// <summary>A file that changes all the time is taken as it is after this long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    // A clock that is ahead of ours by more than this is another machine's, and says nothing of how long ago a change was.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(1);

    // Two changes within one tick of a file system's clock look alike.
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(50);

    // Names.KindOf asks for the directory a name is in: whether it is the root.
    private static readonly DirectoryNode RootDirectory = new(Node.RootId, 0, isLocal: false);
    private static readonly DirectoryNode OtherDirectory = new(Node.RootId + 1, 0, isLocal: false);

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, DateTimeOffset> busySince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LocalFile> read = new(StringComparer.Ordinal);

    /// <summary>Whether the last change was long enough ago.</summary>
    public bool IsQuiet(FileStatus status) => IsUntouchedFor(status, Quiet);

    public LocalView Look(SyncedDirectory directory, SyncState state)
    {
        var view = new LocalView();
        var records = state.Memories.Values.ToDictionary(memory => memory.Path, StringComparer.Ordinal);
        Walk(directory, "", view, records);
        foreach (var path in busySince.Keys.Where(path => !view.Files.TryGetValue(path, out var file) || file.Condition != Condition.Busy).ToArray()) busySince.Remove(path);
        foreach (var path in read.Keys.Where(path => !view.Files.ContainsKey(path)).ToArray()) read.Remove(path);
        return view;
    }

    private void Walk(SyncedDirectory directory, string path, LocalView view, Dictionary<string, SyncedMemory> records)
    {
        if (directory.StatusOf(path.Length == 0 ? "/." : path) is not { IsDirectory: true } itself) return;
        if (directory.List(path) is not { } entries)
        {
            // What is in it is not known to be gone.
            if (directory.StatusOf(path) is { IsDirectory: true }) view.Files[path] = Draft(path, itself, "the directory cannot be read", "give the right to read it");
            return;
        }
        view.Directories[path] = itself;
        foreach (var (bytes, status) in entries)
        {
            if (!TryDecode(bytes, out var name))
            {
                var shown = $"{path}/{Encoding.UTF8.GetString(bytes)}";
                view.Files[shown] = Draft(shown, status ?? itself, "its name is not UTF-8", "rename it");
                continue;
            }
            // Gone between the listing and the look.
            if (status is null) continue;
            var below = $"{path}/{name}";
            if (name.StartsWith(SyncedDirectory.AsidePrefix, StringComparison.Ordinal) && status.IsFile) view.Aside.Add(below);
            else if (IsLocal(path, name)) view.LocalFiles++;
            else if (status.IsDirectory) Walk(directory, below, view, records);
            else view.Files[below] = Look(directory, below, status, records.GetValueOrDefault(below));
        }
    }

    private LocalFile Look(SyncedDirectory directory, string path, FileStatus status, SyncedMemory? record)
    {
        if (status.IsSymbolicLink) return Draft(path, status, "it is a symbolic link", "put the file itself there (cp -L)");
        if (!status.IsFile) return Draft(path, status, "it is no regular file", "move it out of the directory");
        if (!MemoryPath.TryParse(path, out _, out var reason)) return Draft(path, status, $"its path cannot be a memory's: {reason}", "rename it");
        if (status.Size > memoryBytes)
            return Draft(path, status, string.Create(CultureInfo.InvariantCulture, $"it has {status.Size:N0} bytes, and a memory at most {memoryBytes:N0}"), "split it, or move it out of the directory");
        if (record?.File is { } last && status.IsUntouched(last)) return new LocalFile(path, status, Condition.Settled) { Sha256 = record.LocalSha256, Recorded = status };
        if (read.TryGetValue(path, out var known) && status.IsUntouched(known.Status)) return known;

        var isScratch = record is null && Names.IsScratch(SyncedDirectory.NameOf(path));
        var since = busySince.TryGetValue(path, out var first) ? first : busySince[path] = time.GetUtcNow();
        var isLongBusy = !isScratch && time.GetUtcNow() - since >= LongestWait;
        var busy = new LocalFile(path, status, Condition.Busy) { IsScratch = isScratch };
        // Emptied, it waits for its content, which a program may still be working out.
        var patience = isScratch ? Bounds.ScratchWaits : status.Size == 0 ? Bounds.Idle : Quiet;
        if (!isLongBusy && !IsUntouchedFor(status, patience)) return busy;
        var lookedAt = time.GetUtcNow();
        if (directory.Read(path, memoryBytes) is not { } content)
            return isLongBusy ? Draft(path, status, "it cannot be read", "give the right to read it, or wait until nobody writes to it") : busy;
        if (content.IsBeingWritten && !isLongBusy && !IsUntouchedFor(content.Status, Bounds.Idle)) return busy;
        var wouldTell = lookedAt - TimeOf(content.Status) >= ClockTick;
        var file = System.Text.Unicode.Utf8.IsValid(content.Bytes)
            ? new LocalFile(path, content.Status, Condition.Settled) { Sha256 = ContentDigest.Of(content.Bytes).ToString(), Recorded = wouldTell ? content.Status : content.Status.Identity }
            : Draft(path, content.Status, "it is not UTF-8 text", "save it as UTF-8, or move it out of the directory");
        if (wouldTell) read[path] = file;
        return file;
    }

    /// <summary>Whether a name in this path is one that never leaves a machine, such as .git.</summary>
    public static bool StaysLocal(string path)
    {
        var directory = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (IsLocal(directory, name)) return true;
            directory = $"{directory}/{name}";
        }
        return false;
    }

    private static bool IsLocal(string directory, string name) => Names.KindOf(directory.Length == 0 ? RootDirectory : OtherDirectory, name) == NameKind.Local;

    private bool IsUntouchedFor(FileStatus status, TimeSpan span)
    {
        var age = time.GetUtcNow() - TimeOf(status);
        return age >= span || age < -ClockDifference;
    }

    private static DateTimeOffset TimeOf(FileStatus status) => DateTimeOffset.UnixEpoch.AddTicks(status.Changed / 100);

    private static LocalFile Draft(string path, FileStatus status, string cause, string cure) => new(path, status, Condition.Draft) { Flaw = new Flaw(cause, cure) };

    private static bool TryDecode(byte[] bytes, out string name)
    {
        name = "";
        try
        {
            name = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
