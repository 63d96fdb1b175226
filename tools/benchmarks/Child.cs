using System.Diagnostics;

namespace MemoryStores.Benchmarks;

/// <summary>A process under measurement, told apart by its id and ended by it.</summary>
internal sealed class Child : IAsyncDisposable
{
    public const string Key = "bench-key-0123456789";

    private readonly Process process;

    public Uri Url { get; }

    /// <summary>From the start of the process to the line that says it listens.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>What of it is in memory now, and the most since <see cref="ForgetPeak"/>.</summary>
    public double ResidentMegabytes => StatusMegabytes("VmRSS:");
    public double PeakMegabytes => StatusMegabytes("VmHWM:");

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    private Child(Process process, Uri url, TimeSpan start) => (this.process, Url, StartTime) = (process, url, start);

    /// <summary>The program under test: MEMSTORES_PROGRAM, which tools/bench sets.</summary>
    public static string Program => Environment.GetEnvironmentVariable("MEMSTORES_PROGRAM")
        ?? throw new InvalidOperationException("Run this through tools/bench, which builds the program and names it in MEMSTORES_PROGRAM.");

    public static Task<Child> ServerAsync(string data, params string[] options) => StartAsync(Program,
        ["serve", "--data", data, "--listen", "http://127.0.0.1:0", "--bootstrap-key", Key, .. options]);

    public static Task<Child> BaselineAsync(params string[] arguments) => StartAsync(Environment.ProcessPath!, arguments);

    private static async Task<Child> StartAsync(string program, string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("listening on ", StringComparison.Ordinal))
                return new Child(process, new Uri(line["listening on ".Length..]), clock.Elapsed);
        }
        throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not start.");
    }

    /// <summary>How long a program takes from start to its end.</summary>
    public static async Task<TimeSpan> RunAsync(string program, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return clock.Elapsed;
    }

    public HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = Url };
        foreach (var (name, value) in Headers) client.DefaultRequestHeaders.Add(name, value);
        return client;
    }

    public static readonly IReadOnlyDictionary<string, string> Headers = new Dictionary<string, string>
    {
        ["x-api-key"] = Key,
        ["anthropic-version"] = "2023-06-01",
        ["anthropic-beta"] = "agent-memory-2026-07-22",
    };

    /// <summary>The peak begins again with what is in memory now: "5", see proc(5) at clear_refs.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{process.Id}/clear_refs", "5");

    private double StatusMegabytes(string field)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line[field.Length..^"kB".Length]) * 1_024 / 1e6;
    }

    /// <summary>SIGTERM, and its end: the next start finds all in order.</summary>
    public async Task StopAsync()
    {
        await RunAsync("kill", "-TERM", process.Id.ToString());
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
