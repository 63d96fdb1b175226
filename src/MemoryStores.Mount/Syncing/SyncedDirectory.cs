using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// The files of a synced directory, by their paths in the store. Every part of a path is opened without following symbolic
/// links: whatever stands in the directory, nothing outside of it is read or written. A file is replaced, moved or removed only
/// while it is the one that was looked at, and nobody has it open for writing.
/// </summary>
internal sealed class SyncedDirectory : IDisposable
{
    /// <summary>Files half way to their place are called so; under the rules for names no mount and no sync takes them for memories.</summary>
    public const string AsidePrefix = ".#memstores-";

    /// <summary>What the store has, on its way to a place.</summary>
    private const string NewPrefix = AsidePrefix + "new-";

    /// <summary>What had a place here, on its way out.</summary>
    private const string OldPrefix = AsidePrefix + "old-";

    private const int ListingBytes = 32 * 1024;
    private const uint NewFile = 0b110_110_110;
    private const uint NewDirectory = 0b111_111_111;
    private const int PermissionBits = 0xFFF;

    // A shell that appends a line has the file open for well under a millisecond.
    private const int WriterLooks = 50;
    private static readonly TimeSpan WriterPause = TimeSpan.FromMilliseconds(2);

    // Beyond so many files one flush of the file system is cheaper than one for each.
    private const int SingleFlushes = 16;

    private readonly SafeFileHandle root;

    private SyncedDirectory(SafeFileHandle root) => this.root = root;

    /// <summary>Null, with the reason for people, where there is no such directory.</summary>
    public static SyncedDirectory? TryOpen(string path, out string reason)
    {
        var root = SystemCalls.Open(path, SystemCalls.ReadOnly | SystemCalls.Directory | SystemCalls.CloseOnExec, 0);
        reason = root.IsInvalid ? SystemCalls.LastMessage() : "";
        if (!root.IsInvalid) return new SyncedDirectory(root);
        root.Dispose();
        return null;
    }

    public void Dispose() => root.Dispose();

    public FileStatus Status() => SystemCalls.StatusOf(root) ?? throw Failed("/");

    public FileStatus? StatusOf(string path)
    {
        using var parent = OpenParent(path);
        return parent is null ? null : SystemCalls.StatusAt(parent, NameOf(path));
    }

    /// <summary>The names in a directory, as bytes, with what they are; null where it is none, or is gone.</summary>
    public List<(byte[] Name, FileStatus? Status)>? List(string path)
    {
        using var directory = OpenDirectory(path);
        if (directory is null) return null;
        var found = new List<(byte[], FileStatus?)>();
        var buffer = new byte[ListingBytes];
        while (true)
        {
            var length = (int)SystemCalls.ReadDirectory(directory, ref buffer[0], buffer.Length);
            if (length < 0) throw Failed(path);
            if (length == 0) return found;
            for (var at = 0; at < length; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 16)))
            {
                var name = buffer.AsSpan(at + 19);
                name = name[..name.IndexOf((byte)0)];
                if (name is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
                var text = Encoding.UTF8.GetString(name);
                found.Add((name.ToArray(), SystemCalls.StatusAt(directory, text)));
            }
        }
    }

    /// <summary>The bytes of a file that stayed the same while they were read; null where it did not, is none, or is larger.</summary>
    public FileContent? Read(string path, int most)
    {
        using var file = OpenFile(path);
        if (file is null || SystemCalls.StatusOf(file) is not { IsFile: true } before || before.Size > most) return null;
        var bytes = new byte[before.Size];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var more) read += more;
        if (read < bytes.Length || SystemCalls.StatusOf(file) is not { } after || !after.IsUntouched(before)) return null;
        return new FileContent(bytes, after, SystemCalls.IsBeingWritten(file));
    }

    /// <summary>Writes what is to become the file at a path, beside that place; durable only after <see cref="Flush"/>.</summary>
    public AsideFile? WriteAside(string path, ReadOnlySpan<byte> bytes, FileStatus? inPlaceOf)
    {
        using var parent = MakeParent(path);
        if (parent is null) return null;
        var name = NewPrefix + Guid.NewGuid().ToString("N")[..12];
        using var file = SystemCalls.OpenAt(parent, name, SystemCalls.WriteOnly | SystemCalls.Create | SystemCalls.Exclusive | SystemCalls.CloseOnExec, NewFile);
        if (file.IsInvalid) throw Failed(path);
        try
        {
            RandomAccess.Write(file, bytes, 0);
            if (inPlaceOf is not null)
            {
                // The owner is kept where that is allowed.
                _ = SystemCalls.ChangeOwner(file, inPlaceOf.User, inPlaceOf.Group);
                if (SystemCalls.ChangeMode(file, (uint)(inPlaceOf.Mode & PermissionBits)) != 0) throw Failed(path);
            }
            return new AsideFile(path, name, SystemCalls.StatusOf(file) ?? throw Failed(path));
        }
        catch
        {
            _ = SystemCalls.UnlinkAt(parent, name, 0);
            throw;
        }
    }

    /// <summary>
    /// Gives a file its place: the new one and the one before change places, and only when that is still what it was, and no
    /// program that had it open has written to it, is it removed. False where it is not; then all is as before.
    /// </summary>
    public bool PutInPlace(AsideFile aside, FileStatus? expected)
    {
        using var parent = OpenParent(aside.Path);
        if (parent is null) return false;
        var name = NameOf(aside.Path);
        if (expected is null) return MoveToFree(parent, aside.Name, parent, name);
        using var before = SystemCalls.OpenAt(parent, name, SystemCalls.ReadOnly | SystemCalls.DoNotFollow | SystemCalls.DoNotBlock | SystemCalls.CloseOnExec, 0);
        if (before.IsInvalid || !IsStill(before, expected) || SystemCalls.IsBeingWritten(before)) return false;
        if (SystemCalls.RenameAt(parent, aside.Name, parent, name, SystemCalls.Exchange) != 0)
        {
            // Not every file system can exchange; what is left then is to look once more just before.
            return Marshal.GetLastPInvokeError() is SystemCalls.Invalid or SystemCalls.NotThere or SystemCalls.NotSupported
                && SystemCalls.StatusAt(parent, name) is { } now && now.IsUntouched(expected) && SystemCalls.RenameAt(parent, aside.Name, parent, name) == 0;
        }
        // What has stepped aside must be the file that is held: somebody may have put another in its place just before.
        if (IsNamed(parent, aside.Name, expected) && IsSettled(before, expected))
        {
            _ = SystemCalls.UnlinkAt(parent, aside.Name, 0);
            return true;
        }
        _ = SystemCalls.RenameAt(parent, aside.Name, parent, name, SystemCalls.Exchange);
        return false;
    }

    /// <summary>Renames a file to a place where nothing is.</summary>
    public bool Move(string from, string to, FileStatus expected)
    {
        using var source = OpenParent(from);
        using var target = MakeParent(to);
        if (source is null || target is null || SystemCalls.StatusAt(source, NameOf(from)) is not { } now || !now.IsUntouched(expected)) return false;
        return MoveToFree(source, NameOf(from), target, NameOf(to));
    }

    /// <summary>Removes a file: it steps aside first, and is gone only when it is still what was expected.</summary>
    public bool Remove(string path, FileStatus expected)
    {
        using var parent = OpenParent(path);
        if (parent is null) return false;
        var (name, aside) = (NameOf(path), OldPrefix + Guid.NewGuid().ToString("N")[..12]);
        using var file = SystemCalls.OpenAt(parent, name, SystemCalls.ReadOnly | SystemCalls.DoNotFollow | SystemCalls.DoNotBlock | SystemCalls.CloseOnExec, 0);
        if (file.IsInvalid || !IsStill(file, expected) || SystemCalls.IsBeingWritten(file)) return false;
        if (!MoveToFree(parent, name, parent, aside)) return false;
        if (IsNamed(parent, aside, expected) && IsSettled(file, expected)) return SystemCalls.UnlinkAt(parent, aside, 0) == 0;
        MoveToFree(parent, aside, parent, name);
        return false;
    }

    /// <summary>Takes away what stands beside a place; where a program has written to it meanwhile it is kept.</summary>
    public void Drop(AsideFile aside)
    {
        using var parent = OpenParent(aside.Path);
        if (parent is null || SystemCalls.StatusAt(parent, aside.Name) is not { } now) return;
        if (now.HasSameBytes(aside.Status)) _ = SystemCalls.UnlinkAt(parent, aside.Name, 0);
        else MoveToFree(parent, aside.Name, parent, OldPrefix + Guid.NewGuid().ToString("N")[..12]);
    }

    /// <summary>Whether a file aside holds what the store has, and nothing of anybody here: it never had a place.</summary>
    public static bool IsOurs(string aside, IEnumerable<PendingPut> puts) =>
        NameOf(aside).StartsWith(NewPrefix, StringComparison.Ordinal) && !puts.Any(put => put.Aside.NameAside == aside);

    /// <summary>Whether a file written aside never came to its place.</summary>
    public bool IsAside(AsideFile aside) => StatusOf(aside.NameAside)?.Inode == aside.Status.Inode;

    /// <summary>Removes the directories above a path that are empty, from below.</summary>
    public void RemoveEmptyAbove(string path)
    {
        for (var directory = DirectoryOf(path); directory.Length > 0; directory = DirectoryOf(directory))
        {
            using var parent = OpenParent(directory);
            if (parent is null || SystemCalls.UnlinkAt(parent, NameOf(directory), SystemCalls.RemoveDirectory) != 0) return;
        }
    }

    /// <summary>Removes what is a directory without anything in it; false where it is something else.</summary>
    public bool RemoveIfEmptyDirectory(string path)
    {
        using var parent = OpenParent(path);
        return parent is not null && SystemCalls.UnlinkAt(parent, NameOf(path), SystemCalls.RemoveDirectory) == 0;
    }

    /// <summary>Returns when the files at these paths, or beside them, and their names are on the disk.</summary>
    public void Flush(IReadOnlyCollection<string> paths)
    {
        if (paths.Count > SingleFlushes)
        {
            if (SystemCalls.SyncFileSystem(root) != 0) throw Failed("/");
            return;
        }
        foreach (var path in paths)
        {
            using var file = OpenFile(path);
            if (file is not null && SystemCalls.Sync(file) != 0) throw Failed(path);
        }
        foreach (var directory in paths.Select(DirectoryOf).Distinct())
        {
            using var opened = OpenDirectory(directory);
            if (opened is not null && SystemCalls.Sync(opened) != 0) throw Failed(directory);
        }
    }

    public static string DirectoryOf(string path) => path[..path.LastIndexOf('/')];

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Waits a moment for who may have had the file open when its name was taken, and looks what he did.</summary>
    private static bool IsSettled(SafeFileHandle file, FileStatus expected)
    {
        for (var look = 0; look < WriterLooks && SystemCalls.IsBeingWritten(file); look++) Thread.Sleep(WriterPause);
        return !SystemCalls.IsBeingWritten(file) && IsStill(file, expected);
    }

    private static bool IsStill(SafeFileHandle file, FileStatus expected) => SystemCalls.StatusOf(file) is { } now && now.HasSameBytes(expected);

    private static bool IsNamed(SafeFileHandle parent, string name, FileStatus file) => SystemCalls.StatusAt(parent, name) is { } now && (now.Inode, now.Born) == (file.Inode, file.Born);

    private static bool MoveToFree(SafeFileHandle source, string from, SafeFileHandle target, string to)
    {
        if (SystemCalls.RenameAt(source, from, target, to, SystemCalls.DoNotReplace) == 0) return true;
        if (Marshal.GetLastPInvokeError() is SystemCalls.Exists or SystemCalls.NoEntry or SystemCalls.NotDirectory or SystemCalls.IsDirectory) return false;
        // Where the kernel does not know that rename, a second name is made first, which is refused as well where one is.
        if (SystemCalls.LinkAt(source, from, target, to, 0) == 0) return SystemCalls.UnlinkAt(source, from, 0) == 0;
        return SystemCalls.StatusAt(target, to) is null && SystemCalls.RenameAt(source, from, target, to) == 0;
    }

    private SafeFileHandle? OpenFile(string path)
    {
        using var parent = OpenParent(path);
        if (parent is null) return null;
        var file = SystemCalls.OpenAt(parent, NameOf(path), SystemCalls.ReadOnly | SystemCalls.DoNotFollow | SystemCalls.DoNotBlock | SystemCalls.CloseOnExec, 0);
        if (!file.IsInvalid) return file;
        file.Dispose();
        return null;
    }

    private SafeFileHandle? OpenParent(string path) => OpenDirectory(DirectoryOf(path));

    private SafeFileHandle? MakeParent(string path) => OpenDirectory(DirectoryOf(path), make: true);

    private SafeFileHandle? OpenDirectory(string path, bool make = false)
    {
        var flags = SystemCalls.ReadOnly | SystemCalls.Directory | SystemCalls.DoNotFollow | SystemCalls.CloseOnExec;
        var current = SystemCalls.OpenAt(root, ".", flags, 0);
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (current.IsInvalid) break;
            if (make) _ = SystemCalls.MakeDirectoryAt(current, part, NewDirectory);
            var next = SystemCalls.OpenAt(current, part, flags, 0);
            current.Dispose();
            current = next;
        }
        if (!current.IsInvalid) return current;
        current.Dispose();
        return null;
    }

    private static IOException Failed(string path) => new($"{path} of the directory: {SystemCalls.LastMessage()}");
}

/// <summary>Bytes as they were when the file had this status, and whether somebody may go on writing.</summary>
internal sealed record FileContent(byte[] Bytes, FileStatus Status, bool IsBeingWritten);

/// <summary>A file beside the place it is to have.</summary>
internal sealed record AsideFile(string Path, string Name, FileStatus Status)
{
    [JsonIgnore]
    public string NameAside => $"{SyncedDirectory.DirectoryOf(Path)}/{Name}";
}
