using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>memory edit, with scripts as editors; a second writer is a script that writes while it has the file open.</summary>
public sealed class EditFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    [Fact]
    public async Task What_the_editor_leaves_is_saved_as_one_version_and_the_file_is_gone()
    {
        var store = await NewAsync("one\n");
        var edit = await program.EditAsync("echo two >> \"$1\"; echo \"$1\" > \"$TMPDIR/where\"; stat -c %a \"$(dirname \"$1\")\" \"$1\" > \"$TMPDIR/modes\"", store, "/e.md");
        Assert.Equal((0, ""), (edit.ExitCode, edit.Error));
        Assert.Equal("one\ntwo", await program.DoAsync("memory", "get", store, "/e.md"));
        var file = (await File.ReadAllTextAsync(program.Directory.File("where"))).Trim();
        Assert.EndsWith("/e.md", file, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
        Assert.Equal("700\n600\n", await File.ReadAllTextAsync(program.Directory.File("modes")));
        Assert.Equal(2, (await program.DoAsync("version", "list", store, "-q")).Split('\n').Length);
    }

    [Fact]
    public async Task Nothing_changed_is_no_version_and_a_new_path_begins_empty()
    {
        var store = await NewAsync("one\n");
        Assert.Equal(0, (await program.EditAsync(":", store, "/e.md")).ExitCode);
        Assert.Equal(0, (await program.EditAsync(":", store, "/new.md")).ExitCode);
        Assert.Single((await program.DoAsync("version", "list", store, "-q")).Split('\n'));
        Assert.Equal(0, (await program.EditAsync("echo made > \"$1\"", store, "/new.md")).ExitCode);
        Assert.Equal("made", await program.DoAsync("memory", "get", store, "/new.md"));
    }

    [Fact]
    public async Task A_lost_race_away_from_a_terminal_saves_nothing_and_keeps_the_text()
    {
        var store = await NewAsync("one\n");
        var edit = await program.EditAsync($"echo mine > \"$1\"; {Put(store, "theirs")}", store, "/e.md");
        Assert.Equal(4, edit.ExitCode);
        Assert.Equal("theirs", await program.DoAsync("memory", "get", store, "/e.md"));
        Assert.Equal("mine\n", await File.ReadAllTextAsync(KeptFile(edit)));
    }

    [Fact]
    public async Task Changes_of_different_lines_are_merged()
    {
        var store = await NewAsync("one\ntwo\nthree\n");
        var edit = await program.EditAsync($"sed -i s/one/ONE/ \"$1\"; {Put(store, "one\\ntwo\\nTHREE\\n")}", store, "/e.md", "--on-conflict", "merge");
        Assert.Equal(0, edit.ExitCode);
        Assert.Equal("ONE\ntwo\nTHREE", await program.DoAsync("memory", "get", store, "/e.md"));
    }

    [Fact]
    public async Task Changes_of_one_line_come_back_between_markers_and_what_is_made_of_them_is_saved()
    {
        var store = await NewAsync("one\ntwo\n");
        var edit = await program.EditAsync(
            $"if grep -q '^<<<<<<< yours' \"$1\"; then cp \"$1\" \"$TMPDIR/seen\"; echo resolved > \"$1\"; else sed -i s/two/mine/ \"$1\"; {Put(store, "one\\ntheirs\\n")}; fi",
            store, "/e.md", "--on-conflict", "merge");
        Assert.Equal(0, edit.ExitCode);
        Assert.Equal("resolved", await program.DoAsync("memory", "get", store, "/e.md"));
        Assert.Matches(@"^one\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> on the server \(memver_\w+\)\n$", await File.ReadAllTextAsync(program.Directory.File("seen")));
    }

    [Fact]
    public async Task Markers_left_in_the_text_are_not_saved()
    {
        var store = await NewAsync("one\n");
        var edit = await program.EditAsync($"grep -q '<<<<<<<' \"$1\" || {{ echo mine > \"$1\"; {Put(store, "theirs")}; }}", store, "/e.md", "--on-conflict", "merge");
        Assert.Equal(4, edit.ExitCode);
        Assert.Equal("theirs", await program.DoAsync("memory", "get", store, "/e.md"));
        Assert.Contains("mine", await File.ReadAllTextAsync(KeptFile(edit)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overwriting_and_keeping_a_copy_lose_neither_text()
    {
        var store = await NewAsync("one\n");
        Assert.Equal(0, (await program.EditAsync($"echo mine > \"$1\"; {Put(store, "theirs")}", store, "/e.md", "--on-conflict", "overwrite")).ExitCode);
        Assert.Equal("mine", await program.DoAsync("memory", "get", store, "/e.md"));
        Assert.Equal(3, (await program.DoAsync("version", "list", store, "-q")).Split('\n').Length);
        Assert.Equal(0, (await program.EditAsync($"echo copy > \"$1\"; {Put(store, "theirs")}", store, "/e.md", "--on-conflict", "copy")).ExitCode);
        Assert.Equal("theirs", await program.DoAsync("memory", "get", store, "/e.md"));
        Assert.Equal("copy", await program.DoAsync("memory", "get", store, "/e.copy-1.md"));
    }

    [Fact]
    public async Task A_memory_that_moved_meanwhile_is_saved_where_it_is()
    {
        var store = await NewAsync("one\n");
        var edit = await program.EditAsync($"echo mine > \"$1\"; '{ServerProcess.Program}' memory rename {store} /e.md /moved.md >/dev/null", store, "/e.md", "--on-conflict", "overwrite");
        Assert.Equal(0, edit.ExitCode);
        Assert.Equal("mine", await program.DoAsync("memory", "get", store, "/moved.md"));
    }

    [Fact]
    public async Task A_memory_deleted_meanwhile_is_written_anew_when_that_is_chosen()
    {
        var store = await NewAsync("one\n");
        var script = $"echo mine > \"$1\"; '{ServerProcess.Program}' memory rm {store} /e.md >/dev/null";
        Assert.Equal(4, (await program.EditAsync(script, store, "/e.md")).ExitCode);
        await program.DoAsync("memory", "put", store, "/e.md", "--content", "again");
        Assert.Equal(0, (await program.EditAsync(script, store, "/e.md", "--on-conflict", "overwrite")).ExitCode);
        Assert.Equal("mine", await program.DoAsync("memory", "get", store, "/e.md"));
    }

    [Fact]
    public async Task An_editor_that_fails_saves_nothing_and_keeps_what_it_wrote()
    {
        var store = await NewAsync("one\n");
        var failed = await program.EditAsync("echo typed > \"$1\"; exit 3", store, "/e.md");
        Assert.Equal(1, failed.ExitCode);
        Assert.Equal("typed\n", await File.ReadAllTextAsync(KeptFile(failed)));
        var tooLarge = await program.EditAsync("head -c 200000 /dev/zero | tr '\\0' x > \"$1\"", store, "/e.md");
        Assert.Equal(1, tooLarge.ExitCode);
        Assert.Equal(200_000, new FileInfo(KeptFile(tooLarge)).Length);
        var none = await ProgramRun.RunAsync(program.StartEdit("", store, "/e.md") is var start
            ? start with { Variables = new Dictionary<string, string>(start.Variables) { ["EDITOR"] = "no-such-editor" } }
            : start);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("set VISUAL or EDITOR", none.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_a_terminal_the_choice_is_asked_for()
    {
        var store = await NewAsync("one\ntwo\n");
        var start = program.StartEdit($"sed -i s/one/ONE/ \"$1\"; {Put(store, "one\\nTWO\\n")}", store, "/e.md");
        var run = await Terminal.RunAsync(start, typed: "what\nm\n");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("[m]erge, [o]verwrite, keep a [c]opy, or [a]bort?", run.Text, StringComparison.Ordinal);
        Assert.Equal("ONE\nTWO", await program.DoAsync("memory", "get", store, "/e.md"));
    }

    private async Task<string> NewAsync(string content)
    {
        var store = await program.NewStoreAsync();
        await program.DoAsync("memory", "put", store, "/e.md", "--content", content);
        return store;
    }

    private static string Put(string store, string content) => $"printf '{content}' | '{ServerProcess.Program}' memory put {store} /e.md >/dev/null";

    private static string KeptFile(ProgramRun run)
    {
        var match = System.Text.RegularExpressions.Regex.Match(run.Error, @"Your text is kept in (\S+);");
        Assert.True(match.Success, run.Error);
        return match.Groups[1].Value;
    }
}
