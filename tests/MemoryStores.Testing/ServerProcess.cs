using System.Diagnostics;

namespace MemoryStores.Testing;

/// <summary>
/// The real program, <c>memstores serve</c>, in a process of its own on a free port of loopback. Stopped by its process id,
/// gently or with SIGKILL, and startable again on the same data.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    public const string Key = "test-key-0123456789";
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly List<string> log = [];

    public Uri Url { get; }
    public int Id => process.Id;
    public bool HasExited => process.HasExited;
    public int ExitCode => process.ExitCode;

    /// <summary>What the server has written to standard error so far.</summary>
    public string Log
    {
        get
        {
            lock (log) return string.Join('\n', log);
        }
    }

    private ServerProcess(Process process, Uri url, List<string> log) => (this.process, Url, this.log) = (process, url, log);

    /// <summary>The program under test: MEMSTORES_PROGRAM, which tools/test sets, else the build beside these tests.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("MEMSTORES_PROGRAM") ?? FindBuilt();

    public static async Task<ServerProcess> StartAsync(string data, params string[] options)
    {
        var start = new ProcessStartInfo(Program)
        {
            ArgumentList = { "serve", "--data", data, "--listen", "http://127.0.0.1:0", "--bootstrap-key", Key },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var option in options) start.ArgumentList.Add(option);
        var process = Process.Start(start)!;
        var log = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            lock (log) log.Add(line.Data);
        };
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(StartTime);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("listening on ", StringComparison.Ordinal))
                return new ServerProcess(process, new Uri(line["listening on ".Length..]), log);
        }
        await process.WaitForExitAsync();
        lock (log) throw new InvalidOperationException($"The server did not start: {string.Join('\n', log)}");
    }

    /// <summary>A client with the headers that the official endpoints ask for.</summary>
    public HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Add("x-api-key", Key);
        client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        client.DefaultRequestHeaders.Add("anthropic-beta", "agent-memory-2026-07-22");
        return client;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }

    private static string FindBuilt()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "MemoryStores.sln"))) root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("These tests run inside the repository.");
        return new[] { "Release", "Debug" }
            .Select(configuration => Path.Combine(root, "src/MemoryStores.Server/bin", configuration, "net10.0/memstores"))
            .Prepend(Path.Combine(root, "artifacts/memstores/memstores"))
            .First(File.Exists);
    }
}
