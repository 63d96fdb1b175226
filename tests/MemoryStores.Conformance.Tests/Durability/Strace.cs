using System.ComponentModel;
using System.Diagnostics;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>A fact that needs strace to watch the server, or to make its system calls fail; skipped, and saying so, where that is not possible.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithStraceAttribute : FactAttribute
{
    private static readonly string? Obstacle = FindObstacle();

    public FactWithStraceAttribute() => Skip = Obstacle;

    private static string? FindObstacle()
    {
        try
        {
            var start = new ProcessStartInfo("strace", ["-f", "-e", "trace=none", "true"]) { RedirectStandardError = true };
            using var strace = Process.Start(start)!;
            var said = strace.StandardError.ReadToEnd();
            strace.WaitForExit();
            return strace.ExitCode == 0 ? null : $"strace may not trace here: {said.Trim()}";
        }
        catch (Win32Exception missing)
        {
            return $"strace is not here ({missing.Message}); tools/test installs it where it may.";
        }
    }
}
