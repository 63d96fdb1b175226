using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Memories;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Renames in one atomic commit: its paths are judged by its end, whatever the order of its changes.</summary>
public abstract class MoveFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task Two_memories_swap_their_paths()
    {
        var (a, b) = (await CreateAsync("/a", "was a"), await CreateAsync("/b", "was b"));

        await MoveAsync((a, "/b"), (b, "/a"));

        Assert.Equal(["/a=was b", "/b=was a"], await StateAsync());
        Assert.Equal((a.Id, b.Id), (await IdAtAsync("/b"), await IdAtAsync("/a")));
        await AssertHistoryHoldsAsync();
        await AssertCountsAsync();
    }

    [Fact]
    public async Task Three_memories_go_round()
    {
        var (a, b, c) = (await CreateAsync("/a", "was a"), await CreateAsync("/b", "was b"), await CreateAsync("/c", "was c"));

        await MoveAsync((a, "/b"), (b, "/c"), (c, "/a"));

        Assert.Equal(["/a=was c", "/b=was a", "/c=was b"], await StateAsync());
        Assert.Equal(6, (await VersionsAsync()).Count);
    }

    [Fact]
    public async Task A_chain_of_renames_comes_in_any_order()
    {
        var chance = Chance.For($"{GetType()} chain");
        var memories = new List<Memory>();
        for (var i = 0; i < 8; i++) memories.Add(await CreateAsync($"/{i}", $"content {i}"));

        for (var shift = 1; shift <= 5; shift++)
        {
            var moves = memories.Select((memory, i) => (memory, $"/{i + shift}")).ToArray();
            chance.Shuffle(moves);
            await MoveAsync(moves);
            var (expected, found) = (Enumerable.Range(0, 8).Select(i => $"/{i + shift}=content {i}").Order(Utf8Order.Comparer), await StateAsync());
            Assert.True(expected.SequenceEqual(found), $"{string.Join(", ", found)}; {Chance.Replay}");
        }
        await AssertHistoryHoldsAsync();
    }

    [Fact]
    public async Task A_directory_moves_deeper_into_itself_and_back()
    {
        var (x, y, z) = (await CreateAsync("/a/x", "x"), await CreateAsync("/a/b/y", "y"), await CreateAsync("/a/b/b/z", "z"));

        await MoveAsync((x, "/a/b/x"), (y, "/a/b/b/y"), (z, "/a/b/b/b/z"));
        Assert.Equal(["/a/b/b/b/z=z", "/a/b/b/y=y", "/a/b/x=x"], await StateAsync());

        await MoveAsync((z, "/a/b/b/z"), (x, "/a/x"), (y, "/a/b/y"));
        Assert.Equal(["/a/b/b/z=z", "/a/b/y=y", "/a/x=x"], await StateAsync());
    }

    [Fact]
    public async Task A_file_becomes_a_directory_and_a_directory_a_file()
    {
        var (file, below) = (await CreateAsync("/file", "f"), await CreateAsync("/dir/below", "d"));

        await MoveAsync((file, "/dir"), (below, "/file/below"));

        Assert.Equal(["/dir=f", "/file/below=d"], await StateAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rename_takes_a_path_that_the_same_commit_vacates_by_a_delete(bool deleteFirst)
    {
        var (old, draft) = (await CreateAsync("/a", "old"), await CreateAsync("/draft", "new"));
        Change[] changes = [new Change.Delete(new Target.ById(old.Id), Expectation.Nothing), Rename(draft.Id, "/a")];

        await CommitAsync(deleteFirst ? changes : [.. changes.Reverse()]);

        Assert.Equal(["/a=new"], await StateAsync());
        Assert.Equal(draft.Id, await IdAtAsync("/a"));
        await AssertCountsAsync();
    }

    [Fact]
    public async Task A_create_takes_a_path_that_the_same_commit_vacates_by_a_rename()
    {
        var made = await CreateAsync("/a", "old");

        await CommitAsync(new Change.Create(At("/a"), MemoryContent.Of("new")), Rename(made.Id, "/a.bak"));

        Assert.Equal(["/a=new", "/a.bak=old"], await StateAsync());
    }

    [Fact]
    public async Task A_create_below_a_memory_that_the_same_commit_deletes_is_possible()
    {
        var made = await CreateAsync("/a");

        await CommitAsync(new Change.Create(At("/a/b"), MemoryContent.Of("below")), new Change.Delete(new Target.ById(made.Id), Expectation.Nothing));

        Assert.Equal(["/a/b=below"], await StateAsync());
    }

    [Fact]
    public async Task There_and_back_is_two_versions_at_the_old_path()
    {
        var made = await CreateAsync("/a", "text");

        await CommitAsync(Rename(made.Id, "/b"), Rename(made.Id, "/a"));

        Assert.Equal(["/a=text"], await StateAsync());
        Assert.Equal(["/a", "/b", "/a"], (await VersionsAsync()).Select(version => version.Path!.Value));
    }

    [Fact]
    public async Task A_move_onto_one_that_stays_is_refused_and_names_it()
    {
        var (a, b, c) = (await CreateAsync("/a"), await CreateAsync("/b"), await CreateAsync("/c"));

        var refusal = await RefusedCommitAsync(Rename(a.Id, "/b"), Rename(b.Id, "/c"));

        Assert.Equal(1, refusal.Change);
        var conflict = Assert.IsType<Refusal.PathConflict>(refusal.Inner);
        Assert.Equal(("/c", c.Id.Value), (conflict.Path, conflict.Memory));
        Assert.Equal(["/a=text", "/b=text", "/c=text"], await StateAsync());
    }

    [Fact]
    public async Task A_move_above_many_is_refused_unless_all_of_them_leave()
    {
        var below = new List<Memory>();
        for (var i = 0; i < 5; i++) below.Add(await CreateAsync($"/dir/{i}"));
        var made = await CreateAsync("/made");

        Change[] leaving = [.. below.Select((memory, i) => Rename(memory.Id, $"/new/{i}"))];
        Assert.IsType<Refusal.PathConflict>((await RefusedCommitAsync([.. leaving[..4], Rename(made.Id, "/dir")])).Inner);
        await CommitAsync([Rename(made.Id, "/dir"), .. leaving]);
        Assert.Equal(6, (await StateAsync()).Length);
    }

    [Fact]
    public async Task Two_memories_cannot_move_to_one_path()
    {
        var (a, b) = (await CreateAsync("/a"), await CreateAsync("/b"));

        Assert.IsType<Refusal.PathConflict>((await RefusedCommitAsync(Rename(a.Id, "/c"), Rename(b.Id, "/c"))).Inner);
        Assert.IsType<Refusal.PathConflict>((await RefusedCommitAsync(Rename(a.Id, "/c/d"), Rename(b.Id, "/c"))).Inner);
        Assert.Equal(["/a=text", "/b=text"], await StateAsync());
    }

    [Fact]
    public async Task A_swap_needs_an_atomic_commit()
    {
        var (a, b) = (await CreateAsync("/a", "was a"), await CreateAsync("/b", "was b"));

        var outcome = await CommitEachAsync(Rename(a.Id, "/b"), Rename(b.Id, "/a"));

        Assert.All(outcome.Results, result => Assert.IsType<Refusal.PathConflict>(Assert.IsType<ChangeResult.Refused>(result).Why));
        Assert.Equal(["/a=was a", "/b=was b"], await StateAsync());
    }

    [Fact]
    public async Task Random_atomic_moves_end_as_a_dictionary_says_or_change_nothing()
    {
        var chance = Chance.For($"{GetType()} moves");
        string[] paths = ["/a", "/a/b", "/a/b/c", "/b", "/b/a", "/c", "/c/d", "/d", "/a.b"];
        var expected = new Dictionary<MemoryId, string>();
        foreach (var path in new[] { "/a/b/c", "/b", "/c/d", "/d" }) expected.Add((await CreateAsync(path)).Id, path);

        for (var round = 0; round < 150; round++)
        {
            var moves = expected.Keys.Where(_ => chance.Next(2) == 0).Select(memory => (memory, Path: paths[chance.Next(paths.Length)])).ToArray();
            chance.Shuffle(moves);
            if (moves.Length == 0) continue;
            var end = new Dictionary<MemoryId, string>(expected);
            foreach (var (memory, path) in moves) end[memory] = path;
            var possible = end.Values.All(path => end.Values.Count(other => other == path || other.StartsWith(path + "/", StringComparison.Ordinal)) == 1);

            var outcome = await TryCommitAsync([.. moves.Select(move => Rename(move.memory, move.Path))]);

            Assert.True(possible == outcome is Engine.Outcome<CommitOutcome>.Done, $"round {round}: {outcome}; {Chance.Replay}");
            if (possible) expected = end;
            var found = await Engine.ReadAsync(reader => reader.ListMemoriesAsync(new(Store, "/", "0", 100, false)), Never);
            Assert.True(expected.Count == found.Count && found.All(memory => expected[memory.Id] == memory.Path.Value), $"round {round}; {Chance.Replay}");
        }
    }

    private Task<CommitOutcome> MoveAsync(params (Memory Memory, string To)[] moves) =>
        CommitAsync([.. moves.Select(move => Rename(move.Memory.Id, move.To))]);

    private static Change.Update Rename(MemoryId memory, string path) => new(new Target.ById(memory), null, At(path), Expectation.Nothing);

    private async Task<MemoryId> IdAtAsync(string path) => (await Engine.ReadAsync(reader => reader.FindMemoryAtAsync(Store, path), Never))!.Id;
}
