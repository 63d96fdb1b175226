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
    public static partial int SocketPair(int family, int kind, int protocol, int* descriptors);

    [LibraryImport(Name, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(int descriptor, void* message, int flags);

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(int descriptor, int command, int value);

    /// <summary>Only whether it answers is asked; the room is larger than any struct statfs.</summary>
    [LibraryImport(Name, EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatFs(string path, byte* room);

    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
