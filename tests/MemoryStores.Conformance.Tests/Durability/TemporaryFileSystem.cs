using System.Diagnostics;
using System.Globalization;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>A fact that mounts a file system, which only root may; skipped, and saying so, for others.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactAsRootAttribute : FactAttribute
{
    public FactAsRootAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "Only root may mount the small file system that this runs full.";
}

/// <summary>A small file system in memory, mounted for one test.</summary>
public sealed class TemporaryFileSystem : IDisposable
{
    private readonly string directory;

    private TemporaryFileSystem(string directory) => this.directory = directory;

    public static TemporaryFileSystem Mount(string directory, int megabytes)
    {
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0700"), "memstores-test", directory);
        return new TemporaryFileSystem(directory);
    }

    // Lazily: a process that another test starts meanwhile may hold copies of our descriptors until its exec.
    public void Dispose() => Run("umount", "--lazy", directory);

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {said}");
    }
}
