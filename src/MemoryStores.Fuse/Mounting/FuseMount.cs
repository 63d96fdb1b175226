using MemoryStores.Fuse.Native;
using MemoryStores.Fuse.Session;

namespace MemoryStores.Fuse.Mounting;

/// <summary>A file system at a directory, from the mount to the unmount.</summary>
public sealed class FuseMount
{
    private readonly string device;

    private FuseMount(string directory, FuseSession session, string device) =>
        (Directory, Session, this.device) = (directory, session, device);

    public string Directory { get; }

    public FuseSession Session { get; }

    /// <summary>
    /// Mounts: by mount(2) where this process may, else by fusermount3. What a dead daemon left at the directory is detached
    /// first, since root would silently mount over it. Returns when the kernel has asked its first question.
    /// </summary>
    public static async Task<FuseMount> StartAsync(string directory, FileSystem files, FuseMountOptions options, SessionOptions session, CancellationToken stop = default)
    {
        if (!File.Exists("/dev/fuse")) throw new FuseMountException(
            "There is no /dev/fuse here. On a machine: modprobe fuse, as root. In a container: start it with --device /dev/fuse --cap-add SYS_ADMIN.");
        StaleMount.Detach(directory);
        var descriptor = Libc.EffectiveUser() == 0 ? DirectMount.Mount(directory, options) : Fusermount.Mount(directory, options);
        var running = new FuseSession(descriptor, files, session with { ReadOnly = options.ReadOnly });
        await running.Initialized.WaitAsync(stop);
        return new FuseMount(directory, running, MountTable.At(directory)?.Device ?? "");
    }

    /// <summary>
    /// Takes the mount away from its directory. Files that are still open keep it alive unless <paramref name="deadline"/> passes:
    /// then it ends under them.
    /// </summary>
    /// <exception cref="FuseMountException">Files are open in it, and neither lazily nor by force was asked for.</exception>
    public async Task UnmountAsync(TimeSpan deadline, bool lazy)
    {
        if (Session.Ended.IsCompleted) return;
        Detach(Directory, lazy);
        try
        {
            await Session.Ended.WaitAsync(deadline);
        }
        catch (TimeoutException)
        {
            Abort();
            await Session.Ended.WaitAsync(deadline);
        }
    }

    /// <summary>Ends the conversation whoever still has files open: they get ENOTCONN.</summary>
    public void Abort()
    {
        var file = new MountTable(Directory, "", "", device).AbortFile;
        if (device.Length > 0 && File.Exists(file)) File.WriteAllText(file, "1");
    }

    internal static void Detach(string directory, bool lazy)
    {
        if (Libc.EffectiveUser() == 0)
        {
            if (Libc.Unmount(directory, lazy ? Libc.UnmountDetach : 0) == 0) return;
            var error = Libc.LastError;
            // EINVAL: nothing is mounted there any more.
            if (error == Errno.EINVAL) return;
            throw new FuseMountException(error == Errno.EBUSY
                ? $"{directory} is in use: a file in it is open, or it is somebody's working directory."
                : $"{directory} could not be unmounted: {error}.");
        }
        Fusermount.Unmount(directory, lazy);
    }
}
