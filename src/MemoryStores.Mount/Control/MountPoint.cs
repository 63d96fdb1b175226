using System.Runtime.InteropServices;
using MemoryStores.Fuse.Mounting;

namespace MemoryStores.Mount.Control;

/// <summary>
/// The directory a store is mounted on: by its canonical name, also where a dead daemon has left it in a state in which nothing
/// in it can be looked at.
/// </summary>
public static class MountPoint
{
    private const int NamesShown = 3;

    // A live file system says what its root is at once; one that does not is stuck, and would hold us with it.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>The directory's canonical name. Its parent must be there; it itself need not.</summary>
    public static string Canonical(string directory, string relativeTo)
    {
        if (directory.Length == 0 || directory.IndexOfAny(['\0', '\n']) >= 0)
            throw new MountException($"'{directory.Replace("\n", "\\n", StringComparison.Ordinal)}' is no directory. Name one, such as ./memory");
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory, Path.GetFullPath(relativeTo)));
        if (Path.GetDirectoryName(full) is not { } parent) throw new MountException("'/' cannot be mounted on. Name a directory of its own, such as ./memory");
        if (LibC.Facts(full, out _) is { IsSymbolicLink: true })
        {
            return LibC.RealPath(full, out var broken)
                ?? throw new MountException($"{full} is a symbolic link that leads nowhere ({LibC.Message(broken)}). Name the directory itself.");
        }
        return LibC.RealPath(parent, out var error) is { } real
            ? Path.Combine(real, Path.GetFileName(full))
            : throw new MountException($"There is no directory {parent} ({LibC.Message(error)}). Make it first (mkdir -p), or name another.");
    }

    /// <summary>
    /// Makes the directory ready: 1. no daemon may have it; 2. what a dead daemon left mounted is detached, anything else that is
    /// mounted there is left alone; 3. it is made where only its parent is there; 4. it must be empty, unless its files are to be taken in.
    /// </summary>
    public static void Prepare(string directory, MountRegistry registry, bool importStray, Action<string> remark)
    {
        if (registry.Find(directory) is { IsLive: true } live) throw MountRegistry.AlreadyMounted(live.Entry); // 1.
        if (registry.FindGroup(directory).FirstOrDefault(mount => mount.IsLive) is { } within)
            throw new MountException($"{directory} is already mounted: process {within.Entry.Pid} has the stores of session {within.Entry.Session} there since {within.Entry.StartedAt}. To end it: memstores unmount {directory}");
        if (DetachIfStale(directory)) remark($"detached {directory}, which a daemon that is gone had left mounted"); // 2.
        switch (LibC.Facts(directory, out var error)) // 3.
        {
            case null when error == LibC.NoEntry:
                Directory.CreateDirectory(directory);
                remark($"made the directory {directory}");
                break;
            case null:
                throw new MountException($"{directory} cannot be used: {LibC.Message(error)}.");
            case { IsDirectory: false }:
                throw new MountException($"{directory} is a file. Name a directory that is empty or not there yet.");
        }
        if (!importStray) RefuseContent(directory); // 4.
    }

    /// <summary>
    /// Detaches what a daemon that is gone has left mounted; false when nothing is mounted. Mounts may lie one on another.
    /// </summary>
    public static bool DetachIfStale(string directory)
    {
        var detached = false;
        while (MountedDirectory.At(directory) is { } mount)
        {
            if (!mount.IsFuse || !IsDead(directory))
                throw new MountException($"{directory} is mounted already (type {mount.Kind}), and not by a memstores of this user. Unmount it, or name another directory.");
            Detach(directory);
            detached = true;
        }
        return detached;
    }

    /// <summary>Takes the mount away from the tree at once; who has files open keeps them.</summary>
    public static void Detach(string directory)
    {
        if (LibC.Unmount(directory, LibC.DetachLazily) == 0) return;
        var error = LibC.Message(Marshal.GetLastPInvokeError());
        if (FuseAccess.FindUnmounter() is not { } program)
            throw new MountException($"{directory} could not be unmounted ({error}), and there is no fusermount3, which can do it without root. {FuseAccess.InstallFuse}");
        using var unmounting = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(program, ["-u", "-z", "--", directory]) { RedirectStandardError = true, RedirectStandardInput = true })!;
        var said = unmounting.StandardError.ReadToEnd().Trim();
        unmounting.WaitForExit();
        if (unmounting.ExitCode != 0) throw new MountException($"{directory} could not be unmounted: {(said.Length > 0 ? said : error)}");
    }

    /// <summary>A mount whose daemon is gone says "not connected" to everyone.</summary>
    private static bool IsDead(string directory)
    {
        var error = 0;
        var asking = Task.Run(() => LibC.Facts(directory, out error, askDaemon: true));
        return asking.Wait(AnswerTime) && asking.Result is null && error == LibC.NotConnected;
    }

    private static void RefuseContent(string directory)
    {
        List<string> names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(directory).Take(NamesShown + 1).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            throw new MountException($"{directory} cannot be read: {closed.Message}");
        }
        if (names.Count == 0) return;
        var shown = string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? ", …" : "");
        throw new MountException(
            $"{directory} is not empty: it holds {shown}, which a mount would hide. Name an empty directory, or save its files to the store as well: --import-stray");
    }
}
