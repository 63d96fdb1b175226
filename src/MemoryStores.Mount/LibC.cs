using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount;

/// <summary>
/// What a mount asks of Linux and .NET has no call for. Numbers are those of the kernel's headers, the same on x64
/// and arm64; a failed call leaves its errno with <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static partial class LibC
{
    public const int NoEntry = 2;
    public const int NotConnected = 107;

    public const int WriteOnly = 0x1;
    public const int ReadWrite = 0x2;
    public const int Create = 0x40;
    public const int Append = 0x400;
    public const int CloseOnExec = 0x80000;

    public const int SetDescriptorFlags = 2;
    public const int DescriptorClosesOnExec = 1;

    private const int Interrupted = 4;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockDoNotWait = 4;

    public const int DetachLazily = 2;

    private const int OnlyOwner = 0x180; // 0600
    private const int KeepSize = 1;
    private const int NotSupported = 95;

    private const int CurrentDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const int AskTheFileSystem = 0x2000;
    private const int DoNotSync = 0x4000;
    private const uint BasicFacts = 0x7ff;
    private const int StatusBytes = 256;
    private const int LongestPath = 4096;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int ForegroundOf(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int ProcessGroup();

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(SafeHandle from, int to);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int ControlDescriptor(int descriptor, int command, int value);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string path, int flags);

    /// <summary>
    /// Who owns a file and what it is, without following a symbolic link at its end; null with the errno when it cannot be told.
    /// What the kernel remembers will do, unless a file system's daemon is to show that it lives.
    /// </summary>
    public static FileFacts? Facts(string path, out int error, bool askDaemon = false)
    {
        // statx has one layout on every processor: nlink at 16, then user, group, mode.
        var status = new byte[StatusBytes];
        var failed = StatX(CurrentDirectory, path, DoNotFollow | (askDaemon ? AskTheFileSystem : DoNotSync), BasicFacts, ref status[0]) != 0;
        error = failed ? Marshal.GetLastPInvokeError() : 0;
        return failed ? null : new FileFacts(BitConverter.ToUInt32(status, 20), BitConverter.ToUInt16(status, 28));
    }

    /// <summary>The path without symbolic links; null with the errno when a part of it is not there.</summary>
    public static string? RealPath(string path, out int error)
    {
        var buffer = new byte[LongestPath];
        var found = ResolvePath(path, ref buffer[0]) != 0;
        error = found ? 0 : Marshal.GetLastPInvokeError();
        return found ? System.Text.Encoding.UTF8.GetString(buffer, 0, Array.IndexOf(buffer, (byte)0)) : null;
    }

    /// <summary>A file nobody else may read, made where it is missing; null with the errno left behind when it cannot be had.</summary>
    public static SafeFileHandle? OpenPrivate(string path)
    {
        var descriptor = Open(path, ReadWrite | Create | CloseOnExec, OnlyOwner);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Takes the blocks of a file's first bytes. A file system that cannot promise them is believed to have them.</summary>
    public static bool TryAllocate(SafeFileHandle file, long bytes) =>
        Allocate(file, KeepSize, 0, bytes) == 0 || Marshal.GetLastPInvokeError() == NotSupported;

    /// <summary>Takes a file's lock for as long as it is open here; false where another has it.</summary>
    public static bool TryLock(SafeFileHandle file) => Lock(file, LockExclusive | LockDoNotWait) == 0;

    /// <summary>Lets others lock a file, too, as long as they share it; waits for one who has it alone, which none has for long.</summary>
    public static void Share(SafeFileHandle file)
    {
        while (Lock(file, LockShared) != 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
            // A signal.
        }
    }

    public static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ResolvePath(string path, ref byte resolved);
}

/// <summary>The owner of a file, its kind and its permissions.</summary>
internal readonly record struct FileFacts(uint Owner, ushort Mode)
{
    private const int KindBits = 0xF000;

    public bool IsFile => (Mode & KindBits) == 0x8000;
    public bool IsDirectory => (Mode & KindBits) == 0x4000;
    public bool IsSymbolicLink => (Mode & KindBits) == 0xA000;

    /// <summary>Without the kind: what chmod takes.</summary>
    public int Permissions => Mode & 0xFFF;

    public bool IsOpenToOthers => (Mode & 0x3F) != 0;
}
