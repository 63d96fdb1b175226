using System.Diagnostics;
using System.Globalization;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Fuse;

/// <summary>The sample samples/memory-filesystem in a process of its own, mounted on a directory of its own. Leaves neither behind.</summary>
internal sealed class MemoryFileSystemProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process process;
    private readonly Task<string> complaints;

    private MemoryFileSystemProcess(Process process, string directory) =>
        (this.process, Directory, complaints) = (process, directory, process.StandardError.ReadToEndAsync());

    // Built with these tests, and so in the configuration they were built in.
    public static string Program { get; } = Path.Combine(
        FindRoot(), "samples/memory-filesystem/bin", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!, "net10.0/memory-filesystem");

    public string Directory { get; }

    public int Id => process.Id;

    /// <summary>Mounts, and comes back when the mount can be used.</summary>
    public static async Task<MemoryFileSystemProcess> StartAsync(string directory, params string[] options)
    {
        AssertDevice();
        if (!StaleMount.Is(Path.TrimEndingDirectorySeparator(directory))) System.IO.Directory.CreateDirectory(directory);
        // Whoever started the tests in the background may have SIGINT ignored, and a program that is started so keeps it ignored.
        var started = new MemoryFileSystemProcess(
            Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", Program, directory, .. options]) { RedirectStandardOutput = true, RedirectStandardError = true })!, directory);
        using var deadline = new CancellationTokenSource(Patience);
        if (await started.process.StandardOutput.ReadLineAsync(deadline.Token) is not { } said || !said.StartsWith("mounted at ", StringComparison.Ordinal))
            throw new InvalidOperationException($"The sample did not mount: {await started.complaints}");
        return started;
    }

    /// <summary>These tests are about the kernel: without its device they fail, since skipped they would prove nothing to anybody.</summary>
    public static void AssertDevice() => Assert.True(
        File.Exists("/dev/fuse"),
        "These tests need /dev/fuse. On a machine: modprobe fuse, as root. In a container: start it with --device /dev/fuse --cap-add SYS_ADMIN.");

    /// <summary>A start that is meant to fail: what it said.</summary>
    public static async Task<string> FailToStartAsync(string directory, params string[] options)
    {
        var run = await ProgramRun.RunAsync(new ProgramStart(Program, [directory, .. options]));
        Assert.Equal(1, run.ExitCode);
        return run.Error.Trim();
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The end of the process: its exit code, and what it complained of.</summary>
    public async Task<(int ExitCode, string Said)> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await complaints);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process.Dispose();
        StaleMount.Detach(Directory);
    }

    private static string FindRoot()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "MemoryStores.sln"))) root = Path.GetDirectoryName(root)!;
        return root;
    }
}

/// <summary>A shell that works in a mount. Our own process never does: it may be the one that serves it.</summary>
internal static class Shell
{
    /// <summary>Runs a script whose first argument, "$1", is the directory; fails when one of its commands does.</summary>
    public static async Task<string> RunAsync(string script, string directory)
    {
        var run = await TryAsync(script, directory);
        Assert.True(run.ExitCode == 0, $"Exit code {run.ExitCode} of: {script}\n{run.Text}\n{run.Error}");
        return run.Text.TrimEnd('\n');
    }

    /// <summary>Lets other users into a test's directory.</summary>
    public static void Open(string directory) =>
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);

    public static Task<ProgramRun> TryAsync(string script, string directory) =>
        ProgramRun.RunAsync(new ProgramStart("bash", "-euo", "pipefail", "-c", script, "bash", directory) { Variables = new Dictionary<string, string> { ["LC_ALL"] = "C" } });
}
