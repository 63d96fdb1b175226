using System.Collections;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Sandboxes;

/// <summary>What a process does to its own mount namespace. Numbers are the kernel's, the same on x64 and arm64.</summary>
internal static unsafe partial class NamespaceMounts
{
    public const ulong ReadOnly = 1;
    public const ulong NoSetUid = 2;
    public const ulong NoDevices = 4;
    public const ulong NoExecute = 8;

    private const ulong BindMount = 0x1000;
    private const ulong MoveMount = 0x2000;
    private const ulong WithThoseBelow = 0x4000;

    private const long SetAttributes = 442; // mount_setattr(2), since Linux 5.12
    private const int CurrentDirectory = -100;
    private const uint Recursive = 0x8000;
    private const ulong AttributeReadOnly = 1;

    private const int BrokenPipe = 13;

    public static void Attach(string source, string target, string kind, ulong flags, string? options) =>
        Check(Mount(source, target, kind, flags, options), $"mount {kind} at {target}");

    public static void Bind(string source, string target) => Check(Mount(source, target, null, BindMount | WithThoseBelow, null), $"show {source} at {target}");

    public static void Move(string source, string target) => Check(Mount(source, target, null, MoveMount, null), $"mount {target}");

    public static void MakeReadOnly(string target, bool recursive)
    {
        var attributes = stackalloc ulong[4]; // set, clear, propagation, user namespace
        attributes[0] = AttributeReadOnly;
        Check((int)SystemCall(SetAttributes, CurrentDirectory, target, recursive ? Recursive : 0, attributes, sizeof(ulong) * 4), $"make {target} read-only");
    }

    public static SafeFileHandle OpenDirectory(string path) => new(LibC.Open(path, LibC.CloseOnExec, 0), ownsHandle: true);

    /// <summary>Runs another program in the place of this one, with the same environment; comes back where it cannot.</summary>
    public static void Replace(string program, string[] words)
    {
        // .NET ignores it, and what is ignored stays so for the next program.
        _ = Handle(BrokenPipe, 0);
        string?[] variables = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(each => $"{each.Key}={each.Value}"), null];
        _ = Execute(program, [.. words, null], variables);
    }

    private static void Check(int result, string doing)
    {
        if (result == 0) return;
        throw new MountException($"The sandbox cannot {doing}: {LibC.Message(Marshal.GetLastPInvokeError())}.");
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string? kind, ulong flags, string? options);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long SystemCall(long number, long directory, string path, ulong flags, ulong* attributes, nuint size);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Handle(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string program, string?[] words, string?[] variables);
}
