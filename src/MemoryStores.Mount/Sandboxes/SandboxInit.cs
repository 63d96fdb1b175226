using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MemoryStores.Fuse.Mounting;

namespace MemoryStores.Mount.Sandboxes;

/// <summary>
/// The first process of a sandbox, in namespaces that unshare(1) has made. Nothing that it mounts is seen outside, and all of it is gone
/// with the last process inside: 1. a /proc of its own; 2. the memories' directory, and in it a file system for each store, whose
/// descriptor goes to the daemon outside; 3. few devices; 4. what is hidden; 5. when the daemon serves: the command, in one more user
/// namespace without any capability, so that it can undo none of this. A shell stays as the first process and collects who is orphaned.
/// </summary>
public static class SandboxInit
{
    public const string Ready = "ready";
    public const string Go = "go";
    public const string Failed = "failed: ";

    private const string KernelSettings = "/proc/sys";
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];

    /// <summary>Comes back only where something failed.</summary>
    public static int Run(int socket, string plan)
    {
        using var daemon = new DescriptorChannel(socket);
        try
        {
            var wanted = JsonSerializer.Deserialize(plan, SandboxJson.Default.SandboxPlan)!;
            Build(wanted, daemon);
            if (!daemon.TrySend(Ready) || daemon.Receive() is not { Word: Go }) return 1; // Nobody is there any more.
            Execute(wanted); // 5.
        }
        catch (Exception failed) when (failed is MountException or FuseMountException or IOException or UnauthorizedAccessException)
        {
            daemon.TrySend(Failed + failed.Message);
        }
        return 1;
    }

    private static void Build(SandboxPlan plan, DescriptorChannel daemon)
    {
        NamespaceMounts.Attach("proc", "/proc", "proc", NamespaceMounts.NoSetUid | NamespaceMounts.NoDevices | NamespaceMounts.NoExecute, null); // 1.
        if (plan.IsRoot)
        {
            // Files of the kernel's settings go by who is root of the machine, capabilities or none.
            NamespaceMounts.Bind(KernelSettings, KernelSettings);
            NamespaceMounts.MakeReadOnly(KernelSettings, recursive: true);
            if (Directory.Exists("/sys/kernel")) NamespaceMounts.MakeReadOnly("/sys", recursive: true);
        }
        var over = MakeRoot(); // 2.
        foreach (var store in plan.Stores)
        {
            var directory = Path.Combine(SandboxPlan.Root, store.Name);
            Directory.CreateDirectory(directory, Everybody);
            var options = new FuseMountOptions { Name = "memstores", ReadOnly = store.ReadOnly, AllowOther = store.AllowOther, CheckPermissions = store.AllowOther };
            if (!daemon.TrySend(store.Name, FuseMount.MountForAnother(directory, options))) throw new IOException("The daemon is gone.");
        }
        MakeDevices(); // 3.
        foreach (var place in over) NamespaceMounts.MakeReadOnly(place, recursive: false);
        foreach (var path in plan.Hidden) Hide(path); // 4.
    }

    /// <summary>An empty /mnt/memory. Where the machine has none, /mnt is made anew around it, with what it has.</summary>
    private static List<string> MakeRoot()
    {
        var over = new List<string> { SandboxPlan.Root };
        if (!Directory.Exists(SandboxPlan.Root))
        {
            var around = Path.GetDirectoryName(SandboxPlan.Root)!;
            if (!Directory.Exists(around)) throw new MountException($"There is no directory {around}, in which a sandbox has its memories. As root: mkdir {around}");
            using var before = NamespaceMounts.OpenDirectory(around);
            var old = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{before.DangerousGetHandle()}");
            var names = Directory.EnumerateDirectories(around).Select(path => Path.GetFileName(path)!).ToList();
            NamespaceMounts.Attach("memstores", around, "tmpfs", NamespaceMounts.NoSetUid | NamespaceMounts.NoDevices, "mode=0755");
            foreach (var name in names)
            {
                Directory.CreateDirectory(Path.Combine(around, name));
                NamespaceMounts.Bind(Path.Combine(old, name), Path.Combine(around, name));
            }
            Directory.CreateDirectory(SandboxPlan.Root);
            over.Add(around);
        }
        NamespaceMounts.Attach("memstores", SandboxPlan.Root, "tmpfs", NamespaceMounts.NoSetUid | NamespaceMounts.NoDevices, "mode=0755");
        return over;
    }

    /// <summary>Disks are devices, too, and hold what is hidden.</summary>
    private static void MakeDevices()
    {
        var staged = Path.Combine(SandboxPlan.Root, ".dev");
        Directory.CreateDirectory(staged);
        NamespaceMounts.Attach("memstores", staged, "tmpfs", NamespaceMounts.NoSetUid, "mode=0755");
        foreach (var name in Devices.Where(name => File.Exists("/dev/" + name)))
        {
            File.WriteAllBytes(Path.Combine(staged, name), []);
            NamespaceMounts.Bind("/dev/" + name, Path.Combine(staged, name));
        }
        Directory.CreateDirectory(Path.Combine(staged, "pts"));
        if (Directory.Exists("/dev/pts")) NamespaceMounts.Bind("/dev/pts", Path.Combine(staged, "pts"));
        Directory.CreateDirectory(Path.Combine(staged, "shm"));
        NamespaceMounts.Attach("memstores", Path.Combine(staged, "shm"), "tmpfs", NamespaceMounts.NoSetUid | NamespaceMounts.NoDevices, "mode=1777");
        foreach (var (name, target) in new[] { ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx") })
            File.CreateSymbolicLink(Path.Combine(staged, name), target);
        NamespaceMounts.Move(staged, "/dev");
        Directory.Delete(staged);
    }

    private static void Hide(string path)
    {
        if (Directory.Exists(path)) NamespaceMounts.Attach("memstores", path, "tmpfs", NamespaceMounts.ReadOnly | NamespaceMounts.NoSetUid | NamespaceMounts.NoDevices, "mode=0555,size=4k");
        else if (File.Exists(path)) NamespaceMounts.Bind("/dev/null", path);
    }

    private static void Execute(SandboxPlan plan)
    {
        var (user, group) = (plan.User.ToString(CultureInfo.InvariantCulture), plan.Group.ToString(CultureInfo.InvariantCulture));
        string[] become = plan is { IsRoot: true, User: not 0 } ? ["setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--"] : [];
        string[] words =
        [
            "sh", "-c", "\"$@\"; exit \"$?\"", "memstores-sandbox", .. become,
            "unshare", "--user", "--mount", "--map-user=" + user, "--map-group=" + group, "--",
            "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--", .. plan.Command,
        ];
        try
        {
            Environment.CurrentDirectory = plan.Directory;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            Environment.CurrentDirectory = "/";
        }
        NamespaceMounts.Replace("/bin/sh", words);
        throw new MountException($"/bin/sh cannot be run: {LibC.Message(Marshal.GetLastPInvokeError())}.");
    }
}
