using System.Diagnostics;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary><c>memstores config show</c> as an operator runs it.</summary>
public sealed class ConfigShowFacts : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Each_value_stands_beside_where_it_comes_from_and_secrets_are_masked()
    {
        var file = directory.File("memstores.json");
        await File.WriteAllTextAsync(file, """{"log_level": "debug", "limit": {"memory_bytes": 2048}}""");

        var (exit, output, _) = await RunAsync(
            ["--config", file, "--rate-read", "600", "--data", directory.File("data")], ("MEMSTORES_BOOTSTRAP_KEY", "very-secret-key-0123456789"), ("MEMSTORES_LISTEN", "http://127.0.0.1:9"));

        Assert.Equal(0, exit);
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(row => row[0], row => row[1..]);
        Assert.Equal(["debug", file], rows["log-level"]);
        Assert.Equal(["memory_bytes=2048", file], rows["limit"]);
        Assert.Equal(["600", "--rate-read"], rows["rate-read"]);
        Assert.Equal(["http://127.0.0.1:9", "MEMSTORES_LISTEN"], rows["listen"]);
        Assert.Equal(["-", "default"], rows["tls-cert"]);
        Assert.Equal(["very…", "MEMSTORES_BOOTSTRAP_KEY"], rows["bootstrap-key"]);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(directory.File("data")));
    }

    [Fact]
    public async Task What_serve_would_refuse_is_refused_in_one_line()
    {
        var (exit, output, error) = await RunAsync(["--listen", "http://0.0.0.0:1"]);

        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("--insecure-http", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(ServerProcess.Program, ["config", "show", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
