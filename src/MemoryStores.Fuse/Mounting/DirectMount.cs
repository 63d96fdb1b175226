using System.Globalization;
using MemoryStores.Fuse.Native;

namespace MemoryStores.Fuse.Mounting;

/// <summary>mount(2), for root, and for whoever is root in a namespace of its own.</summary>
internal static class DirectMount
{
    public static int Mount(string directory, FuseMountOptions options)
    {
        var descriptor = Libc.Open("/dev/fuse", Libc.ReadWrite | Libc.CloseOnExec);
        if (descriptor < 0) throw new FuseMountException($"/dev/fuse cannot be opened: {Libc.LastError}.{Advice(Libc.LastError)}");
        var flags = Libc.MountNoSetUid | Libc.MountNoDevices | (options.ReadOnly ? Libc.MountReadOnly : 0);
        var data = string.Create(CultureInfo.InvariantCulture,
            $"fd={descriptor},rootmode=40000,user_id={Libc.EffectiveUser()},group_id={Libc.EffectiveGroup()}{Extra(options)}");
        if (Libc.Mount(options.Name, directory, "fuse." + options.Name, flags, data) == 0) return descriptor;
        var error = Libc.LastError;
        _ = Libc.Close(descriptor);
        throw new FuseMountException($"{directory} cannot be mounted: {error}.{Advice(error)}");
    }

    public static string Extra(FuseMountOptions options) =>
        (options.AllowOther ? ",allow_other" : "") + (options.CheckPermissions ? ",default_permissions" : "");

    private static string Advice(Errno error) => error switch
    {
        Errno.EPERM or Errno.EACCES =>
            " In a container: start it with --device /dev/fuse --cap-add SYS_ADMIN (and, where AppArmor is, --security-opt apparmor=unconfined).",
        Errno.ENODEV => " The kernel has no FUSE: modprobe fuse, as root.",
        Errno.ENOENT => " There is no such directory.",
        Errno.ENOTDIR => " It is not a directory.",
        _ => "",
    };
}
