using System.Diagnostics;
using System.Text.Json;

namespace MemoryStores.Benchmarks.Mounts;

/// <summary>A directory with something mounted on it by a process of its own.</summary>
internal sealed class MountedPlace : IAsyncDisposable
{
    private readonly Process? daemon;

    private MountedPlace(string directory, Process? daemon) => (Directory, this.daemon) = (directory, daemon);

    public string Directory { get; }

    public long ResidentBytes
    {
        get
        {
            daemon!.Refresh();
            return daemon.WorkingSet64;
        }
    }

    public static MountedPlace Tmpfs(string directory)
    {
        System.IO.Directory.CreateDirectory(directory);
        Run("mount", "-t", "tmpfs", "memstores-bench", directory);
        return new MountedPlace(directory, null);
    }

    public static async Task<MountedPlace> StoreAsync(Uri server, string store, string directory, string state, params string[] options)
    {
        System.IO.Directory.CreateDirectory(directory);
        var start = new ProcessStartInfo(Child.Program, ["mount", store, directory, .. options]) { RedirectStandardOutput = true };
        (start.Environment["MEMSTORES_URL"], start.Environment["MEMSTORES_API_KEY"]) = (server.ToString(), Child.Key);
        (start.Environment["XDG_STATE_HOME"], start.Environment["XDG_RUNTIME_DIR"]) = (state, state);
        var daemon = Process.Start(start)!;
        while (await daemon.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("mounted ", StringComparison.Ordinal)) return new MountedPlace(directory, daemon);
        }
        throw new InvalidOperationException($"{store} was not mounted at {directory}.");
    }

    /// <summary>Some other file system, over a directory; null where it is not installed.</summary>
    public static async Task<MountedPlace?> PeerAsync(string program, string source, string directory, params string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("PATH")!.Split(':').All(folder => !File.Exists(Path.Combine(folder, program)))) return null;
        System.IO.Directory.CreateDirectory(source);
        System.IO.Directory.CreateDirectory(directory);
        var daemon = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var clock = Stopwatch.StartNew();
        while (!File.ReadAllText("/proc/self/mounts").Contains($" {directory} fuse", StringComparison.Ordinal))
        {
            if (daemon.HasExited || clock.Elapsed > TimeSpan.FromSeconds(20)) throw new InvalidOperationException($"{program} did not mount {directory}.");
            await Task.Delay(20);
        }
        return new MountedPlace(directory, daemon);
    }

    /// <summary>What `memstores mounts` says of this mount.</summary>
    public static JsonElement Status(string directory, string state)
    {
        var listed = JsonDocument.Parse(Memstores(state, "mounts", "--json"));
        return listed.RootElement.GetProperty("data").EnumerateArray().First(mount => mount.GetProperty("directory").GetString() == directory);
    }

    public static void Drain(string directory, string state) => Memstores(state, "drain", directory);

    public async ValueTask DisposeAsync()
    {
        Run("umount", "--lazy", Directory);
        if (daemon is null) return;
        await daemon.WaitForExitAsync();
        daemon.Dispose();
    }

    private static string Memstores(string state, string verb, string argument)
    {
        var start = new ProcessStartInfo(Child.Program, [verb, argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_RUNTIME_DIR"] = state;
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        var complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"memstores {verb} {argument}: {complaint}");
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
    }
}
