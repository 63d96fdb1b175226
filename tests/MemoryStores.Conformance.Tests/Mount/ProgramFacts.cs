using MemoryStores.Contract;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>What programs do to files through the system's own calls, and what becomes of it in the store.</summary>
public sealed class ProgramFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task Write_text_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("pathlib.Path('f').write_text('one'); pathlib.Path('f').write_text('two')");
        await place.AssertVersionsAsync("a created f: one", "a modified f: two");
    }

    [Fact]
    public async Task An_atomic_save_with_fsync_is_one_version_which_the_server_has_when_it_is_done()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            write('f', 'one', sync=True)
            write('f.tmp', 'two', sync=True)
            os.replace('f.tmp', 'f')
            directory = os.open('.', os.O_RDONLY); os.fsync(directory); os.close(directory)
            """);
        Assert.Equal(["a created f: one", "a modified f: two"], await place.VersionsAsync());
        await place.AssertVersionsAsync("a created f: one", "a modified f: two");
    }

    [Fact]
    public async Task A_save_by_a_temporary_file_of_any_name_is_a_version_of_the_target()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo one > f");
        await place.Mount.DrainAsync();
        await place.PythonAsync("""
            fd, name = tempfile.mkstemp(dir='.')
            os.write(fd, b'two\n'); os.close(fd)
            os.rename(name, 'f')
            """);
        await place.AssertVersionsAsync("a created f: one\n", "a modified f: two\n");
    }

    [Fact]
    public async Task A_mapping_that_is_written_to_is_one_version()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            write('f', 'hello world')
            fd = os.open('f', os.O_RDWR)
            m = mmap.mmap(fd, 0); m[0:5] = b'HELLO'; m.flush(); m[6:11] = b'WORLD'; m.close(); os.close(fd)
            """);
        await place.Mount.DrainAsync();
        Assert.Equal("a modified f: HELLO WORLD", (await place.VersionsAsync())[^1]);
        Assert.Equal("HELLO WORLD", await place.ReadAsync("f"));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_mapping_that_outlives_its_descriptor_is_saved()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            write('f', 'hello world')
            fd = os.open('f', os.O_RDWR)
            m = mmap.mmap(fd, 0); os.close(fd)
            m[0:5] = b'HELLO'; m.flush(); m.close()
            """);
        await place.AssertVersionsAsync("a created f: hello world", "a modified f: HELLO world");
    }

    [Fact]
    public async Task A_removed_file_lives_on_for_who_has_it_open_and_is_never_saved_again()
    {
        var place = await mounts.PlaceAsync();
        var said = await place.PythonAsync("""
            write('f', 'one')
            fd = os.open('f', os.O_RDWR)
            os.unlink('f')
            os.write(fd, b'TWO and more'); os.fsync(fd)
            print(os.pread(fd, 100, 0).decode(), os.fstat(fd).st_nlink, os.path.exists('f')); os.close(fd)
            """);
        Assert.Equal("TWO and more 0 False", said);
        await place.AssertVersionsAsync("a created f: one", "a deleted f");
    }

    [Fact]
    public async Task A_file_made_and_removed_while_open_leaves_no_trace()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            fd = os.open('f', os.O_RDWR | os.O_CREAT); os.write(fd, b'secret'); os.unlink('f'); os.write(fd, b'more'); os.close(fd)
            """);
        await place.AssertVersionsAsync();
    }

    [Fact]
    public async Task A_replaced_file_lives_on_for_who_has_it_open()
    {
        var place = await mounts.PlaceAsync();
        var said = await place.PythonAsync("""
            write('f', 'old'); write('g', 'new')
            fd = os.open('f', os.O_RDWR)
            os.rename('g', 'f')
            os.pwrite(fd, b'OLD', 0)
            print(os.pread(fd, 100, 0).decode(), read('f'), os.fstat(fd).st_ino != os.stat('f').st_ino); os.close(fd)
            """);
        Assert.Equal("OLD new True", said);
        await place.Mount.DrainAsync();
        Assert.Equal(["a created f: old", "a modified f: new", "b created g: new", "b deleted g"], (await place.VersionsAsync()).Order(StringComparer.Ordinal));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Appends_of_four_processes_are_all_there_and_none_is_torn()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            import multiprocessing
            def work(n):
                fd = os.open('f', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                for i in range(100): os.write(fd, f'process {n} line {i}\n'.encode())
                os.close(fd)
            all = [multiprocessing.Process(target=work, args=(n,)) for n in range(4)]
            [p.start() for p in all]; [p.join() for p in all]
            """);
        await place.Mount.DrainAsync();
        Assert.Equal(
            Enumerable.Range(0, 4).SelectMany(n => Enumerable.Range(0, 100).Select(i => $"process {n} line {i}")).Order(StringComparer.Ordinal),
            (await File.ReadAllLinesAsync(place.File("f"))).Order(StringComparer.Ordinal));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_listing_neither_misses_nor_repeats_while_its_entries_are_removed()
    {
        var place = await mounts.PlaceAsync();
        var said = await place.PythonAsync("""
            for i in range(1000): write(f'{i:04}', 'x')
            seen = []
            for entry in os.scandir('.'):
                seen.append(entry.name); os.unlink(entry.name)
            print(len(seen), len(set(seen)), os.listdir('.'))
            """);
        Assert.Equal("1000 1000 []", said);
        await place.Mount.DrainAsync();
        Assert.Empty(await place.MemoriesAsync());
    }

    [Fact]
    public async Task A_listing_neither_misses_nor_repeats_while_others_come_and_go()
    {
        var place = await mounts.PlaceAsync();
        var said = await place.PythonAsync("""
            for i in range(600): write(f'stays {i:04}', 'x'); write(f'goes {i:04}', 'x')
            seen = []
            for n, entry in enumerate(os.scandir('.')):
                seen.append(entry.name)
                if n < 600:
                    write(f'comes {n:04}', 'x')
                    if n % 2: os.unlink(f'goes {599 - n // 2:04}')
            print(len(seen) == len(set(seen)), sum(name.startswith('stays') for name in seen))
            """);
        Assert.Equal("True 600", said);
        await place.Mount.DrainAsync();
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_directory_is_moved_by_one_commit_and_its_memories_keep_their_ids()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("mkdir -p old/deep; echo 1 > old/a; echo 2 > old/deep/b");
        await place.Mount.DrainAsync();
        var (before, cursor) = (await place.MemoriesAsync(), await CursorAsync(place));
        await place.ShAsync("mv old new");
        await place.Mount.DrainAsync();
        var after = await place.MemoriesAsync();
        Assert.Equal([("new/a", before["old/a"].Id), ("new/deep/b", before["old/deep/b"].Id)], after.Select(pair => (pair.Key, pair.Value.Id)));
        Assert.Equal(before.Values.Select(memory => memory.Id).Order(StringComparer.Ordinal), await MembersOfOneCommitAsync(place, cursor));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_directory_is_moved_over_an_empty_one_and_not_over_another()
    {
        var place = await mounts.PlaceAsync();
        var said = await place.PythonAsync("""
            for name in 'abc': os.mkdir(name)
            write('a/f', '1'); write('b/g', '2')
            print(outcome(os.rename, 'a', 'b'), outcome(os.rename, 'a', 'a/below'), outcome(os.rename, 'a', 'b/g'), outcome(os.rename, 'b/g', 'c'), outcome(os.rename, 'a', 'c'), sorted(os.listdir('.')))
            """);
        Assert.Equal("ENOTEMPTY EINVAL ENOTDIR EISDIR OK ['b', 'c']", said);
        await place.Mount.DrainAsync();
        Assert.Equal(["b/g", "c/f"], (await place.MemoriesAsync()).Keys);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Two_files_are_exchanged_by_one_commit()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo 1 > f; echo 2 > g");
        await place.Mount.DrainAsync();
        var (before, cursor) = (await place.MemoriesAsync(), await CursorAsync(place));
        await place.PythonAsync("c('renameat2', -100, b'f', -100, b'g', 2)");
        await place.Mount.DrainAsync();
        Assert.Equal(("2\n", "1\n"), (await place.ReadAsync("f"), await place.ReadAsync("g")));
        var after = await place.MemoriesAsync();
        Assert.Equal((before["g"].Id, before["f"].Id), (after["f"].Id, after["g"].Id));
        Assert.Equal(before.Values.Select(memory => memory.Id).Order(StringComparer.Ordinal), (await MembersOfOneCommitAsync(place, cursor)).Distinct());
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Two_directories_are_exchanged()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("mkdir f g; echo 1 > f/x; echo 2 > g/x; echo 3 > g/y");
        await place.Mount.DrainAsync();
        await place.PythonAsync("c('renameat2', -100, b'f', -100, b'g', 2)");
        await place.Mount.DrainAsync();
        Assert.Equal("f/x: 2\n f/y: 3\n g/x: 1\n", string.Join(' ', (await place.MemoriesAsync()).Select(pair => $"{pair.Key}: {pair.Value.Content}")));
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Rename_without_replacing_and_with_unknown_flags()
    {
        var place = await mounts.PlaceAsync();
        var said = await place.PythonAsync("""
            write('f', '1'); write('g', '2')
            print(outcome(c, 'renameat2', -100, b'f', -100, b'g', 1), outcome(c, 'renameat2', -100, b'f', -100, b'h', 1), outcome(c, 'renameat2', -100, b'h', -100, b'i', 4), outcome(c, 'renameat2', -100, b'h', -100, b'none', 2))
            """);
        Assert.Equal("EEXIST OK EINVAL ENOENT", said);
        await place.Mount.DrainAsync();
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_plain_rename_keeps_the_memory()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("echo 1 > f");
        await place.Mount.DrainAsync();
        await place.ShAsync("mkdir d; mv f d/g; echo 2 > d/g; mv d/g f");
        await place.AssertVersionsAsync("a created f: 1\n", "a modified d/g: 1\n", "a modified d/g: 2\n", "a modified f: 2\n");
    }

    [Fact]
    public async Task Parts_of_a_file_are_written_in_place()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            write('f', 'hello world')
            with open('f', 'r+') as f: f.seek(6); f.write('W')
            with open('f', 'r+') as f: f.truncate(5)
            """);
        await place.AssertVersionsAsync("a created f: hello world", "a modified f: hello World", "a modified f: hello");
    }

    [Fact]
    public async Task A_shorter_content_leaves_nothing_of_a_longer_one()
    {
        var place = await mounts.PlaceAsync();
        Assert.Equal("b 1", await place.PythonAsync("""
            write('f', 'a' * 9000)
            write('f', 'b')
            print(read('f'), os.stat('f').st_size)
            """));
        await place.AssertVersionsAsync($"a created f: {new string('a', 9000)}", "a modified f: b");
    }

    [Fact]
    public async Task Holes_read_as_zeros_also_where_something_was_cut_off()
    {
        var place = await mounts.PlaceAsync();
        Assert.Equal("True True True", await place.PythonAsync("""
            write('f', 'x' * 5000)
            fd = os.open('f', os.O_RDWR)
            os.ftruncate(fd, 3); os.ftruncate(fd, 6000); a = os.pread(fd, 9000, 0) == b'xxx' + bytes(5997)
            os.ftruncate(fd, 2); os.pwrite(fd, b'y', 4500); b = os.pread(fd, 9000, 0) == b'xx' + bytes(4498) + b'y'
            os.posix_fallocate(fd, 0, 5000); d = os.pread(fd, 9000, 0) == b'xx' + bytes(4498) + b'y' + bytes(499)
            os.close(fd); print(a, b, d)
            """));
        await place.Mount.DrainAsync();
        Assert.Equal($"a modified f: xx{new string('\0', 4498)}y{new string('\0', 499)}", (await place.VersionsAsync())[^1]);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task A_binary_file_is_refused_at_close_and_fsync_and_kept_as_a_draft_until_it_ends()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        Assert.Equal("EILSEQ EILSEQ EILSEQ", await place.PythonAsync("""
            fd = os.open('f', os.O_WRONLY | os.O_CREAT); os.write(fd, b'\x89PNG\r\n\x1a\n\xff'); a = outcome(os.fsync, fd); b = outcome(os.close, fd)
            write('ok', 'text')
            fd = os.open('ok', os.O_WRONLY | os.O_TRUNC); os.write(fd, b'\xff\xfe'); print(a, b, outcome(os.close, fd))
            """));
        Assert.Equal("b'\\xff\\xfe'", await place.PythonAsync("print(open('ok', 'rb').read())"));
        var drained = await mount.DrainAsync();
        Assert.Equal((false, 0, 2), (drained.Clean, drained.Pending, drained.Drafts));
        Assert.Contains(drained.Problems, problem => problem.Contains("/d/f is not saved: it is not UTF-8", StringComparison.Ordinal));
        Assert.Equal(["a created ok: text"], await place.VersionsAsync());

        await place.ShAsync("rm f; echo valid > ok");
        Assert.True((await mount.DrainAsync()).Clean);
        await place.AssertVersionsAsync("a created ok: text", "a modified ok: valid\n");
    }

    [Fact]
    public async Task A_binary_file_renamed_over_a_memory_leaves_its_head_and_is_a_draft()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Place("d");
        await place.PythonAsync("""
            write('f', 'text')
            fd = os.open('f.tmp', os.O_WRONLY | os.O_CREAT); os.write(fd, b'\xff\xfe'); os.close(fd)
            os.rename('f.tmp', 'f')
            """);
        var drained = await mount.DrainAsync();
        Assert.Equal((0, 1), (drained.Pending, drained.Drafts));
        Assert.Equal(["a created f: text"], await place.VersionsAsync());
        await place.ShAsync("echo valid > f; echo other > g");
        await place.AssertVersionsAsync("a created f: text", "a modified f: valid\n", "b created g: other\n");
    }

    [Fact]
    public async Task A_character_may_be_split_over_two_writes()
    {
        var place = await mounts.PlaceAsync();
        await place.PythonAsync("""
            fd = os.open('f', os.O_WRONLY | os.O_CREAT); other = os.dup(fd)
            os.write(fd, b'\xf0\x9f'); os.close(other); os.write(fd, b'\x8f\xa0'); os.close(fd)
            """);
        await place.AssertVersionsAsync("a created f: 🏠");
    }

    /// <summary>Where the store's history ends now.</summary>
    private static async Task<string> CursorAsync(Place place) =>
        (await place.Mount.Fixture.Api.Changes.PollAsync(place.Mount.Store.Id, null, TimeSpan.Zero)).Value.Cursor;

    /// <summary>The memories changed after a cursor, all by one commit.</summary>
    private static async Task<List<string>> MembersOfOneCommitAsync(Place place, string after)
    {
        var changes = (await place.Mount.Fixture.Api.Changes.PollAsync(place.Mount.Store.Id, after, TimeSpan.Zero, Limits.ChangesPerPage)).Value.Data;
        Assert.NotNull(Assert.Single(changes.Select(change => change.CommitId).Distinct()));
        return [.. changes.Select(change => change.MemoryId!).Order(StringComparer.Ordinal)];
    }
}
