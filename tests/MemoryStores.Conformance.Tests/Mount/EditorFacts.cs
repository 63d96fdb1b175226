namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>What editors make of a memory: each save one version of the same memory, and nothing of their dances in the store.</summary>
public sealed class EditorFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    private const string Vim = "timeout 20 vim --not-a-term -u NONE -i NONE -N --cmd 'set backupskip='";

    [TheoryWith("vim")]
    [InlineData("")]
    [InlineData("set backupcopy=yes")]
    [InlineData("set backupcopy=no")]
    [InlineData("set nowritebackup")]
    [InlineData("set undofile undodir=/tmp | set noundofile")]
    public async Task Each_w_of_vim_is_one_version(string settings)
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f");
        await place.Mount.DrainAsync();
        await place.ShAsync($"{Vim} -c '{settings}' -c 'normal! GoTWO' -c w -c 'normal! GoTHREE' -c w -c 'normal! GoFOUR' -c wq f </dev/null >/dev/null 2>&1");
        await place.AssertVersionsAsync("a created f: one\n", "a modified f: one\nTWO\n", "a modified f: one\nTWO\nTHREE\n", "a modified f: one\nTWO\nTHREE\nFOUR\n");
        Assert.Equal("f", await place.ShAsync("ls -A"));
    }

    [FactWith("vim")]
    public async Task A_new_file_of_vim_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync($"{Vim} -c 'normal! ihello' -c wq f </dev/null >/dev/null 2>&1");
        await place.AssertVersionsAsync("a created f: hello\n");
        Assert.Equal("f", await place.ShAsync("ls -A"));
    }

    [FactWith("vim")]
    public async Task A_backup_that_vim_keeps_becomes_a_memory_of_its_own_when_it_was_left_alone()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f; echo one > g");
        await place.Mount.DrainAsync();
        foreach (var (name, copy) in new[] { ("f", "yes"), ("g", "no") })
        {
            await place.ShAsync($"{Vim} -c 'set backup backupcopy={copy}' -c 'normal! GoTWO' -c wq {name} </dev/null >/dev/null 2>&1");
            Assert.Equal("one\n", await place.ReadAsync(name + "~"));
        }
        await Eventually.HoldsAsync(async () => (await place.MemoriesAsync()).Count == 4, () => "the backups are no memories");
        await place.AssertVersionsAsync(
            "a created f: one\n", "b created g: one\n", "a modified f: one\nTWO\n", "b modified g: one\nTWO\n", "c created f~: one\n", "d created g~: one\n");
    }

    [Fact]
    public async Task A_backup_over_the_last_backup_is_its_next_version_and_the_memory_stays_itself()
    {
        var place = await mounts.PlaceAsync();
        await place.CreateElsewhereAsync("f", "one\n");
        await place.CreateElsewhereAsync("f~", "zero\n");
        await place.CatchUpAsync();
        await place.ShAsync("mv f f~; echo two > f");
        await place.Mount.DrainAsync();
        await place.ShAsync("mv f f~; echo three > f");
        await place.AssertVersionsAsync(
            "a created f by another: one\n", "b created f~ by another: zero\n", "b modified f~: one\n", "a modified f: two\n", "b modified f~: two\n", "a modified f: three\n");
        Assert.Equal("f\nf~", await place.ShAsync("ls -A"));
    }

    [Fact]
    public async Task A_memory_moved_over_a_backup_and_not_written_anew_is_that_ones_next_version()
    {
        var place = await mounts.PlaceAsync();
        await place.CreateElsewhereAsync("f", "one\n");
        await place.CreateElsewhereAsync("f~", "zero\n");
        await place.CatchUpAsync();
        await place.ShAsync("mv f f~");
        await place.AssertVersionsAsync("a created f by another: one\n", "b created f~ by another: zero\n", "b modified f~: one\n", "a deleted f");
    }

    [FactWith("vim")]
    public async Task Swap_files_of_vim_stay_on_this_machine()
    {
        var place = await mounts.PlaceAsync();
        var seen = mounts.Home.File("seen-by-vim");
        await place.ShAsync($"echo one > f; {Vim} -c 'normal! GoTWO' -c preserve -c 'call writefile(readdir(\".\"), \"{seen}\")' -c 'qa!' f </dev/null >/dev/null 2>&1");
        Assert.Equal([".f.swp", "f"], (await File.ReadAllLinesAsync(seen)).Order(StringComparer.Ordinal));
        Assert.Equal("f", await place.ShAsync("ls -A"));
        await place.AssertVersionsAsync("a created f: one\n");
    }

    [Fact]
    public async Task A_rename_to_a_backup_and_a_new_file_continue_the_memory()
    {
        // Emacs: backup by rename, the buffer written anew; twice, and the second time it overwrites.
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            write('f', 'one\n')
            os.rename('f', 'f~'); write('f', 'two\n', sync=True)
            write('f', 'three\n', sync=True)
            os.unlink('f~')
            """);
        await place.AssertVersionsAsync("a created f: one\n", "a modified f: two\n", "a modified f: three\n");
    }

    [Fact]
    public async Task Autosaves_and_locks_of_Emacs_leave_the_memory_alone()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            write('f', 'one\n')
            write('.#f', 'user@host.1:2')
            write('#f#', 'one\ntw', sync=True)
            write('f', 'one\ntwo\n', sync=True)
            os.unlink('#f#'); os.unlink('.#f')
            """);
        await place.Mount.DrainAsync();
        Assert.Equal(["a created f: one\n", "a modified f: one\ntwo\n"], (await place.VersionsAsync()).Where(line => line.StartsWith("a ", StringComparison.Ordinal)));
        Assert.Equal("f", await place.ShAsync("ls -A"));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task An_autosave_every_50_ms_is_a_version_each_time()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            for i in range(15):
                write('f.tmp', f'draft {i}\n', sync=True)
                os.replace('f.tmp', 'f')
                time.sleep(0.05)
            """);
        await place.AssertVersionsAsync([.. Enumerable.Range(0, 15).Select(i => $"a {(i == 0 ? "created" : "modified")} f: draft {i}\n")]);
    }

    [Fact]
    public async Task A_memory_renamed_to_a_backup_name_and_left_there_is_renamed()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f");
        await place.Mount.DrainAsync();
        await place.ShAsync("mv f f~");
        await place.AssertVersionsAsync("a created f: one\n", "a modified f~: one\n");
    }

    [Fact]
    public async Task A_file_left_open_is_saved_when_nobody_writes_for_a_while()
    {
        var place = await mounts.PlaceAsync();
        await using var file = new FileStream(place.File("f"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        await file.WriteAsync("first part\n"u8.ToArray());
        await file.FlushAsync();
        await Eventually.HoldsAsync(async () => (await place.VersionsAsync()).Count == 1, () => "no version");
        await file.WriteAsync("second part\n"u8.ToArray());
        await file.FlushAsync();
        file.Close();
        await place.AssertVersionsAsync("a created f: first part\n", "a modified f: first part\nsecond part\n");
    }
}
