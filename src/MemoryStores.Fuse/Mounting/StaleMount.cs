using MemoryStores.Fuse.Native;

namespace MemoryStores.Fuse.Mounting;

/// <summary>What a daemon that was killed leaves behind: a mount that answers ENOTCONN to everybody.</summary>
public static class StaleMount
{
    /// <summary>Whether the mount at this directory has lost its daemon.</summary>
    public static unsafe bool Is(string directory)
    {
        directory = Libc.RealPath(directory);
        // The kernel may open a directory from its cache; only a question that reaches the daemon tells.
        if (MountedDirectory.At(directory) is not { IsFuse: true }) return false;
        var room = stackalloc byte[256];
        // ECONNABORTED: it lost its daemon while we asked.
        return Libc.StatFs(directory, room) < 0 && Libc.LastError is (Errno.ENOTCONN or Errno.ECONNABORTED);
    }

    /// <summary>Takes away what dead daemons left at this directory, one upon the other.</summary>
    public static void Detach(string directory)
    {
        directory = Libc.RealPath(directory);
        while (Is(directory)) FuseMount.Detach(directory, lazy: true);
    }
}
