namespace MemoryStores.Conformance.Tests.Syncing;

/// <summary>What is never done: nothing is deleted by accident, overwritten unseen, or pushed where it does not belong.</summary>
public sealed class KeepingFacts(SyncFixture syncs) : IClassFixture<SyncFixture>
{
    [Theory]
    [InlineData("rm -r ./*")]
    [InlineData("rm f1 f2 f3 f4 f5")]
    public async Task Too_many_deletions_at_once_are_held_and_everything_else_goes_on(string accident)
    {
        var place = await FilledAsync(12);
        await place.ShAsync($"{accident}; echo new > new; rm new; echo other > g");
        await place.CreateElsewhereAsync("/there", "there\n");
        var said = await place.OnceAsync(4);
        Assert.Contains("files are gone at once, so none of them is deleted in the store; bring them back with --restore, or delete them in the store too with --allow-mass-delete", said, StringComparison.Ordinal);
        Assert.Equal(14, (await place.MemoriesAsync()).Count);
        Assert.Equal("there\n", place.Read("there"));
        await place.OnceAsync(0, "--restore");
        Assert.Equal(14, place.Files().Count);
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task Files_removed_a_moment_ago_come_back_with_restore_however_few()
    {
        var place = await FilledAsync(9);
        await place.ShAsync("rm f1 f2");
        await place.OnceAsync(0, "--restore");
        Assert.Equal(9, place.Files().Count);
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task With_permission_all_is_deleted()
    {
        var place = await FilledAsync(12);
        await place.ShAsync("rm ./*");
        await place.OnceAsync(0, "--allow-mass-delete");
        Assert.Empty(await place.MemoriesAsync());
    }

    [Fact]
    public async Task A_few_deletions_are_meant()
    {
        var place = await FilledAsync(4);
        await place.ShAsync("rm f1 f2 f3");
        await place.OnceAsync();
        Assert.Equal(["/f4"], (await place.MemoriesAsync()).Keys);
        await place.ShAsync("rm f4");
        await place.OnceAsync();
        Assert.Empty(await place.MemoriesAsync());
    }

    [Fact]
    public async Task A_directory_removed_file_by_file_is_held_as_well()
    {
        var place = await FilledAsync(12);
        var sync = await place.FollowAsync();
        for (var i = 1; i <= 6; i++)
        {
            File.Delete(place.File($"f{i}"));
            if (i < 5) await sync.SaysAsync($"-> deleted /f{i}");
        }
        await sync.SaysAsync("are gone at once");
        Assert.Equal(8, (await place.MemoriesAsync()).Count);
        Assert.Equal(0, await sync.StopAsync());
    }

    [Theory]
    [InlineData("rm -rf \"$D\"", "is not there")]
    [InlineData("rm -rf \"$D\"; mkdir \"$D\"", "has lost its marker")]
    public async Task A_directory_that_is_gone_or_another_deletes_nothing(string accident, string why)
    {
        var place = await FilledAsync(3);
        await place.ShAsync($"D=$PWD; cd /; {accident}");
        var said = await place.OnceAsync(4);
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Contains("--restore", said, StringComparison.Ordinal);
        Assert.Equal(3, (await place.MemoriesAsync()).Count);
        await place.OnceAsync(0, "--restore");
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task A_directory_moved_away_while_it_is_followed_is_waited_for()
    {
        var place = await FilledAsync(3);
        var sync = await place.FollowAsync();
        Directory.Move(place.Directory, place.Directory + ".away");
        Directory.CreateDirectory(place.Directory);
        await place.CreateElsewhereAsync("/there", "there\n");
        await sync.SaysAsync("has lost its marker");
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Directory));
        Directory.Delete(place.Directory);
        Directory.Move(place.Directory + ".away", place.Directory);
        await place.EventuallyInStepAsync();
        Assert.Equal(4, (await place.MemoriesAsync()).Count);
    }

    [Fact]
    public async Task A_directory_of_another_store_or_server_is_refused_by_name()
    {
        var place = await FilledAsync(1);
        var other = place with { Store = await syncs.NewStoreAsync() };
        var said = await other.OnceAsync(1);
        Assert.Contains($"belongs to store {place.Store.Id} of", said, StringComparison.Ordinal);
        Assert.Contains($"not to store {other.Store.Id}", said, StringComparison.Ordinal);
        await place.ShAsync("sed -i 's/^server .*/server http:\\/\\/elsewhere:1/' .anthropic-memory-store");
        Assert.Contains("of http://elsewhere:1, not of", await place.OnceAsync(1), StringComparison.Ordinal);
        await place.ShAsync("sed -i 3d .anthropic-memory-store"); // as the official worker writes it
        await place.OnceAsync();
        File.WriteAllText(place.File(".anthropic-memory-store"), "something else");
        Assert.Contains("says nothing that a sync understands", await place.OnceAsync(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_sync_of_a_directory_is_refused_with_the_process_of_the_first()
    {
        var place = await FilledAsync(1);
        await using var sync = await place.FollowAsync();
        Assert.Contains("is being synced already, by process ", await place.OnceAsync(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_what_a_run_then_does_and_changes_nothing()
    {
        var place = await FilledAsync(5);
        await place.WriteElsewhereAsync("/f1", "theirs\n");
        await place.WriteElsewhereAsync("/f2", "theirs\n");
        await place.DeleteElsewhereAsync("/f3");
        await place.MoveElsewhereAsync("/f4", "/d/f4");
        await place.ShAsync("echo ours > f2; echo new > n; mv f5 m");
        string Everything() => Print(place.Directory) + Print(place.StateHome);
        string Print(string directory) => string.Join('\n', Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O} {(file.EndsWith("/lock", StringComparison.Ordinal) ? "" : File.ReadAllText(file))}"));
        var (before, versions) = (Everything(), await place.VersionsAsync());
        string[] Changes(string said) => [.. said.Split('\n').Where(line => line is ['-' or '<', ..]).Order(StringComparer.Ordinal)];
        var said = Changes(await place.OnceAsync(0, "--dry-run"));
        Assert.Equal((before, versions.Count), (Everything(), (await place.VersionsAsync()).Count));
        Assert.Equal(6, said.Length);
        // The conflict is followed by the save that it ends in.
        Assert.Equal(said, Changes(await place.OnceAsync()).Where(line => line != "-> saved /f2"));
        var fresh = await syncs.PlaceAsync(place.Store);
        await fresh.OnceAsync(0, "--dry-run");
        Assert.Empty(Directory.EnumerateFileSystemEntries(fresh.Directory));
        Assert.False(Directory.Exists(fresh.StateHome));
    }

    [Fact]
    public async Task What_cannot_be_a_memory_stays_and_is_named()
    {
        var place = await FilledAsync(2);
        await place.ShAsync(@"printf '\xff' > binary; head -c 200000 /dev/zero | tr '\0' x > large; ln -s f1 link; mkfifo pipe; touch $'not\xffutf8'; printf '\xff' > f1; touch $'e\u0301'; mkdir -p .git; echo x > .git/config; echo x > .f2.swp");
        await place.WriteElsewhereAsync("/f1", "theirs\n");
        await place.CreateElsewhereAsync("/link", "theirs\n");
        var said = await place.OnceAsync(4);
        foreach (var name in (string[])["binary: it is not UTF-8", "large: it has 200,000 bytes, and a memory at most 102,400", "link: it is a symbolic link", "pipe: it is no regular file", "f1: it is not UTF-8", "its name is not UTF-8", "NFC"])
            Assert.Contains(name, said, StringComparison.Ordinal);
        Assert.Equal(["/f1", "/f2", "/link"], (await place.MemoriesAsync()).Keys);
        Assert.Equal([0xff], await File.ReadAllBytesAsync(place.File("f1")));
        await place.ShAsync(@"rm -rf binary large link pipe not* e* .git .f2.swp; printf 'mine\n' > f1");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.Equal("mine\n", place.Read("f1"));
    }

    [Fact]
    public async Task Nothing_is_read_or_written_through_a_symbolic_link()
    {
        var place = await FilledAsync(1);
        await place.ShAsync("mkdir ../outside-$$; echo secret > ../outside-$$/s; mkdir d; echo 1 > d/a");
        await place.OnceAsync();
        await place.ShAsync("mv d ../moved-d; ln -s $(echo ../outside-*) d");
        await place.CreateElsewhereAsync("/d/b", "theirs\n");
        Assert.Contains("symbolic link", await place.OnceAsync(4), StringComparison.Ordinal);
        Assert.Equal(["/d/a", "/d/b", "/f1"], (await place.MemoriesAsync()).Keys);
        Assert.Equal("s", await place.ShAsync("ls ../outside-*; rm -r ../outside-* ../moved-d"));
    }

    [Fact]
    public async Task A_file_and_a_directory_of_one_name_stay_both_where_they_are()
    {
        var place = await FilledAsync(1);
        await place.ShAsync("mkdir a; echo 1 > a/b; echo 2 > c");
        await place.CreateElsewhereAsync("/a", "theirs\n");
        await place.CreateElsewhereAsync("/c/d", "theirs\n");
        var said = await place.OnceAsync(4);
        Assert.Contains("/a: the directory /a is in its place", said, StringComparison.Ordinal);
        Assert.Contains("/c/d: the file /c is in its place", said, StringComparison.Ordinal);
        Assert.Equal(("1\n", "2\n"), (place.Read("a/b"), place.Read("c")));
        await place.ShAsync("mv a a2; mv c c2");
        await place.OnceAsync();
        await place.AssertInStepAsync();
        Assert.Equal(5, place.Files().Count);
    }

    [Fact]
    public async Task Read_only_nothing_goes_to_the_store_and_nothing_changed_here_is_overwritten()
    {
        var place = await FilledAsync(4);
        await place.ShAsync("echo mine > f1; echo new > n; rm f2; mv f3 moved");
        await place.WriteElsewhereAsync("/f1", "theirs\n");
        await place.WriteElsewhereAsync("/f4", "theirs\n");
        var versions = (await place.VersionsAsync()).Count;
        await place.OnceAsync(4, "--read-only");
        Assert.Equal(versions, (await place.VersionsAsync()).Count);
        Assert.Equal(new() { ["/f1"] = "mine\n", ["/f2"] = "2\n", ["/f3"] = "3\n", ["/f4"] = "theirs\n", ["/moved"] = "3\n", ["/n"] = "new\n" }, place.Files());
    }

    [Fact]
    public async Task An_archived_store_is_only_read_from()
    {
        var place = await FilledAsync(2);
        var sync = await place.FollowAsync();
        await syncs.Api.Stores.ArchiveAsync(place.Store.Id);
        await place.ShAsync("echo more >> f1");
        await sync.SaysAsync("/f1: this directory is only read from the store");
        Assert.Equal(0, await sync.StopAsync());
        Assert.Equal("1\nmore\n", place.Read("f1"));
    }

    [Fact]
    public async Task What_was_redacted_does_not_come_back_and_nothing_is_lost_here()
    {
        var place = await syncs.PlaceAsync();
        place.Write("edited", "secret\n1\n2\n");
        place.Write("deleted", "secret\n");
        await place.OnceAsync();
        foreach (var path in (string[])["/edited", "/deleted"])
        {
            var memory = await place.MemoryAsync(path);
            await place.WriteElsewhereAsync(path, "clean\n");
            if (path == "/deleted") await place.DeleteElsewhereAsync(path);
            await syncs.Api.Versions.RedactAsync(place.Store.Id, memory.MemoryVersionId);
        }
        place.Write("edited", "secret\n1\n2\nmine\n");
        var said = await place.OnceAsync(4);
        Assert.Contains("/edited: it was changed here, and the version it started from is not in the store any more", said, StringComparison.Ordinal);
        Assert.Contains("/deleted: its memory was deleted in the store, and its last version is not there any more", said, StringComparison.Ordinal);
        Assert.Equal(("secret\n1\n2\nmine\n", "secret\n"), (place.Read("edited"), place.Read("deleted")));
        Assert.Equal(new() { ["/edited"] = "clean\n" }, await place.MemoriesAsync());
    }

    [Fact]
    public async Task A_damaged_state_is_set_aside_and_nothing_is_lost()
    {
        var place = await FilledAsync(3);
        var state = Directory.EnumerateFiles(place.StateHome, "state", SearchOption.AllDirectories).Single();
        await using (var file = new FileStream(state, FileMode.Open)) file.SetLength(file.Length / 2);
        await place.ShAsync("rm f1; echo mine >> f2");
        await place.WriteElsewhereAsync("/f3", "theirs\n");
        Assert.Contains("is damaged and was set aside", await place.OnceAsync(), StringComparison.Ordinal);
        await place.AssertInStepAsync();
        Assert.Equal("1\n", place.Read("f1"));
        Assert.Contains("mine\n", place.Read("f2"), StringComparison.Ordinal);
        Assert.Contains("theirs\n", place.Read("f3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_is_its_users_alone()
    {
        var place = await FilledAsync(1);
        var ours = Directory.EnumerateFileSystemEntries(Path.Combine(place.StateHome, "memstores"), "*", SearchOption.AllDirectories);
        const UnixFileMode others = (UnixFileMode)0b111_111;
        Assert.All(ours.Where(path => !path.EndsWith("/sync", StringComparison.Ordinal)), path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others));
    }

    private async Task<SyncedPlace> FilledAsync(int files)
    {
        var place = await syncs.PlaceAsync();
        for (var i = 1; i <= files; i++) place.Write($"f{i}", $"{i}\n");
        await place.OnceAsync();
        return place;
    }
}
