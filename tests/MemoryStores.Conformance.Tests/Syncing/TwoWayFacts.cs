namespace MemoryStores.Conformance.Tests.Syncing;

/// <summary>What becomes of a change on either side, or on both, each brought in step by one run.</summary>
public sealed class TwoWayFacts(SyncFixture syncs) : IClassFixture<SyncFixture>
{
    [Fact]
    public async Task A_full_directory_and_a_full_store_become_both()
    {
        var place = await syncs.PlaceAsync();
        await place.CreateElsewhereAsync("/there.md", "there\n");
        await place.CreateElsewhereAsync("/same.md", "same\n");
        await place.CreateElsewhereAsync("/both.md", "of the store\n");
        place.Write("here/a.md", "here\n");
        place.Write("same.md", "same\n");
        place.Write("both.md", "of the directory\n");
        Assert.Contains("was not synced with this store before", await place.OnceAsync(), StringComparison.Ordinal);
        Assert.Equal("of the store\nof the directory\n", place.Read("both.md"));
        Assert.Equal(["/both.md", "/here/a.md", "/same.md", "/there.md"], place.Files().Keys);
        await place.AssertInStepAsync();
        Assert.Single(await place.VersionsAsync(), line => line.Contains("/same.md", StringComparison.Ordinal));
        Assert.StartsWith("in step ", await place.OnceAsync(), StringComparison.Ordinal);
        Assert.Equal(5, (await place.VersionsAsync()).Count);
    }

    [Fact]
    public async Task What_is_done_here_is_done_there_and_a_rename_keeps_the_memory()
    {
        var place = await syncs.PlaceAsync();
        place.Write("a", "one\n");
        place.Write("b", "two\n");
        await place.OnceAsync();
        await place.ShAsync("echo more >> a; mkdir d; mv b d/b; echo three > c");
        await place.OnceAsync();
        await place.ShAsync("mv a d/a; sed -i s/one/ONE/ d/a; rm d/b");
        await place.OnceAsync();
        Assert.Equal(
            ["a created /a: one\n", "b created /b: two\n", "b modified /d/b: two\n", "a modified /a: one\nmore\n", "c created /c: three\n", "a deleted /a", "b deleted /d/b", "d created /d/a: ONE\nmore\n"],
            await place.VersionsAsync());
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task A_rename_with_an_edit_in_place_is_one_version_of_the_same_memory()
    {
        var place = await syncs.PlaceAsync();
        place.Write("a", "one\n");
        await place.OnceAsync();
        await place.ShAsync("mv a b; printf two > b");
        await place.OnceAsync();
        Assert.Equal(["a created /a: one\n", "a modified /b: two"], await place.VersionsAsync());
    }

    [Fact]
    public async Task Files_that_each_took_the_next_ones_name_keep_their_memories()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > log; echo 2 > log.1");
        await place.OnceAsync();
        await place.ShAsync("mv log.1 log.2; mv log log.1; echo 0 > log");
        await place.OnceAsync();
        Assert.Equal(
            ["a created /log: 1\n", "b created /log.1: 2\n", "b modified /log.2: 2\n", "a modified /log.1: 1\n", "c created /log: 0\n"], await place.VersionsAsync());
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task A_rename_over_another_memory_is_that_ones_next_version()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > a; echo 2 > b");
        await place.OnceAsync();
        await place.ShAsync("mv a b");
        await place.OnceAsync();
        Assert.Equal(["a created /a: 1\n", "b created /b: 2\n", "a deleted /a", "b modified /b: 1\n"], await place.VersionsAsync());
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task What_is_done_there_is_done_here()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > a; mkdir d; echo 2 > d/b; echo 3 > c; chmod 600 a");
        await place.OnceAsync();
        await place.WriteElsewhereAsync("/a", "changed\n");
        await place.MoveElsewhereAsync("/d/b", "/e/f/b");
        await place.DeleteElsewhereAsync("/c");
        await place.CreateElsewhereAsync("/new", "new\n");
        var inode = await place.ShAsync("stat -c %i d/b");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.Equal(["/a", "/e/f/b", "/new"], place.Files().Keys);
        Assert.Equal($"600 {inode}", await place.ShAsync("echo $(stat -c %a a) $(stat -c %i e/f/b)"));
        Assert.False(Directory.Exists(place.File("d")));
    }

    [Fact]
    public async Task Memories_that_changed_places_there_change_places_here()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > a; echo 2 > b");
        await place.OnceAsync();
        await place.MoveElsewhereAsync("/a", "/x");
        await place.MoveElsewhereAsync("/b", "/a");
        await place.MoveElsewhereAsync("/x", "/b");
        await place.OnceAsync();
        Assert.Equal(("2\n", "1\n"), (place.Read("a"), place.Read("b")));
        Assert.Equal(5, (await place.VersionsAsync()).Count);
    }

    [Fact]
    public async Task A_file_that_became_a_directory_there_becomes_one_here()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > a");
        await place.OnceAsync();
        await place.MoveElsewhereAsync("/a", "/x");
        await place.MoveElsewhereAsync("/x", "/a/b");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        await place.ShAsync("mv a/b t; rmdir a; mv t a");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.All(await place.VersionsAsync(), line => Assert.StartsWith("a ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_of_different_lines_are_joined_and_of_the_same_the_later_save_is_the_head()
    {
        var place = await syncs.PlaceAsync();
        place.Write("f", "1\n2\n3\n4\n5\n");
        await place.OnceAsync();
        await place.WriteElsewhereAsync("/f", "ONE\n2\n3\n4\n5\n");
        place.Write("f", "1\n2\n3\n4\nFIVE\n");
        Assert.DoesNotContain("conflict", await place.OnceAsync(), StringComparison.Ordinal);
        Assert.Equal("ONE\n2\n3\n4\nFIVE\n", place.Read("f"));
        await place.AssertInStepAsync();
        await place.WriteElsewhereAsync("/f", "1\n2\ntheirs\n4\n5\n");
        place.Write("f", "ONE\n2\nours\n4\nFIVE\n");
        Assert.Contains("<> conflict /f", await place.OnceAsync(), StringComparison.Ordinal);
        Assert.Equal("ONE\n2\nours\n4\nFIVE\n", place.Read("f"));
        await place.AssertInStepAsync();
        Assert.Equal("a modified /f: 1\n2\ntheirs\n4\n5\n", (await place.VersionsAsync())[^2]);
    }

    [Fact]
    public async Task An_edit_wins_over_a_deletion_on_the_other_side()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > here; echo 2 > there; echo 3 > gone");
        await place.OnceAsync();
        place.Write("here", "edited\n");
        await place.DeleteElsewhereAsync("/here");
        await place.WriteElsewhereAsync("/there", "edited\n");
        File.Delete(place.File("there"));
        File.Delete(place.File("gone"));
        await place.DeleteElsewhereAsync("/gone");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.Equal(new() { ["/here"] = "edited\n", ["/there"] = "edited\n" }, place.Files());
    }

    [Fact]
    public async Task A_file_renamed_here_and_written_there_has_both()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > a; echo x > b; echo y > c");
        await place.OnceAsync();
        await place.ShAsync("mv a a2; mv b b2; echo mine >> b2; mv c c2");
        await place.WriteElsewhereAsync("/a", "theirs\n");
        await place.WriteElsewhereAsync("/b", "theirs\nx\n");
        await place.MoveElsewhereAsync("/c", "/c3");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.Equal(new() { ["/a2"] = "theirs\n", ["/b2"] = "theirs\nx\nmine\n", ["/c2"] = "y\n" }, place.Files());
        Assert.Equal(3, (await place.VersionsAsync()).Select(line => line[0]).Distinct().Count());
    }

    [Fact]
    public async Task A_new_file_where_a_memory_was_moved_to_holds_both()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo theirs > a; echo x > b");
        await place.OnceAsync();
        await place.MoveElsewhereAsync("/a", "/n");
        await place.MoveElsewhereAsync("/b", "/m");
        await place.ShAsync("echo mine > n; echo mine > m; echo y >> b");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.Equal(new() { ["/b"] = "x\ny\n", ["/m"] = "x\nmine\n", ["/n"] = "theirs\nmine\n" }, place.Files());
    }

    [Fact]
    public async Task What_was_deleted_and_made_again_there_is_the_same_file_here()
    {
        var place = await syncs.PlaceAsync();
        place.Write("f", "1\n2\n3\n");
        await place.OnceAsync();
        await place.DeleteElsewhereAsync("/f");
        await place.CreateElsewhereAsync("/f", "ONE\n2\n3\n");
        place.Write("f", "1\n2\nTHREE\n");
        await place.OnceAsync();
        Assert.Equal("ONE\n2\nTHREE\n", place.Read("f"));
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task A_thousand_files_go_both_ways()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("for i in $(seq 1000); do mkdir -p d$((i % 7)); echo \"note $i\" > d$((i % 7))/$i.md; done");
        await place.OnceAsync();
        var other = await syncs.PlaceAsync(place.Store);
        await other.OnceAsync();
        Assert.Equal(1000, other.Files().Count);
        await other.ShAsync("mv d3 e; sed -i s/note/NOTE/ d4/*");
        await other.OnceAsync();
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.Equal(other.Files(), place.Files());
        Assert.Equal(1000, (await place.VersionsAsync()).Count(line => line.Contains(" created ", StringComparison.Ordinal)));
    }
}
