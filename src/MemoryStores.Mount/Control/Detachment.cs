using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Control;

/// <summary>
/// How a process in the background lets go of the shell that started it. Its streams are replaced by number, so that nobody who
/// waits for their end waits for the daemon.
/// </summary>
public static class Detachment
{
    // A log that has grown beyond this in earlier runs begins anew.
    private const int LargestLog = 1024 * 1024;
    private const uint OwnerReadsAndWrites = 0b110_000_000;
    private const string Nowhere = "/dev/null";

    /// <summary>A session of its own, no directory held, and what is said from now on goes to the log.</summary>
    public static void FromTerminal(string log)
    {
        if (LibC.NewSession() < 0) throw Failed("leave the terminal's session");
        Environment.CurrentDirectory = "/";
        if (new FileInfo(log) is { Exists: true, Length: > LargestLog }) File.Delete(log);
        Replace(0, Nowhere, LibC.ReadWrite);
        Replace(2, log, LibC.WriteOnly | LibC.Append | LibC.Create);
    }

    /// <summary>
    /// What the shell has opened and handed on, such as a lock or a pipe, is not for a daemon that outlives it: children of this
    /// process get their streams and no more.
    /// </summary>
    public static void KeepFilesFromChildren()
    {
        foreach (var name in Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(Path.GetFileName))
        {
            // One that is closed again by now is refused, and that is fine.
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) && descriptor > 2)
                _ = LibC.ControlDescriptor(descriptor, LibC.SetDescriptorFlags, LibC.DescriptorClosesOnExec);
        }
    }

    public static void CloseOutput() => Replace(1, Nowhere, LibC.WriteOnly);

    private static void Replace(int stream, string path, int flags)
    {
        using var file = new SafeFileHandle(LibC.Open(path, flags | LibC.CloseOnExec, OwnerReadsAndWrites), ownsHandle: true);
        if (file.IsInvalid) throw Failed($"open {path}");
        if (LibC.Duplicate(file, stream) < 0) throw Failed($"let go of stream {stream}");
    }

    private static MountException Failed(string doing) =>
        new($"The daemon could not {doing}: {LibC.Message(Marshal.GetLastPInvokeError())}. Without --background it needs none of this.");
}
