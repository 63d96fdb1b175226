using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>Transcripts from elsewhere, through the real program into the real server.</summary>
public sealed class SessionImportFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    private string NewFile(string name, params string[] lines)
    {
        var directory = System.IO.Directory.CreateDirectory(program.Directory.File("transcripts-" + Guid.NewGuid().ToString("N"))).FullName;
        var file = Path.Combine(directory, name);
        File.WriteAllLines(file, lines);
        return file;
    }

    private static string Line(string session, int number, string? text = null) =>
        $$$$"""{"type":"{{{{(number % 2 == 0 ? "user" : "assistant")}}}}","uuid":"{{{{session}}}}-{{{{number}}}}","timestamp":"2026-11-02T08:{{{{number / 60 % 60:00}}}}:{{{{number % 60:00}}}}Z","sessionId":"{{{{session}}}}","message":{"content":"{{{{text ?? $"line {number}"}}}}"}}""";

    private async Task<JsonElement> ImportAsync(int exitCode, params string[] arguments)
    {
        var run = await program.RunAsync(["session", "import", .. arguments, "--json"]);
        Assert.True(run.ExitCode == exitCode, $"ended with {run.ExitCode}: {run.Error}");
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static string SessionOf(JsonElement report, int file = 0) => report.GetProperty("data")[file].GetProperty("sessions")[0].GetProperty("id").GetString()!;

    private static long Recorded(JsonElement report) => report.GetProperty("recorded").GetInt64();

    [Fact]
    public async Task A_transcript_imported_again_is_the_same_session_and_a_grown_one_adds_what_is_new()
    {
        var name = Guid.NewGuid().ToString();
        var file = NewFile(name + ".jsonl", Line(name, 0, "Look at the roof."), Line(name, 1));
        var first = await ImportAsync(0, file);
        Assert.Equal(2, Recorded(first));
        var again = await ImportAsync(0, file);
        Assert.Equal((0, SessionOf(first)), (Recorded(again), SessionOf(again)));
        await File.AppendAllLinesAsync(file, [Line(name, 2), Line(name, 3)]);
        var moved = Path.Combine(Path.GetDirectoryName(NewFile("other.txt"))!, name + ".jsonl");
        File.Move(file, moved);
        var grown = await ImportAsync(0, moved);
        Assert.Equal((2, SessionOf(first)), (Recorded(grown), SessionOf(grown)));
        Assert.Equal([$"{name}-0_0", $"{name}-1_0", $"{name}-2_0", $"{name}-3_0"], (await program.DoAsync("session", "events", SessionOf(first), "-q")).Split('\n'));
        var session = JsonDocument.Parse(await program.DoAsync("session", "get", SessionOf(first), "--json")).RootElement;
        Assert.Equal("Look at the roof.", session.GetProperty("title").GetString());
        Assert.Equal(("claude-code", name, name + ".jsonl"), (Note(session, "imported_from"), Note(session, "original_id"), Note(session, "file_name")));
    }

    [Fact]
    public async Task A_pipe_in_a_directory_is_not_waited_for()
    {
        var name = Guid.NewGuid().ToString();
        var file = NewFile(name + ".jsonl", Line(name, 0));
        var directory = Path.GetDirectoryName(file)!;
        using (var make = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(directory, "pipe.jsonl")])) await make.WaitForExitAsync();
        Assert.Equal(1, Recorded(await ImportAsync(0, directory).WaitAsync(TimeSpan.FromSeconds(60))));
    }

    [Fact]
    public async Task A_bad_line_refuses_the_file_whole_and_lenient_skips_it_alone()
    {
        var name = Guid.NewGuid().ToString();
        var file = NewFile("bad.jsonl", Line(name, 0), "{\"type\":\"user\",", Line(name, 2), Line(name, 3));
        var refused = await program.RunAsync("session", "import", file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"{file}: line 2 is not JSON", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--lenient", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Names(await ImportAsync(0, file, "--dry-run", "--lenient")));
        var lenient = await ImportAsync(0, file, "--lenient");
        Assert.Equal((3, 1), (Recorded(lenient), lenient.GetProperty("data")[0].GetProperty("bad_line_count").GetInt64()));
    }

    [Fact]
    public async Task Every_format_is_found_and_what_the_program_prints_goes_in_again()
    {
        var chat = NewFile("chat.json", """{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Weather?"}],"response":{"choices":[{"message":{"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"weather","arguments":"{}"}}]}}]}}""");
        var log = NewFile("log.jsonl", """{"messages":[{"role":"user","content":"Hi"}],"response":{"type":"message","role":"assistant","content":[{"type":"text","text":"Ho"}]}}""");
        var report = await ImportAsync(0, chat, log);
        Assert.Equal(["openai", "messages"], report.GetProperty("data").EnumerateArray().Select(file => file.GetProperty("format").GetString()));
        var events = NewFile("events.json", await program.DoAsync("session", "events", SessionOf(report), "--json"));
        var (agent, environment) = ($"a-{Guid.NewGuid():N}", $"e-{Guid.NewGuid():N}");
        await program.DoAsync("agent", "create", agent, "--model", "m");
        await program.DoAsync("environment", "create", environment);
        var copy = SessionOf(await ImportAsync(0, events, "--agent", agent, "--environment", environment));
        Assert.Equal(copy, await program.DoAsync("session", "list", "--agent", agent, "-q"));
        Assert.Equal(await program.DoAsync("session", "events", SessionOf(report), "--json"), await program.DoAsync("session", "events", copy, "--json"));
        Assert.Equal(0, Recorded(await ImportAsync(0, chat, "--session", SessionOf(report))));
        Assert.Equal(1, (await program.RunAsync("session", "import", NewFile("none.json", "{\"a\":1}"))).ExitCode);
        Assert.Equal(3, (await program.RunAsync("session", "import", "nowhere.jsonl")).ExitCode);
        Assert.Equal(2, (await program.RunAsync("session", "import", chat, "--format", "word")).ExitCode);
    }

    [Fact]
    public async Task Thousands_of_small_files_are_a_session_each_and_none_twice()
    {
        const int files = 2_000;
        var directory = Path.GetDirectoryName(NewFile("not a transcript.json", "{\"a\":1}"))!;
        var names = Enumerable.Range(0, files).Select(_ => Guid.NewGuid().ToString()).ToList();
        foreach (var name in names) await File.WriteAllTextAsync(Path.Combine(System.IO.Directory.CreateDirectory(Path.Combine(directory, name[..1])).FullName, name + ".jsonl"), Line(name, 0) + "\n");
        var report = await ImportAsync(0, directory);
        Assert.Equal((files, files + 1), (Recorded(report), report.GetProperty("files").GetInt32()));
        Assert.Equal(files, Names(report).Distinct().Count());
        var again = await ImportAsync(0, directory);
        Assert.Equal((0, files), (Recorded(again), Names(again).Intersect(Names(report)).Count()));
    }

    [Fact]
    public async Task Fifty_thousand_events_come_in_and_are_shown_in_bounded_memory()
    {
        const int events = 50_000;
        var name = Guid.NewGuid().ToString();
        var text = string.Concat(Enumerable.Repeat("word ", 300));
        var file = NewFile(name + ".jsonl", [.. Enumerable.Range(0, events).Select(i => Line(name, i, text))]);
        var import = await WithHeapAsync("session", "import", file, "--json");
        Assert.True(import.ExitCode == 0, import.Error);
        var report = JsonDocument.Parse(import.Output).RootElement;
        Assert.Equal(events, Recorded(report));
        var shown = await WithHeapAsync("session", "show", SessionOf(report));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.True(shown.Output.Length > events * text.Length);
    }

    /// <summary>A run whose objects must find room in 64 MiB, less than the transcript has.</summary>
    private Task<ProgramRun> WithHeapAsync(params string[] arguments)
    {
        var start = program.Start(arguments);
        return ProgramRun.RunAsync(start with { Variables = new Dictionary<string, string>(start.Variables) { ["DOTNET_GCHeapHardLimit"] = "0x4000000" } });
    }

    private static List<string> Names(JsonElement report) =>
        [.. report.GetProperty("data").EnumerateArray().SelectMany(file => file.GetProperty("sessions").EnumerateArray())
            .Select(session => session.GetProperty("id").GetString()).OfType<string>()];

    private static string? Note(JsonElement session, string key) => session.GetProperty("metadata").GetProperty(key).GetString();
}
