using System.Globalization;

namespace MemoryStores.Mount.Control;

/// <summary>What this machine has of what mounting needs, as far as it can be told without mounting.</summary>
public sealed record FuseAccess
{
    internal const string InstallFuse = "Install it, on Debian: apt-get install fuse3";

    private const string Device = "/dev/fuse";
    private const string Unmounter = "fusermount3";
    private const string InContainer = "In a container, start that with: docker run --device /dev/fuse --cap-add SYS_ADMIN (and where AppArmor is in use: --security-opt apparmor=unconfined)";

    // CAP_SYS_ADMIN, whose holder may call mount(2).
    private const int MountCapability = 21;

    public required string System { get; init; }
    public required bool HasDevice { get; init; }

    /// <summary>Why the device cannot be opened; null when it can.</summary>
    public string? DeviceRefusal { get; init; }

    public required bool MayMount { get; init; }
    public required bool IsRoot { get; init; }
    public required bool HasUnmounter { get; init; }

    /// <summary>Whether /etc/fuse.conf lets users who are not root open their mounts to others.</summary>
    public bool UsersMayAllowOther { get; init; }

    public static FuseAccess OfMachine()
    {
        if (!OperatingSystem.IsLinux())
        {
            var name = OperatingSystem.IsMacOS() ? "macOS" : OperatingSystem.IsWindows() ? "Windows" : "this system";
            return new FuseAccess { System = name, HasDevice = false, MayMount = false, IsRoot = false, HasUnmounter = false };
        }
        return new FuseAccess
        {
            System = "Linux",
            HasDevice = File.Exists(Device),
            DeviceRefusal = DeviceProblem(),
            MayMount = HasCapability(Lines("/proc/self/status"), MountCapability),
            IsRoot = LibC.EffectiveUser() == 0,
            HasUnmounter = FindUnmounter() is not null,
            UsersMayAllowOther = Lines("/etc/fuse.conf").Any(line => line.Trim() == "user_allow_other"),
        };
    }

    /// <summary>What stands in the way and what to do about it; null when nothing does.</summary>
    public string? Problem(bool allowOther)
    {
        if (System != "Linux")
            return $"memories can be mounted on Linux, and this is {System}. 'memstores memory' reads and writes them here.";
        if (!HasDevice)
            return $"there is no {Device}, so nothing can be mounted. Load the kernel's module, as root: modprobe fuse. {InContainer}";
        if (MayMount)
            return DeviceRefusal is { } refusal ? $"{Device} cannot be opened: {refusal}. {InContainer}" : null;
        if (IsRoot)
            return $"this process is root, but may not mount (it lacks the capability SYS_ADMIN). {InContainer}";
        if (!HasUnmounter)
            return $"there is no {Unmounter}, by which users other than root mount. {InstallFuse}";
        if (allowOther && !UsersMayAllowOther)
            return "--allow-other is refused to users other than root, unless /etc/fuse.conf says so. As root: echo user_allow_other >> /etc/fuse.conf";
        return null;
    }

    internal static string? FindUnmounter() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(["/usr/bin", "/bin", "/usr/local/bin"]).Where(Path.IsPathRooted)
        .Select(place => Path.Combine(place, Unmounter)).FirstOrDefault(File.Exists);

    internal static bool HasCapability(IEnumerable<string> status, int number) =>
        status.FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal)) is { } line
        && ulong.TryParse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set)
        && (set >> number & 1) == 1;

    private static string? DeviceProblem()
    {
        var descriptor = LibC.Open(Device, LibC.ReadWrite | LibC.CloseOnExec, 0);
        if (descriptor < 0) return LibC.Message(global::System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
        new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        return null;
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
