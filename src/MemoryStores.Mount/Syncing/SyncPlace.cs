using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MemoryStores.Mount.Control;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// Where a sync keeps what it knows: $XDG_STATE_HOME/memstores/sync/SERVER/STORE/DIRECTORY, for its user alone, and held by one
/// process at a time.
/// <list type="bullet">
/// <item><c>state</c>: one line of JSON (<see cref="SyncState"/>), one with its SHA-256. Written anew beside it, flushed, renamed.</item>
/// <item><c>commit</c>: the same for a commit that was sent and not taken in (<see cref="PendingCommit"/>). Until it is gone nothing
/// else is sent.</item>
/// <item><c>kept/SHA256</c>: bytes a later merge starts from that are no version of the server.</item>
/// <item><c>lock</c>: the process that has it, under flock.</item>
/// </list>
/// </summary>
internal sealed class SyncPlace : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream? hold;

    private SyncPlace(string directory, FileStream? hold) => (Directory, this.hold) = (directory, hold);

    public string Directory { get; }

    private string StateFile => Path.Combine(Directory, "state");
    private string CommitFile => Path.Combine(Directory, "commit");
    private string KeptDirectory => Path.Combine(Directory, "kept");

    /// <summary>Takes the place of a directory. A dry run only looks at it.</summary>
    public static SyncPlace Take(string server, string store, string directory, bool onlyLook)
    {
        var place = Path.Combine(StateHome.Directory, "sync", StateHome.NameOf(server), store, StateHome.NameOf(directory));
        if (!onlyLook) PrivateDirectory.MakeAll(place);
        if (onlyLook) return new SyncPlace(place, null);
        var lockFile = Path.Combine(place, "lock");
        FileStream hold;
        try
        {
            // Held by the kernel: a sync that was killed holds it no longer.
            hold = new FileStream(lockFile, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerReadsAndWrites });
        }
        catch (IOException) when (File.Exists(lockFile))
        {
            var pid = Holder(lockFile);
            throw new MountException($"{directory} is being synced already, by process {pid}. Leave it to that one, or end it first: kill {pid}");
        }
        hold.SetLength(0);
        hold.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        hold.Flush();
        return new SyncPlace(place, hold);
    }

    /// <summary>The state as it was left; a new one where there is none. What cannot be read is set aside, and said.</summary>
    public SyncState ReadState(Action<string> remark)
    {
        if (!File.Exists(StateFile)) return new SyncState();
        if (TryUnseal(File.ReadAllBytes(StateFile), out var json) && SyncState.TryRead(json) is { } state) return state;
        if (hold is not null) File.Move(StateFile, StateFile + ".damaged", overwrite: true);
        remark($"{StateFile} is damaged and was set aside. This sync compares both sides as if for the first time: nothing is deleted, and files that differ are merged.");
        return new SyncState();
    }

    public void Write(SyncState state)
    {
        Write(StateFile, Seal(state.Write()));
        var kept = state.Memories.Values.Where(memory => memory.IsKept).Select(memory => memory.LocalSha256).ToHashSet();
        if (!System.IO.Directory.Exists(KeptDirectory)) return;
        foreach (var file in System.IO.Directory.EnumerateFiles(KeptDirectory).Where(file => !kept.Contains(Path.GetFileName(file)))) File.Delete(file);
    }

    /// <summary>The commit whose answer was never taken in. One that cannot be read was never sent: it is whole before it is.</summary>
    public PendingCommit? ReadCommit()
    {
        if (!File.Exists(CommitFile) || !TryUnseal(File.ReadAllBytes(CommitFile), out var json)) return null;
        try
        {
            return JsonSerializer.Deserialize(json, SyncJson.OnDisk.PendingCommit) is { Request.Changes: { } changes, Changes: { } made } commit && changes.Count == made.Count ? commit : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(PendingCommit commit) => Write(CommitFile, Seal(JsonSerializer.SerializeToUtf8Bytes(commit, SyncJson.OnDisk.PendingCommit)));

    public void ForgetCommit() => File.Delete(CommitFile);

    public void Keep(string sha256, byte[] content)
    {
        System.IO.Directory.CreateDirectory(KeptDirectory, OwnerOnly);
        Write(Path.Combine(KeptDirectory, sha256), content);
    }

    public byte[]? Kept(string sha256)
    {
        var file = Path.Combine(KeptDirectory, sha256);
        return File.Exists(file) && File.ReadAllBytes(file) is var content && Convert.ToHexStringLower(SHA256.HashData(content)) == sha256 ? content : null;
    }

    public void Dispose() => hold?.Dispose();

    private static void Write(string file, byte[] content)
    {
        var beside = file + ".new";
        using (var written = new FileStream(beside, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerReadsAndWrites }))
        {
            written.Write(content);
            written.Flush(flushToDisk: true);
        }
        File.Move(beside, file, overwrite: true);
        using var directory = SystemCalls.Open(Path.GetDirectoryName(file)!, SystemCalls.ReadOnly | SystemCalls.Directory | SystemCalls.CloseOnExec, 0);
        if (directory.IsInvalid || SystemCalls.Sync(directory) != 0) throw new IOException($"{file} could not be written to the disk: {SystemCalls.LastMessage()}");
    }

    internal static byte[] Seal(byte[] json) => [.. json, .. "\n"u8, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json))), .. "\n"u8];

    internal static bool TryUnseal(byte[] file, [NotNullWhen(true)] out byte[]? json)
    {
        json = null;
        const int sealBytes = (SHA256.HashSizeInBytes * 2) + 2;
        if (file.Length < sealBytes) return false;
        var body = file[..^sealBytes];
        if (!Seal(body).AsSpan().SequenceEqual(file)) return false;
        json = body;
        return true;
    }

    /// <summary>Read without the lock that .NET puts on every file it opens.</summary>
    private static string Holder(string lockFile)
    {
        using var opened = SystemCalls.Open(lockFile, SystemCalls.ReadOnly | SystemCalls.CloseOnExec, 0);
        if (opened.IsInvalid) return "unknown";
        var pid = new byte[16];
        return Encoding.ASCII.GetString(pid, 0, RandomAccess.Read(opened, pid, 0));
    }
}
