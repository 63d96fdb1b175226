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

    /// <summary>What the server printed before it said where it listens.</summary>
    public string Announced { get; }

    private ServerProcess(Process process, Uri url, string announced, List<string> log) =>
        (this.process, Url, Announced, this.log) = (process, url, announced, log);

    /// <summary>The program under test: MEMSTORES_PROGRAM, which tools/test sets, else the build beside these tests.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("MEMSTORES_PROGRAM") ?? FindBuilt();

    public static Task<ServerProcess> StartAsync(string data, params string[] options) =>
        LaunchAsync(Command(data, ["--bootstrap-key", Key, .. options]));

    /// <summary>A start by another command, such as strace, which is given the server's as its last arguments.</summary>
    public static Task<ServerProcess> StartUnderAsync(string[] wrapper, string data)
    {
        var command = Command(data, ["--bootstrap-key", Key]);
        string[] wrapped = [.. wrapper[1..], command.FileName, .. command.ArgumentList];
        command.FileName = wrapper[0];
        command.ArgumentList.Clear();
        foreach (var argument in wrapped) command.ArgumentList.Add(argument);
        return LaunchAsync(command);
    }

    /// <summary>A start without a key from outside: the server makes its own.</summary>
    public static Task<ServerProcess> StartWithOwnKeyAsync(string data) => LaunchAsync(Command(data, []));

    /// <summary>A server whose files cannot grow beyond a size; to its database that is a disk that fails.</summary>
    public static Task<ServerProcess> StartOnFailingDiskAsync(string data, int kibibytes)
    {
        var command = Command(data, ["--bootstrap-key", Key]);
        string[] limited = ["-c", $"trap '' XFSZ; ulimit -f {kibibytes}; exec \"$@\"", "bash", command.FileName, .. command.ArgumentList];
        command.FileName = "bash";
        command.ArgumentList.Clear();
        foreach (var argument in limited) command.ArgumentList.Add(argument);
        command.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // .NET keeps its own code in a file otherwise
        return LaunchAsync(command);
    }

    /// <summary>A start that is meant to fail: its exit code, and what it wrote to standard error.</summary>
    public static async Task<(int ExitCode, string Said)> FailToStartAsync(string data, params string[] options)
    {
        using var process = Process.Start(Command(data, ["--bootstrap-key", Key, .. options]))!;
        using var deadline = new CancellationTokenSource(StartTime);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var said = await process.StandardError.ReadToEndAsync(deadline.Token);
            await output;
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, said);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new InvalidOperationException("The server started, and was meant not to.");
        }
    }

    private static ProcessStartInfo Command(string data, string[] options)
    {
        var command = new ProcessStartInfo(Program, ["serve", "--data", data, "--listen", "http://127.0.0.1:0", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return command;
    }

    private static async Task<ServerProcess> LaunchAsync(ProcessStartInfo command)
    {
        var process = Process.Start(command)!;
        var log = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            lock (log) log.Add(line.Data);
        };
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(StartTime);
        var announced = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("listening on ", StringComparison.Ordinal))
                return new ServerProcess(process, new Uri(line["listening on ".Length..]), string.Join('\n', announced), log);
            announced.Add(line);
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
        await AskToStopAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>SIGTERM alone; what follows is seen from outside.</summary>
    public async Task AskToStopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> EndAsync()
    {
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
