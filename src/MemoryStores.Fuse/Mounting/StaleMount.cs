using MemoryStores.Fuse.Native;

namespace MemoryStores.Fuse.Mounting;

/// <summary>What a daemon that was killed leaves behind: a mount that answers ENOTCONN to everybody.</summary>
public static class StaleMount
{
    /// <summary>Whether the mount at this directory has lost its daemon.</summary>
    public static bool Is(string directory)
    {
        if (MountTable.At(directory) is not { } mount || !mount.Kind.StartsWith("fuse", StringComparison.Ordinal)) return false;
        var opened = Libc.Open(directory, 0x10000 /* O_DIRECTORY */ | Libc.CloseOnExec);
        if (opened >= 0)
        {
            // The kernel may open a directory from its cache; only a question that reaches the daemon tells.
            _ = Libc.Close(opened);
            return StatFsFails(directory);
        }
        return Libc.LastError == Errno.ENOTCONN;
    }

    /// <summary>Takes away what dead daemons left at this directory, one upon the other.</summary>
    public static void Detach(string directory)
    {
        while (Is(directory)) FuseMount.Detach(directory, lazy: true);
    }

    private static unsafe bool StatFsFails(string directory)
    {
        var room = stackalloc byte[256];
        return Libc.StatFs(directory, room) < 0 && Libc.LastError == Errno.ENOTCONN;
    }
}
