namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>What shells and the oldest editors make of a memory: one version for each thing a person would call a save.</summary>
public sealed class ShellFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task A_redirection_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f; echo two > f");
        await place.AssertVersionsAsync("a created f: one\n", "a modified f: two\n");
    }

    [Fact]
    public async Task An_append_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f; echo two >> f; echo three >> f");
        await place.AssertVersionsAsync("a created f: one\n", "a modified f: one\ntwo\n", "a modified f: one\ntwo\nthree\n");
    }

    [Fact]
    public async Task A_group_of_commands_with_one_redirection_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("{ echo a; /bin/echo b; (echo c); } > f; { echo d; /bin/echo e; } >> f");
        await place.AssertVersionsAsync("a created f: a\nb\nc\n", "a modified f: a\nb\nc\nd\ne\n");
    }

    [Fact]
    public async Task A_file_truncated_by_name_and_filled_at_once_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo old > f");
        await place.Mount.DrainAsync();
        await place.PythonAsync("os.truncate('f', 0); write('f', 'new', os.O_WRONLY)");
        await place.AssertVersionsAsync("a created f: old\n", "a modified f: new");
    }

    [Fact]
    public async Task A_file_emptied_and_left_empty_is_one_empty_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo old > f");
        await place.Mount.DrainAsync();
        await place.ShAsync("> f");
        await Eventually.HoldsAsync(async () => (await place.VersionsAsync()).Count == 2, () => "the empty save is no version");
        await place.AssertVersionsAsync("a created f: old\n", "a modified f: ");
    }

    [Fact]
    public async Task Touch_makes_an_empty_memory()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("touch f; truncate -s 0 g");
        await Eventually.HoldsAsync(async () => (await place.VersionsAsync()).Count == 2, () => "no versions");
        Assert.Equal(["created f: ", "created g: "], (await place.VersionsAsync()).Select(line => line[2..]).Order(StringComparer.Ordinal));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Truncating_to_a_length_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("printf 0123456789 > f; truncate -s 4 f");
        await place.AssertVersionsAsync("a created f: 0123456789", "a modified f: 0123");
    }

    [Fact]
    public async Task Sed_in_place_is_one_version_of_the_same_memory()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("printf 'a\\nb\\n' > f; sed -i s/a/A/ f; sed -i s/b/B/ f");
        await place.AssertVersionsAsync("a created f: a\nb\n", "a modified f: A\nb\n", "a modified f: A\nB\n");
    }

    [Fact]
    public async Task Sed_in_place_with_a_backup_keeps_the_memory_and_makes_another_of_the_backup()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo a > f; sed -i.bak s/a/A/ f");
        await place.Mount.DrainAsync();
        Assert.Equal("A\n", await place.ReadAsync("f"));
        Assert.Equal("a\n", await place.ReadAsync("f.bak"));
        await place.AssertShowsStoreAsync();
    }

    [FactWith("ed")]
    public async Task Each_w_of_ed_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f; printf 'a\\ntwo\\n.\\nw\\n1d\\nw\\nq\\n' | ed -s f");
        await place.AssertVersionsAsync("a created f: one\n", "a modified f: one\ntwo\n", "a modified f: two\n");
    }

    [Fact]
    public async Task Writing_the_same_bytes_again_is_no_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo same > f; echo same > f; cp f g.tmp; mv g.tmp f; touch f; chmod 600 f");
        await place.AssertVersionsAsync("a created f: same\n");
    }

    [Fact]
    public async Task Ten_saves_50_ms_apart_are_ten_versions()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("for i in {0..9}; do echo $i > f; sleep 0.05; done");
        await place.AssertVersionsAsync([.. Enumerable.Range(0, 10).Select(i => $"a {(i == 0 ? "created" : "modified")} f: {i}\n")]);
    }

    [Fact]
    public async Task Ten_appends_50_ms_apart_are_ten_versions()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("for i in {0..9}; do echo $i >> f; sleep 0.05; done");
        Assert.True((await place.Mount.DrainAsync()).Clean);
        Assert.Equal(10, (await place.VersionsAsync()).Count);
        Assert.Equal(string.Concat(Enumerable.Range(0, 10).Select(i => $"{i}\n")), await place.ReadAsync("f"));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Of_hundreds_of_saves_in_a_second_some_are_versions_and_the_last_is_the_head()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("for i in range(400): write('f', f'{i}')");
        await place.Mount.DrainAsync();
        var versions = await place.VersionsAsync();
        Assert.InRange(versions.Count, 20, 399);
        Assert.Equal("a modified f: 399", versions[^1]);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Of_hundreds_of_saves_by_rename_in_a_second_some_are_versions_and_the_last_is_the_head()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            for i in range(200):
                write('f.tmp', f'{i}')
                os.replace('f.tmp', 'f')
            """);
        await place.Mount.DrainAsync();
        var versions = await place.VersionsAsync();
        Assert.InRange(versions.Count, 20, 199);
        Assert.Equal("a modified f: 199", versions[^1]);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_file_that_becomes_a_directory_is_a_deletion_and_a_new_memory()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo file > f; rm f; mkdir f; echo below > f/x");
        await place.AssertVersionsAsync("a created f: file\n", "a deleted f", "b created f/x: below\n");
    }

    [Fact]
    public async Task A_file_that_was_saved_becomes_a_directory_and_a_file_again()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo file > f");
        await place.Mount.DrainAsync();
        await place.ShAsync("rm f; mkdir f; touch f/x; rm -r f; echo again > f");
        await place.Mount.DrainAsync();
        var versions = await place.VersionsAsync();
        Assert.Equal("a created f: file\n", versions[0]);
        Assert.Equal("a deleted f", versions[1]);
        Assert.EndsWith("created f: again\n", versions[^1], StringComparison.Ordinal);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task The_verb_drain_returns_when_what_was_written_is_a_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("for i in {1..50}; do echo $i > f$i; done");
        await place.Mount.VerbAsync("drain", place.Mount.Directory);
        Assert.Equal(50, (await place.VersionsAsync()).Count);
    }

    [Fact]
    public async Task A_scratch_file_left_lying_becomes_a_memory_after_a_while()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo left > x.tmp; echo number > 4913; echo sedentary > sedABC123; printf '\\377' > y.tmp");
        Assert.Empty(await place.VersionsAsync());
        await Eventually.HoldsAsync(async () => (await place.VersionsAsync()).Count == 3, () => "no versions");
        var status = await place.Mount.StatusAsync();
        Assert.Contains(status.Problems, problem => problem.Contains($"{place.Prefix}/y.tmp is not saved", StringComparison.Ordinal));
        File.Delete(place.File("y.tmp"));
        await place.AssertShowsStoreAsync();
    }
}
