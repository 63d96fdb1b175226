using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Native;

/// <summary>The system calls of a file system's daemon.</summary>
internal static unsafe partial class Libc
{
    private const string Name = "libc";

    public const int ReadWrite = 2;
    public const int CloseOnExec = 0x80000;

    public const ulong MountReadOnly = 1;
    public const ulong MountNoSetUid = 2;
    public const ulong MountNoDevices = 4;

    public const int UnmountDetach = 2;

    public const int Stream = 1;
    public const int Messages = 5; // SOCK_SEQPACKET

    public struct Vector
    {
        public void* Start;
        public nuint Length;
    }

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport(Name, EntryPoint = "writev", SetLastError = true)]
    public static partial nint Write(int descriptor, Vector* parts, int count);

    [LibraryImport(Name, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string kind, ulong flags, string options);

    [LibraryImport(Name, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport(Name, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport(Name, EntryPoint = "getegid")]
    public static partial uint EffectiveGroup();

    [LibraryImport(Name, EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int family, int kind, int protocol, int* descriptors);

    [LibraryImport(Name, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(int descriptor, void* message, int flags);

    [LibraryImport(Name, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(int descriptor, void* message, int flags);

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int value);

    /// <summary>Only whether it answers is asked; the room is larger than any struct statfs.</summary>
    [LibraryImport(Name, EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatFs(string path, byte* room);

    [LibraryImport(Name, EntryPoint = "pthread_self")]
    public static partial nuint CurrentThread();

    [LibraryImport(Name, EntryPoint = "pthread_kill")]
    private static partial int Kill(nuint thread, int signal);

    [LibraryImport(Name, EntryPoint = "signal")]
    private static partial nint Handle(int signal, nint handler);

    [LibraryImport(Name, EntryPoint = "siginterrupt")]
    private static partial int LetInterrupt(int signal, int interrupts);

    /// <summary>SIGURG: ignored wherever nobody asked for it, and not used by .NET.</summary>
    private const int Urgent = 23;
    private static readonly Lazy<int> UrgentInterrupts = new(() =>
    {
        // No managed code may run in a handler, and nothing has to: that there is one lets the system call end with EINTR. Any
        // function of libc that only returns a number will do.
        _ = Handle(Urgent, NativeLibrary.GetExport(NativeLibrary.Load(Name, typeof(Libc).Assembly, null), "getppid"));
        return LetInterrupt(Urgent, 1);
    });

    /// <summary>Two ends of one connection, closed by an exec.</summary>
    public static (int One, int Other) SocketPair(int kind)
    {
        const int unix = 1, closeOnExec = 0x80000;
        var ends = stackalloc int[2];
        return SocketPair(unix, kind | closeOnExec, 0, ends) == 0 ? (ends[0], ends[1]) : throw new IOException($"There is no socket: {LastError}.");
    }

    /// <summary>Lets the system call that a thread waits in end with EINTR.</summary>
    public static void Interrupt(nuint thread)
    {
        _ = UrgentInterrupts.Value;
        _ = Kill(thread, Urgent);
    }

    [LibraryImport(Name, EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* RealPath(string path, byte* room);

    [LibraryImport(Name, EntryPoint = "free")]
    private static partial void Free(void* memory);

    /// <summary>
    /// A path as the mount table has it: absolute, without symbolic links. Of what does not answer (a dead mount) or is not
    /// there the directory around it is taken, and its own name kept.
    /// </summary>
    public static string RealPath(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var found = RealPath(path, null);
        if (found is null) return Path.GetDirectoryName(path) is { } around ? Path.Combine(RealPath(around), Path.GetFileName(path)) : path;
        var real = Marshal.PtrToStringUTF8((nint)found)!;
        Free(found);
        return real;
    }

    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
