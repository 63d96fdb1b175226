using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// What keeping a directory in step asks of Linux and .NET has no call for: everything relative to a directory that is held
/// open, so that nobody can put a symbolic link in between, and file systems' own times and numbers. A failed call leaves its
/// errno with <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static partial class SystemCalls
{
    public const int NoEntry = 2;
    public const int TryAgain = 11;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int NotThere = 38; // the call itself
    public const int NotSupported = 95;

    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int DoNotBlock = 0x800;
    public const int CloseOnExec = 0x80000;

    // These two are the processor's own.
    public static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public static readonly int DoNotFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    public const int RemoveDirectory = 0x200;
    public const uint DoNotReplace = 1;
    public const uint Exchange = 2;

    private const int StatDoNotFollow = 0x100;
    private const int StatOfHandle = 0x1000;
    private const uint BasicFactsAndBirth = 0xfff;
    private const int StatusBytes = 256;

    private const int SetLease = 1024;
    private const int SetSignal = 10;
    private const int LeaseRead = 0;
    private const int LeaseNone = 2;
    private const int UrgentData = 23;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle OpenAt(SafeHandle directory, string name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectoryAt(SafeHandle directory, string name, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(SafeHandle from, string name, SafeHandle to, string newName);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(SafeHandle from, string name, SafeHandle to, string newName, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LinkAt(SafeHandle from, string name, SafeHandle to, string newName, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(SafeHandle directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(SafeHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(SafeHandle file);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(SafeHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadDirectory(SafeHandle directory, ref byte buffer, nint size);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial SafeFileHandle StartNotices(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Watch(SafeHandle notices, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int Unwatch(SafeHandle notices, int watch);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle file, ref byte buffer, nint size);

    /// <summary>What a name in a directory is, without following a symbolic link; null with the errno where that cannot be told.</summary>
    public static FileStatus? StatusAt(SafeHandle directory, string name) => Status(directory, name, StatDoNotFollow);

    public static FileStatus? StatusOf(SafeHandle file) => Status(file, "", StatOfHandle);

    /// <summary>
    /// Whether a program has the file open for writing: the kernel lends it for reading only while nobody has. False also where
    /// the file system cannot tell.
    /// </summary>
    public static bool IsBeingWritten(SafeHandle file)
    {
        // Who opens it for writing in between interrupts us by this signal, which is ignored; the usual one would end the process.
        _ = Control(file, SetSignal, UrgentData);
        if (Control(file, SetLease, LeaseRead) != 0) return Marshal.GetLastPInvokeError() == TryAgain;
        _ = Control(file, SetLease, LeaseNone);
        return false;
    }

    public static string LastMessage() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private static FileStatus? Status(SafeHandle directory, string name, int flags)
    {
        // statx has one layout on every processor.
        Span<byte> status = stackalloc byte[StatusBytes];
        return StatX(directory, name, flags, BasicFactsAndBirth, ref status[0]) == 0 ? FileStatus.FromStatX(status) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeHandle directory, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle file, int command, int value);
}
