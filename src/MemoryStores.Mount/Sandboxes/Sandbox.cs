using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Mount.Control;

namespace MemoryStores.Mount.Sandboxes;

/// <summary>
/// A sandbox as seen from outside: the processes that make and hold it, and the descriptors that come out of it. setpriv(1) ties it to
/// the thread that starts it, and unshare(1) its first process to itself: whoever of them is killed, the kernel kills the rest.
/// </summary>
public sealed class Sandbox : IDisposable
{
    private readonly DescriptorChannel channel;
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? process;

    private Sandbox(DescriptorChannel channel) => this.channel = channel;

    /// <summary>How the command ended, 128 and the signal's number when it was killed.</summary>
    public Task<int> Exited => exited.Task;

    /// <summary>Starts the first process with these variables and no others; it waits for the word after it has mounted everything.</summary>
    public static Sandbox Start(SandboxPlan plan, IReadOnlyDictionary<string, string> variables, string program, IReadOnlyList<string> verb, bool ownNetwork)
    {
        Detachment.KeepFilesFromChildren();
        var (ours, theirs) = DescriptorChannel.Pair();
        string[] namespaces = [.. plan.IsRoot ? [] : new[] { "--user", "--map-root-user" }, "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--propagation", "private", .. ownNetwork ? new[] { "--net" } : []];
        var info = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "unshare", .. namespaces, "--", program, .. verb, theirs.ToString(CultureInfo.InvariantCulture), JsonSerializer.Serialize(plan, SandboxJson.Default.SandboxPlan)]);
        info.Environment.Clear();
        foreach (var (name, value) in variables) info.Environment[name] = value;
        var sandbox = new Sandbox(ours);
        var started = new TaskCompletionSource();
        // The kernel takes the end of this thread for the end of the parent.
        new Thread(() => sandbox.Hold(info, started)) { IsBackground = true, Name = "sandbox" }.Start();
        try
        {
            started.Task.GetAwaiter().GetResult();
            return sandbox;
        }
        catch (Win32Exception absent)
        {
            sandbox.Dispose();
            throw new MountException($"A sandbox needs setpriv and unshare, Debian package util-linux: {absent.Message}");
        }
        finally
        {
            DescriptorChannel.Close(theirs);
        }
    }

    /// <summary>The descriptors of the stores in their order, once everything is mounted.</summary>
    public IReadOnlyList<int> Receive(int stores)
    {
        var descriptors = new List<int>();
        while (channel.Receive() is var (word, file))
        {
            if (word.StartsWith(SandboxInit.Failed, StringComparison.Ordinal)) throw new MountException(word[SandboxInit.Failed.Length..]);
            if (file >= 0) descriptors.Add(file);
            if (word == SandboxInit.Ready && descriptors.Count == stores) return descriptors;
        }
        throw new MountException($"The sandbox's namespaces could not be made. {Cure()}");
    }

    /// <summary>Lets the command begin.</summary>
    public void Go() => channel.TrySend(SandboxInit.Go);

    /// <summary>Sends a signal to the command, as a terminal or a service's manager would.</summary>
    public void Signal(int signal)
    {
        if (process is { HasExited: false } outer && Child(outer.Id) is { } first && Child(first) is { } command) _ = LibC.Kill(command, signal);
    }

    public void Dispose()
    {
        channel.Dispose();
        if (process is { HasExited: false } left) left.Kill();
    }

    private void Hold(ProcessStartInfo info, TaskCompletionSource started)
    {
        try
        {
            process = Process.Start(info)!;
        }
        catch (Win32Exception absent)
        {
            started.SetException(absent);
            return;
        }
        started.SetResult();
        process.WaitForExit();
        exited.SetResult(process.ExitCode);
    }

    private static int? Child(int parent)
    {
        foreach (var place in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(place), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                // `pid (name) state parent …`, and a name may hold anything.
                var fields = File.ReadAllText(Path.Combine(place, "stat"));
                if (fields[(fields.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture)) return id;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
        return null;
    }

    private static string Cure() =>
        LibC.EffectiveUser() == 0 ? "In a container: start it with --cap-add SYS_ADMIN --device /dev/fuse and, where AppArmor or seccomp forbids it, --security-opt apparmor=unconfined --security-opt seccomp=unconfined."
        : Says("/proc/sys/kernel/unprivileged_userns_clone", "0") ? "Ordinary users may not make user namespaces here. As root: sysctl kernel.unprivileged_userns_clone=1"
        : Says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") ? "AppArmor keeps ordinary users from user namespaces here. As root: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        : Says("/proc/sys/user/max_user_namespaces", "0") ? "There are no user namespaces here. As root: sysctl user.max_user_namespaces=15000"
        : "Ordinary users need user namespaces for it; run it as root, or in a container that allows them.";

    private static bool Says(string file, string value) => File.Exists(file) && File.ReadAllText(file).Trim() == value;
}
