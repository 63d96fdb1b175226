using System.Diagnostics;
using MemoryStores.Testing;

namespace MemoryStores.Sdk.Tests;

/// <summary>
/// The samples against the real program: what they print is in samples/expected.txt. The TypeScript one is run by
/// tests/sdk-typescript; that in Python is replayed from bytes (PythonSdkFacts of the conformance tests).
/// </summary>
public sealed class SampleFacts
{
    internal static readonly string Samples = Path.Combine(FindRoot(), "samples");

    /// <summary>The samples in C# are built with these tests, and so in the configuration they were built in.</summary>
    internal static readonly string Configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;

    [Fact]
    public Task The_CSharp_sample_tells_its_story() => TellsItsStory(
        Path.Combine(Samples, "csharp/bin", Configuration, "net10.0/MemoryStores.Samples"));

    [NeedsFact("curl", "jq")]
    public Task The_curl_sample_tells_its_story() => TellsItsStory(Path.Combine(Samples, "curl/memory.sh"));

    private static async Task TellsItsStory(string sample)
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(directory.File("data"));
        var command = new ProcessStartInfo(sample) { RedirectStandardOutput = true, RedirectStandardError = true };
        command.Environment["MEMSTORES_URL"] = server.Url.ToString().TrimEnd('/');
        command.Environment["MEMSTORES_API_KEY"] = ServerProcess.Key;
        using var process = Process.Start(command)!;
        var (output, complaints) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.Equal("", await complaints);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Samples, "expected.txt")), await output);
        Assert.Equal(0, process.ExitCode);
        using var client = server.Client();
        Assert.Equal("{\"data\":[],\"next_page\":null}", await client.GetStringAsync("/v1/memory_stores"));
    }

    private static string FindRoot()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "MemoryStores.sln"))) root = Path.GetDirectoryName(root)!;
        return root;
    }

    /// <summary>A fact that is skipped, and says why, where a program it runs is not installed.</summary>
    private sealed class NeedsFactAttribute : FactAttribute
    {
        public NeedsFactAttribute(params string[] programs)
        {
            var places = Environment.GetEnvironmentVariable("PATH")!.Split(':');
            var missing = programs.Where(program => !places.Any(place => File.Exists(Path.Combine(place, program)))).ToList();
            if (missing.Count > 0) Skip = $"{string.Join(" and ", missing)} not installed";
        }
    }
}
