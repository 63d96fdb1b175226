using MemoryStores.Fuse.Native;
using MemoryStores.Fuse.Session;

namespace MemoryStores.Fuse.Mounting;

/// <summary>A file system at a directory, from the mount to the unmount.</summary>
public sealed class FuseMount
{
    // What is left after that only has to return from its handlers.
    private static readonly TimeSpan AfterAbort = TimeSpan.FromSeconds(5);
    private readonly string device;
    private readonly Action detach;

    private FuseMount(string directory, FuseSession session, string device, Action detach) =>
        (Directory, Session, this.device, this.detach) = (directory, session, device, detach);

    /// <summary>Where it is mounted, as an absolute path without symbolic links.</summary>
    public string Directory { get; }

    public FuseSession Session { get; }

    /// <summary>
    /// Mounts: by mount(2) where this process may, else by fusermount3. What a dead daemon left at the directory is detached
    /// first, since root would silently mount over it. Returns when the kernel has asked its first question.
    /// </summary>
    /// <exception cref="FuseMountException">It cannot be mounted there; nothing is left behind.</exception>
    public static async Task<FuseMount> StartAsync(string directory, FileSystem files, FuseMountOptions options, SessionOptions session, CancellationToken stop = default)
    {
        if (!File.Exists("/dev/fuse")) throw new FuseMountException(
            "There is no /dev/fuse here. On a machine: modprobe fuse, as root. In a container: start it with --device /dev/fuse --cap-add SYS_ADMIN.");
        directory = Libc.RealPath(directory);
        StaleMount.Detach(directory);
        if (MountedDirectory.At(directory) is { IsFuse: true } there)
            throw new FuseMountException($"{directory} is a mount already, of {there.Source}. Unmount it first, or take another directory.");

        var descriptor = Libc.EffectiveUser() == 0 ? DirectMount.Mount(directory, options) : Fusermount.Mount(directory, options);
        var running = await BeginAsync(descriptor, directory, files, options, session, () => Detach(directory, lazy: true), stop);
        return new FuseMount(directory, running, MountedDirectory.At(directory)?.Device ?? "?", static () => { });
    }

    /// <summary>
    /// Serves what was mounted in another mount namespace: the descriptor is from there, and so is the directory, which means
    /// nothing here. <paramref name="detach"/> takes it away there, where that is ours to do.
    /// </summary>
    public static async Task<FuseMount> ServeAsync(int descriptor, string directory, FileSystem files, FuseMountOptions options, SessionOptions session, Action detach, CancellationToken stop = default) =>
        new(directory, await BeginAsync(descriptor, directory, files, options, session, detach, stop), "", detach);

    /// <summary>Mounts by mount(2) and leaves the serving to another process: the descriptor to pass to it.</summary>
    public static int MountForAnother(string directory, FuseMountOptions options) => DirectMount.Mount(directory, options);

    private static async Task<FuseSession> BeginAsync(int descriptor, string directory, FileSystem files, FuseMountOptions options, SessionOptions session, Action detach, CancellationToken stop)
    {
        var running = new FuseSession(descriptor, files, session with { ReadOnly = options.ReadOnly });
        try
        {
            await running.Initialized.WaitAsync(stop);
            return running;
        }
        catch (Exception failed)
        {
            detach();
            running.Stop();
            if (failed is OperationCanceledException) throw;
            throw new FuseMountException($"{directory} cannot be mounted: {failed.Message}", failed);
        }
    }

    /// <summary>
    /// Takes the mount away from its directory. Where files are open in it, a lazy unmount takes it away from its directory all
    /// the same and lets them be used until <paramref name="deadline"/> passes: then it ends under them.
    /// </summary>
    /// <exception cref="FuseMountException">
    /// Files are open in it, and lazily was not asked for: it goes on as before. Or a handler does not return: it ends with the process.
    /// </exception>
    public async Task UnmountAsync(TimeSpan deadline, bool lazy)
    {
        // Somebody else may have unmounted it, and what is at the directory now is not ours. A mount that has ended and is still
        // there, since it was aborted, is of no use to who has it open.
        if (device.Length == 0) detach();
        else if (MountedDirectory.At(Directory)?.Device == device) Detach(Directory, lazy || Session.Ended.IsCompleted);
        if (await EndsWithinAsync(deadline)) return;
        Abort();
        if (!await EndsWithinAsync(AfterAbort)) throw new FuseMountException($"{Directory} is unmounted, but its file system does not end.");
    }

    /// <summary>
    /// Ends the conversation whoever still has files open: they get ENOTCONN. By the kernel's own file where that is mounted,
    /// which helps even when every thread of the session hangs; and from within.
    /// </summary>
    public void Abort()
    {
        try
        {
            File.WriteAllText(new MountedDirectory(Directory, "", "", device).AbortFile, "1");
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            // The file system that holds these files is not mounted, as in most containers.
        }
        Session.Stop();
    }

    internal static void Detach(string directory, bool lazy)
    {
        if (Libc.EffectiveUser() != 0)
        {
            Fusermount.Unmount(directory, lazy);
            return;
        }
        if (Libc.Unmount(directory, lazy ? Libc.UnmountDetach : 0) == 0) return;
        var error = Libc.LastError;
        // EINVAL: nothing is mounted there any more.
        if (error == Errno.EINVAL) return;
        throw new FuseMountException(error == Errno.EBUSY ? InUse(directory) : $"{directory} could not be unmounted: {error}.");
    }

    internal static string InUse(string directory) => $"{directory} is in use: a file in it is open, or it is somebody's working directory.";

    private async Task<bool> EndsWithinAsync(TimeSpan deadline)
    {
        try
        {
            await Session.Ended.WaitAsync(deadline);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
