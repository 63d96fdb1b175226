using System.Text.Json;
using MemoryStores.Conformance.Tests.Mount;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Samples;

/// <summary>The samples that are scripts: their syntax, and what the hook of Claude Code does.</summary>
public sealed class ScriptFacts
{
    private static readonly string Hook = SampleFiles.Path("claude-code/import-transcript.sh");

    [TheoryWith("python3")]
    [InlineData("python/memory.py")]
    [InlineData("python/quickstart.py")]
    public async Task The_Python_samples_compile(string name)
    {
        using var directory = new TemporaryDirectory();
        var run = await ProgramRun.RunAsync(new ProgramStart("python3", "-c", "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], doraise=True)", SampleFiles.Path(name), directory.File("compiled")));
        Assert.True(run.ExitCode == 0, run.Error);
    }

    [FactWith("jq")]
    public async Task The_hook_imports_the_transcript_that_it_is_told()
    {
        using var directory = new TemporaryDirectory();
        // In the program's place one that prints what it was called with.
        Directory.CreateDirectory(directory.File("bin"));
        await File.WriteAllTextAsync(directory.File("bin/memstores"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        File.SetUnixFileMode(directory.File("bin/memstores"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var transcript = directory.File("a transcript.jsonl");
        var told = JsonSerializer.SerializeToUtf8Bytes(new { session_id = "s", transcript_path = transcript, cwd = "/", hook_event_name = "SessionEnd", reason = "exit" });

        var run = await RunAsync(directory, told);

        Assert.Equal((0, $"session\nimport\n{transcript}\n--format\nclaude-code\n", ""), (run.ExitCode, run.Text, run.Error));
        var nothing = await RunAsync(directory, "{}"u8.ToArray());
        Assert.Equal((1, "", "import-transcript: no transcript_path on standard input\n"), (nothing.ExitCode, nothing.Text, nothing.Error));
    }

    [Fact]
    public async Task The_settings_name_the_hook_that_is_there()
    {
        using var settings = JsonDocument.Parse(await File.ReadAllTextAsync(SampleFiles.Path("claude-code/settings.json")));
        var hook = settings.RootElement.GetProperty("hooks").GetProperty("SessionEnd")[0].GetProperty("hooks")[0];
        Assert.Equal("command", hook.GetProperty("type").GetString());
        Assert.EndsWith("/.claude/hooks/" + Path.GetFileName(Hook), hook.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.True(File.GetUnixFileMode(Hook).HasFlag(UnixFileMode.UserExecute));
    }

    private static Task<ProgramRun> RunAsync(TemporaryDirectory directory, byte[] told) => ProgramRun.RunAsync(new ProgramStart(Hook)
    {
        Input = told,
        Variables = new Dictionary<string, string> { ["PATH"] = directory.File("bin") + ":" + Environment.GetEnvironmentVariable("PATH") },
    });
}
