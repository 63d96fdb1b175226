using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using MemoryStores.Fuse.Native;

namespace MemoryStores.Fuse.Mounting;

/// <summary>
/// fusermount3, the helper with root's rights that mounts for ordinary users. It opens /dev/fuse, mounts, and passes the
/// descriptor back over a socket that it finds by the variable _FUSE_COMMFD.
/// </summary>
internal static unsafe class Fusermount
{
    private const string Program = "fusermount3";

    public static int Mount(string directory, FuseMountOptions options)
    {
        var (ours, theirs) = Libc.SocketPair(Libc.Stream);
        const int setDescriptorFlags = 2;
        _ = Libc.Control(theirs, setDescriptorFlags, 0); // The helper shall have it.
        try
        {
            var start = new ProcessStartInfo(Program) { RedirectStandardError = true, Environment = { ["LC_ALL"] = "C" } };
            start.ArgumentList.Add("-o");
            start.ArgumentList.Add($"fsname={Escape(options.Name)},subtype={Escape(options.Name)},nosuid,nodev,{(options.ReadOnly ? "ro" : "rw")}{DirectMount.Extra(options)}");
            start.ArgumentList.Add("--");
            start.ArgumentList.Add(directory);
            start.Environment["_FUSE_COMMFD"] = theirs.ToString(CultureInfo.InvariantCulture);
            using var helper = Start(start);
            var complaint = helper.StandardError.ReadToEnd().Trim();
            helper.WaitForExit();
            // What it sent outlives it. Waiting for it instead could take for ever: a process that another thread started
            // meanwhile may hold a copy of its end.
            var descriptor = ReceiveDescriptor(ours);
            if (descriptor >= 0 && helper.ExitCode == 0) return descriptor;
            if (descriptor >= 0) _ = Libc.Close(descriptor);
            throw new FuseMountException($"{directory} cannot be mounted: {(complaint.Length > 0 ? complaint : Program + " gave no reason")}.{Advice(complaint)}");
        }
        finally
        {
            _ = Libc.Close(ours);
            _ = Libc.Close(theirs);
        }
    }

    public static void Unmount(string directory, bool lazy)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardError = true, Environment = { ["LC_ALL"] = "C" } };
        foreach (var argument in lazy ? ["-u", "-z", "--", directory] : new[] { "-u", "--", directory }) start.ArgumentList.Add(argument);
        using var helper = Start(start);
        var complaint = helper.StandardError.ReadToEnd().Trim();
        helper.WaitForExit();
        if (helper.ExitCode == 0 || MountedDirectory.At(directory) is null) return;
        throw new FuseMountException(
            complaint.Contains("resource busy", StringComparison.OrdinalIgnoreCase) ? FuseMount.InUse(directory) : $"{directory} could not be unmounted: {complaint}.");
    }

    private static string Escape(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new FuseMountException($"There is no {Program}, with which ordinary users mount: install the Debian package fuse3, or mount as root.");
        }
    }

    private static string Advice(string complaint) =>
        complaint.Contains("user_allow_other", StringComparison.Ordinal) ? " Put the line user_allow_other into /etc/fuse.conf, or mount without --allow-other."
        : complaint.Contains("/dev/fuse: Permission denied", StringComparison.Ordinal) ? " Let ordinary users open it (chmod 666 /dev/fuse, as root), or mount as root."
        : complaint.Contains("/dev/fuse", StringComparison.Ordinal) ? " In a container: start it with --device /dev/fuse --cap-add SYS_ADMIN."
        : "";

    /// <summary>One byte with a descriptor beside it; -1 when the helper went without sending one.</summary>
    private static int ReceiveDescriptor(int socket)
    {
        byte one;
        _ = DescriptorChannel.Receive(socket, &one, 1, wait: false, out var descriptor);
        return descriptor;
    }
}
