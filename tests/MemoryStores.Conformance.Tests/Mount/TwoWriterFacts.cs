namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>A program in the mount and somebody elsewhere change the same thing at once: nobody's bytes vanish.</summary>
public sealed class TwoWriterFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    private const string Lines = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

    [Fact]
    public async Task An_append_held_open_and_400_lines_from_elsewhere_are_all_there()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("log", "");
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("fd = os.open('log', os.O_WRONLY | os.O_APPEND)");
        for (var i = 0; i < 400; i += 10)
        {
            await place.AppendElsewhereAsync(memory, [.. Enumerable.Range(i, 10).Select(line => $"theirs {line}\n")]);
            await program.DoAsync($"os.write(fd, b'mine {i}\\n')");
        }
        await program.DoAsync("os.close(fd)");
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        var lines = await File.ReadAllLinesAsync(place.File("log"));
        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"theirs {i}"), lines.Where(line => line.StartsWith("theirs", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"mine {i * 10}"), lines.Where(line => line.StartsWith("mine", StringComparison.Ordinal)));
        Assert.Equal(440, lines.Length);
    }

    [Fact]
    public async Task Appends_through_two_mounts_at_once_are_all_there()
    {
        var store = await mounts.NewStoreAsync();
        var (one, other) = ((await mounts.MountAsync(store)).Root, (await mounts.MountAsync(store)).Root);
        await one.ShAsync("> log");
        await Eventually.HoldsAsync(() => File.Exists(other.File("log")), () => "the other mount does not show it");
        await Task.WhenAll(new[] { (one, "one"), (other, "other") }.Select(pair => pair.Item1.PythonAsync($"""
            for i in range(60):
                write('log', '{pair.Item2} ' + str(i) + '\n', os.O_WRONLY | os.O_APPEND)
                time.sleep(0.005)
            """)));
        foreach (var place in new[] { one, other }) Assert.True((await place.Mount.DrainAsync()).Clean);
        foreach (var place in new[] { one, other })
        {
            await place.CatchUpAsync();
            var lines = await File.ReadAllLinesAsync(place.File("log"));
            Assert.Equal(120, lines.Distinct().Count());
            Assert.Equal(120, lines.Length);
        }
    }

    [Fact]
    public async Task What_is_done_in_one_mount_is_shown_by_the_other()
    {
        var store = await mounts.NewStoreAsync();
        var (one, other) = ((await mounts.MountAsync(store)).Root, (await mounts.MountAsync(store)).Root);
        Assert.False(File.Exists(other.File("f")));
        await one.ShAsync("echo 1 > f; mkdir d; echo 2 > d/g");
        await Eventually.HoldsAsync(() => File.Exists(other.File("d/g")), () => "not shown");
        await other.ShAsync("cat f d/g; sed -i s/1/one/ f");
        await Eventually.EqualAsync("one\n", () => File.ReadAllText(one.File("f")));
        await one.ShAsync("mv d e; rm f");
        await Eventually.HoldsAsync(() => File.Exists(other.File("e/g")) && !Directory.Exists(other.File("d")) && !File.Exists(other.File("f")), () => "not moved");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => (i % 2 == 0 ? one : other).ShAsync($"for n in {{1..25}}; do echo $n > {i}-$n; done")));
        foreach (var place in new[] { one, other }) Assert.True((await place.Mount.DrainAsync()).Clean);
        foreach (var place in new[] { one, other }) await place.CatchUpAsync();
        Assert.Equal(101, Directory.GetFiles(one.Directory, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Changes_of_different_lines_are_both_in_the_head()
    {
        var place = (await mounts.MountAsync()).Place("d");
        var memory = await place.CreateElsewhereAsync("f", Lines);
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("f = open('f', 'r+'); f.seek(2); f.write('B'); f.flush()");
        await place.WriteElsewhereAsync(memory, Lines.Replace('8', 'H'));
        await program.DoAsync("f.close()");
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal(Lines.Replace('8', 'H').Replace('2', 'B'), await place.ReadAsync("f"));
        Assert.Equal([memory.Id], (await place.MemoriesAsync()).Values.Select(now => now.Id));
        Assert.Equal(0, (await place.Mount.StatusAsync()).Conflicts);
    }

    [Fact]
    public async Task Of_two_changes_of_one_line_the_later_is_the_head_and_the_earlier_stays_a_version()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        var memory = await place.CreateElsewhereAsync("f", Lines);
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("f = open('f', 'r+'); f.seek(2); f.write('M'); f.flush()");
        await place.WriteElsewhereAsync(memory, Lines.Replace('2', 'T'));
        await program.DoAsync("f.close()");
        Assert.True((await mount.DrainAsync()).Clean);
        await place.AssertVersionsAsync($"a created f by another: {Lines}", $"a modified f by another: {Lines.Replace('2', 'T')}", $"a modified f: {Lines.Replace('2', 'M')}");
        Assert.Equal(1, (await mount.StatusAsync()).Conflicts);
        var versions = await place.HistoryAsync();
        var logged = await mount.VerbAsync("log", mount.Store.Id, "--conflicts");
        Assert.Contains(versions[1].Id, logged.Text, StringComparison.Ordinal);
        Assert.Contains(versions[2].Id, logged.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'line ' + sys.argv[1] + ' ' + str(i)")]
    [InlineData("'the same line'")]
    public async Task Racing_appends_lose_and_double_nothing(string line)
    {
        var store = await mounts.NewStoreAsync();
        var (one, other) = ((await mounts.MountAsync(store)).Root, (await mounts.MountAsync(store)).Root);
        await one.ShAsync("> log");
        await Eventually.HoldsAsync(() => File.Exists(other.File("log")), () => "the other mount does not show it");
        var program = $"""
            sys.argv.append(os.getcwd()[-1])
            for i in range(400): write('log', {line} + '\n', os.O_WRONLY | os.O_APPEND)
            """;
        await Task.WhenAll(one.PythonAsync(program), other.PythonAsync(program));
        foreach (var place in new[] { one, other }) Assert.True((await place.Mount.DrainAsync()).Clean);
        await one.CatchUpAsync();
        await other.CatchUpAsync();
        foreach (var place in new[] { one, other }) Assert.Equal(800, (await File.ReadAllLinesAsync(place.File("log"))).Length);
        Assert.Equal(0, (await one.Mount.StatusAsync()).Conflicts + (await other.Mount.StatusAsync()).Conflicts);
    }

    [Fact]
    public async Task A_mapping_with_unwritten_pages_and_a_change_from_elsewhere_are_both_in_the_head()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", Lines);
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("fd = os.open('f', os.O_RDWR); m = mmap.mmap(fd, 0); m[2:3] = b'B'");
        await place.WriteElsewhereAsync(memory, Lines.Replace('8', 'H') + "10\n");
        await Eventually.HoldsAsync(async () => (await mounts.Api.Memories.GetAsync(place.Mount.Store.Id, memory.Id)).Value.ContentSizeBytes == 21 && (await place.Mount.StatusAsync()).Seq >= (await HeadAsync(place)), () => "the hint did not come");
        Assert.Equal("b'B'", await program.DoAsync("print(m[2:3]); m.flush(); m.close(); os.close(fd)"));
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal(Lines.Replace('8', 'H').Replace('2', 'B') + "10\n", await place.ReadAsync("f"));
    }

    [Fact]
    public async Task A_reader_sees_new_content_and_a_writer_when_he_has_closed()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", "old");
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("fd = os.open('f', os.O_RDWR)");
        await place.WriteElsewhereAsync(memory, "new and longer");
        await Eventually.HoldsAsync(async () => (await place.Mount.StatusAsync()).Seq >= await HeadAsync(place), () => "the hint did not come");
        await program.DoAsync("os.close(fd)");
        await place.CatchUpAsync();
        Assert.Equal("new and longer", await place.ReadAsync("f"));
        await place.AssertVersionsAsync("a created f by another: old", "a modified f by another: new and longer");
    }

    [Fact]
    public async Task An_edit_follows_a_memory_that_was_moved_meanwhile()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", Lines);
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("f = open('f', 'r+'); f.seek(2); f.write('B'); f.flush()");
        await place.MoveElsewhereAsync(memory, "sub/g");
        await program.DoAsync("f.close()");
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal(["sub/g"], (await place.MemoriesAsync()).Keys);
        Assert.Equal((Lines.Replace('2', 'B'), memory.Id), (await place.ReadAsync("sub/g"), (await place.MemoriesAsync())["sub/g"].Id));
    }

    [Fact]
    public async Task A_rename_here_and_an_edit_elsewhere_are_both_done()
    {
        var store = await mounts.NewStoreAsync();
        var place = (await mounts.MountAsync(store)).Place("d");
        var memory = await place.CreateElsewhereAsync("f", "old");
        await place.CatchUpAsync();
        await Task.WhenAll(place.ShAsync("mv f g"), place.WriteElsewhereAsync(memory, "new"));
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal((memory.Id, "new"), ((await place.MemoriesAsync())["g"].Id, await place.ReadAsync("g")));
    }

    [Fact]
    public async Task A_rename_and_an_edit_here_and_an_edit_elsewhere_are_all_in_the_head()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", Lines);
        await place.CatchUpAsync();
        await Task.WhenAll(place.PythonAsync("os.rename('f', 'g'); f = open('g', 'r+'); f.seek(2); f.write('B'); f.close()"), place.WriteElsewhereAsync(memory, Lines.Replace('8', 'H')));
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal((memory.Id, Lines.Replace('8', 'H').Replace('2', 'B')), ((await place.MemoriesAsync())["g"].Id, await place.ReadAsync("g")));
    }

    [Fact]
    public async Task A_directory_moved_here_while_it_is_edited_elsewhere_shows_the_edits()
    {
        var place = await mounts.PlaceAsync();
        var memories = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => place.CreateElsewhereAsync($"old/{i}", $"{i}")));
        await place.CatchUpAsync();
        await Task.WhenAll(memories.Select(memory => place.WriteElsewhereAsync(memory, "edited")).Append<Task>(place.ShAsync("mv old new")));
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        var after = await place.MemoriesAsync();
        Assert.Equal(memories.Select((memory, i) => ($"new/{i}", memory.Id, "edited")), after.Select(pair => (pair.Key, pair.Value.Id, pair.Value.Content!.ToString())));
    }

    [Fact]
    public async Task A_memory_deleted_elsewhere_while_it_is_written_is_made_again()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", "old");
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("f = open('f', 'w'); f.write('mine'); f.flush()");
        await place.DeleteElsewhereAsync(memory);
        await Eventually.HoldsAsync(async () => (await place.Mount.StatusAsync()).Seq >= await HeadAsync(place), () => "the hint did not come");
        await program.DoAsync("f.close()");
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.AssertVersionsAsync("a created f by another: old", "a deleted f by another", "b created f: mine");
    }

    [Fact]
    public async Task A_memory_deleted_here_while_it_is_written_elsewhere_comes_back()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        var memory = await place.CreateElsewhereAsync("f", "old");
        await place.CatchUpAsync();
        await Task.WhenAll(place.ShAsync("rm f"), WriteIfThereAsync(place, memory));
        await mount.DrainAsync();
        await place.CatchUpAsync();
        // Whichever was first: a deletion that had not seen the edit does not take it away.
        var versions = await place.VersionsAsync();
        Assert.Contains(string.Join(' ', versions.Skip(1)), new[] { "a deleted f", "a modified f by another: new", "a modified f by another: new a deleted f" });
    }

    [Fact]
    public async Task Two_who_make_one_path_have_both_contents_in_one_memory()
    {
        var place = await mounts.PlaceAsync();
        await using var program = place.StartPython();
        await program.DoAsync("f = open('f', 'w'); f.write('mine\\n'); f.flush()");
        var theirs = await place.CreateElsewhereAsync("f", "theirs\n");
        await program.DoAsync("f.close()");
        Assert.True((await place.Mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal(theirs.Id, (await place.MemoriesAsync())["f"].Id);
        Assert.Equal(["mine", "theirs"], (await File.ReadAllLinesAsync(place.File("f"))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_path_made_here_below_a_memory_made_elsewhere_is_a_draft_until_there_is_room()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        await using var program = place.StartPython();
        await program.DoAsync("os.mkdir('x'); f = open('x/y', 'w'); f.write('mine'); f.flush()");
        var above = await place.CreateElsewhereAsync("x", "in the way");
        await program.DoAsync("f.close()");
        var drained = await mount.DrainAsync();
        Assert.Equal((0, 1), (drained.Pending, drained.Drafts));
        Assert.Contains(drained.Problems, problem => problem.Contains("/d/x/y is not saved", StringComparison.Ordinal));
        Assert.Equal("mine", await place.ReadAsync("x/y"));
        await place.DeleteElsewhereAsync(above);
        await place.ShAsync("echo now > x/y");
        Assert.True((await mount.DrainAsync()).Clean);
        await place.CatchUpAsync();
        Assert.Equal("now\n", (await place.MemoriesAsync())["x/y"].Content!.ToString());
    }

    private static async Task WriteIfThereAsync(Place place, Contract.Wire.MemoryBody memory)
    {
        try
        {
            await place.WriteElsewhereAsync(memory, "new");
        }
        catch (Client.ApiException gone) when (gone.Status == 404)
        {
            // Deleted first.
        }
    }

    private async Task<long> HeadAsync(Place place) => (await mounts.Api.Changes.PollAsync(place.Mount.Store.Id, null, TimeSpan.Zero)).Value.HeadSeq;
}
