namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>What another client changes appears in the mount by itself, wherever the kernel had kept what was there before.</summary>
public sealed class ArrivalFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task A_new_memory_appears_where_its_name_was_known_to_be_missing()
    {
        var place = await mounts.PlaceAsync();
        Assert.False(File.Exists(place.File("f")));
        Assert.Empty(Directory.GetFiles(place.Directory));
        await place.CreateElsewhereAsync("f", "content");
        await Eventually.HoldsAsync(() => File.Exists(place.File("f")), () => "no file");
        Assert.Equal("content", await place.ReadAsync("f"));
        await Eventually.HoldsAsync(() => Directory.GetFiles(place.Directory).Length == 1, () => "not listed");
    }

    [Fact]
    public async Task Directories_come_and_go_with_what_is_below_them()
    {
        var place = await mounts.PlaceAsync();
        Assert.False(Directory.Exists(place.File("a/b")));
        var memory = await place.CreateElsewhereAsync("a/b/c", "content");
        await Eventually.HoldsAsync(() => File.Exists(place.File("a/b/c")), () => "no file");
        await place.DeleteElsewhereAsync(memory);
        await Eventually.HoldsAsync(() => !Directory.Exists(place.File("a")), () => "the directory stays");
        Assert.Equal("", await place.ShAsync("ls -A"));
    }

    [Fact]
    public async Task New_content_is_seen_by_stat_read_and_mappings_that_were_there_before()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", "old content");
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        Assert.Equal("old content 11 b'old content'", await program.DoAsync("""
            fd = os.open('f', os.O_RDONLY); m = mmap.mmap(fd, 11, prot=mmap.PROT_READ)
            print(os.pread(fd, 100, 0).decode(), os.fstat(fd).st_size, m[:])
            """));
        await place.WriteElsewhereAsync(memory, "NEW CONTENT that is longer");
        await place.CatchUpAsync();
        Assert.Equal("NEW CONTENT that is longer 26 b'NEW CONTENT' 26", await program.DoAsync("print(os.pread(fd, 100, 0).decode(), os.fstat(fd).st_size, m[:], os.stat('f').st_size)"));
    }

    [Fact]
    public async Task Content_of_the_same_size_is_new_all_the_same()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", "aaaa");
        await place.CatchUpAsync();
        foreach (var content in new[] { "bbbb", "cccc", "dddd" })
        {
            await place.WriteElsewhereAsync(memory, content);
            await place.CatchUpAsync();
            Assert.Equal(content, await place.ShAsync("cat f"));
        }
    }

    [Fact]
    public async Task A_memory_that_moved_is_at_its_new_name_alone_and_the_same_file()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", "content");
        await place.CatchUpAsync();
        var inode = await place.ShAsync("stat -c %i f");
        Assert.False(File.Exists(place.File("sub/g")));
        await place.MoveElsewhereAsync(memory, "sub/g");
        await Eventually.HoldsAsync(() => File.Exists(place.File("sub/g")) && !File.Exists(place.File("f")), () => "not moved");
        Assert.Equal(inode, await place.ShAsync("stat -c %i sub/g"));
        await place.CatchUpAsync();
    }

    [Fact]
    public async Task A_deleted_memory_is_gone_and_lives_on_for_who_has_it_open()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("f", "content");
        await place.CreateElsewhereAsync("g", "stays");
        await place.CatchUpAsync();
        await using var open = File.OpenRead(place.File("f"));
        await place.DeleteElsewhereAsync(memory);
        await Eventually.HoldsAsync(() => !File.Exists(place.File("f")), () => "still there");
        Assert.Equal("content", new StreamReader(open).ReadToEnd());
        await place.CatchUpAsync();
    }

    [Fact]
    public async Task A_file_becomes_a_directory_and_a_file_again()
    {
        var place = await mounts.PlaceAsync();
        var file = await place.CreateElsewhereAsync("f", "file");
        await place.CatchUpAsync();
        await place.DeleteElsewhereAsync(file);
        var below = await place.CreateElsewhereAsync("f/x", "below");
        await Eventually.HoldsAsync(() => File.Exists(place.File("f/x")), () => "no directory");
        await place.CatchUpAsync();
        await place.DeleteElsewhereAsync(below);
        await place.CreateElsewhereAsync("f", "file again");
        await Eventually.HoldsAsync(() => File.Exists(place.File("f")), () => "no file");
        await place.CatchUpAsync();
    }

    [Fact]
    public async Task Two_memories_that_changed_places_show_each_other_s_content()
    {
        var place = await mounts.PlaceAsync();
        var (f, g) = (await place.CreateElsewhereAsync("f", "1"), await place.CreateElsewhereAsync("g", "2"));
        await place.CatchUpAsync();
        await place.MoveElsewhereAsync(f, "aside");
        await place.MoveElsewhereAsync(g, "f");
        await place.MoveElsewhereAsync(f, "g");
        await Eventually.HoldsAsync(async () => File.Exists(place.File("f")) && File.Exists(place.File("g")) && await place.ShAsync("cat f g 2>&1 || true") == "21", () => "not exchanged");
        await place.CatchUpAsync();
    }

    [Fact]
    public async Task A_storm_of_changes_ends_in_what_the_store_has()
    {
        var place = await mounts.PlaceAsync();
        var memories = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => place.CreateElsewhereAsync($"{i % 4}/{i}", $"{i}")));
        await Task.WhenAll(memories.Select(async (memory, i) =>
        {
            for (var round = 0; round < 5; round++) await place.WriteElsewhereAsync(memory, $"{i} round {round}");
            if (i % 3 == 0) await place.MoveElsewhereAsync(memory, $"moved/{i}");
            if (i % 5 == 0) await place.DeleteElsewhereAsync(memory);
        }));
        await place.CatchUpAsync();
    }

    [Fact]
    public async Task A_listing_under_way_neither_misses_nor_repeats_while_the_other_side_changes_the_directory()
    {
        var place = await mounts.PlaceAsync();
        await using var program = place.StartPython();
        await program.DoAsync("for i in range(500): write(f'stays {i:03}', 'x')");
        var goes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => place.CreateElsewhereAsync($"goes {i}", "x")));
        await place.Mount.DrainAsync();
        await place.CatchUpAsync();
        await program.DoAsync("listing = os.scandir('.'); seen = [next(listing).name for _ in range(10)]");
        foreach (var memory in goes) await place.DeleteElsewhereAsync(memory);
        for (var i = 0; i < 20; i++) await place.CreateElsewhereAsync($"comes {i}", "x");
        await place.CatchUpAsync();
        Assert.Equal("True 500", await program.DoAsync("seen += [entry.name for entry in listing]; print(len(seen) == len(set(seen)), sum(n.startswith('stays') for n in seen))"));
    }

    [Fact]
    public async Task Tail_follows_what_others_append()
    {
        var place = await mounts.PlaceAsync();
        var memory = await place.CreateElsewhereAsync("log", "line 0\n");
        await place.CatchUpAsync();
        var start = new System.Diagnostics.ProcessStartInfo("tail", ["-n", "+1", "-s", "0.05", "-f", place.File("log")]) { RedirectStandardOutput = true };
        using var tail = System.Diagnostics.Process.Start(start)!;
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal($"line {i}", await tail.StandardOutput.ReadLineAsync(deadline.Token));
                await place.AppendElsewhereAsync(memory, $"line {i + 1}\n");
            }
        }
        finally
        {
            tail.Kill();
        }
    }
}
