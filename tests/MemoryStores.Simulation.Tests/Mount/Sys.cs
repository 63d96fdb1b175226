using System.Runtime.InteropServices;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>System calls as they are, with the flags that .NET hides. Each answers a negative errno where it fails.</summary>
internal static partial class Sys
{
    public const int ReadOnly = 0, WriteOnly = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, Truncate = 0x200, Append = 0x400;
    public const int NoReplace = 1, Exchange = 2;
    public const int EINTR = 4, EIO = 5, ENODATA = 61, EILSEQ = 84;
    private const int Here = -100; // AT_FDCWD

    public static int Open(string path, int flags) => Answer(open(path, flags | 0x80000 /* O_CLOEXEC */, 0x1A4));

    public static int Close(int file) => Answer(close(file));

    public static int Truncated(int file, long size) => Answer(ftruncate(file, size));

    public static int Truncated(string path, long size) => Answer(truncate(path, size));

    public static int Rename(string from, string to, uint flags) => Answer(renameat2(Here, from, Here, to, flags));

    public static int Unlink(string path) => Answer(unlink(path));

    public static int MakeDirectory(string path) => Answer(mkdir(path, 0x1ED));

    public static int RemoveDirectory(string path) => Answer(rmdir(path));

    public static int Sync(int file) => Answer(fsync(file));

    public static long Seek(int file, long offset, int from) => Answer(lseek(file, offset, from));

    public static unsafe long Write(int file, ReadOnlySpan<byte> bytes, long at)
    {
        fixed (byte* start = bytes) return Answer(pwrite(file, start, (nuint)bytes.Length, at));
    }

    public static unsafe long Read(int file, Span<byte> room, long at)
    {
        fixed (byte* start = room) return Answer(pread(file, start, (nuint)room.Length, at));
    }

    /// <summary>Size and kind, by the bits of st_mode.</summary>
    public static unsafe int Stat(string path, out long size, out uint kind)
    {
        var room = stackalloc byte[256];
        var answer = Answer(statx(Here, path, 0x100 /* no symlinks */, 0x7FF, room));
        (size, kind) = (*(long*)(room + 40), *(ushort*)(room + 28) & 0xF000u);
        return answer;
    }

    /// <summary>Writes through a shared mapping of the whole file, which must not be empty.</summary>
    public static unsafe int WriteMapped(int file, int length, int at, ReadOnlySpan<byte> bytes, bool sync)
    {
        var map = mmap(null, (nuint)length, 3, 1, file, 0);
        if (map == (void*)-1) return -Marshal.GetLastPInvokeError();
        bytes.CopyTo(new Span<byte>((byte*)map + at, bytes.Length));
        var answer = sync ? Uninterrupted(() => Answer(msync(map, (nuint)length, 4 /* MS_SYNC */))) : 0;
        _ = munmap(map, (nuint)length);
        return answer;
    }

    public static unsafe int ReadMapped(int file, Span<byte> room)
    {
        var map = mmap(null, (nuint)room.Length, 1, 1, file, 0);
        if (map == (void*)-1) return -Marshal.GetLastPInvokeError();
        new Span<byte>(map, room.Length).CopyTo(room);
        _ = munmap(map, (nuint)room.Length);
        return 0;
    }

    public static int Signal(int process, int signal) => Answer(kill(process, signal));

    /// <summary>A signal for one thread of this process, the one whose system call is to be interrupted.</summary>
    public static int SignalThread(int thread, int signal) => Answer((int)tgkill(234, Environment.ProcessId, thread, signal));

    /// <summary>The runtime stops its threads by signals, and any signal may end a wait of the mount; programs then ask again.</summary>
    public static int Uninterrupted(Func<int> call)
    {
        int answer;
        do answer = call();
        while (answer == -EINTR);
        return answer;
    }

    public static int ThreadId() => gettid();

    /// <summary>Lets a signal interrupt system calls, and do nothing else.</summary>
    public static unsafe void LetInterrupt(int signal)
    {
        // No managed code may run in a handler: any function of libc that only returns a number will do. No flags, so no SA_RESTART.
        var action = stackalloc byte[256];
        new Span<byte>(action, 256).Clear();
        *(nint*)action = NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(Sys).Assembly, null), "getppid");
        _ = sigaction(signal, action, null);
    }

    private static int Answer(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    private static long Answer(nint result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

#pragma warning disable IDE1006, SA1300 // Named as they are.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pwrite(int file, byte* bytes, nuint length, long at);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pread(int file, byte* bytes, nuint length, long at);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int file, long size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int truncate(string path, long size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rmdir(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint lseek(int file, long offset, int from);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int directory, string path, int flags, uint mask, byte* room);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial void* mmap(void* start, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int munmap(void* start, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int msync(void* start, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint tgkill(nint number, int process, int thread, int signal);

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int sigaction(int signal, void* action, void* old);
#pragma warning restore IDE1006, SA1300
}
