using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Sections 5.7 to 5.11 of the contract: a memory's life through the official operations.</summary>
public abstract class MemoryFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_created_memory_is_found_as_it_was_made_with_one_version()
    {
        var made = await CreateAsync("/notes/häuser.md", "Dach\r\n");
        var found = await RetrieveAsync(made.Id);

        Assert.Equal("Dach\r\n", found.Content!.ToString());
        Assert.Equal(made, found with { Content = null });
        Assert.Equal(found.CreatedAt, found.UpdatedAt);
        var version = Assert.Single(await VersionsAsync());
        Assert.Equal((VersionOperation.Created, made.Head, made.Id), (version.Operation, version.Id, version.Memory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\uFEFFwith a mark\r\n ")]
    [InlineData("a\u0301 stays decomposed")]
    [InlineData("\u0001\u007F\u2028 𝄞 \uE000\uFFFF")]
    public async Task Content_comes_back_byte_for_byte(string content)
    {
        var made = await CreateAsync("/a", content);

        Assert.Equal(MemoryContent.Of(content).Utf8.ToArray(), (await RetrieveAsync(made.Id)).Content!.Utf8.ToArray());
        Assert.Equal(MemoryContent.Of(content).Digest, made.Digest);
        Assert.Equal(MemoryContent.Of(content).Size, made.Size);
    }

    [Theory]
    [InlineData("/notes", "/notes")]
    [InlineData("/notes", "/notes/todo.md")]
    [InlineData("/notes", "/notes/a/b/c")]
    [InlineData("/notes/todo.md", "/notes")]
    [InlineData("/notes/a/b/c", "/notes")]
    [InlineData("/notes/a/b/c", "/notes/a/b")]
    public async Task A_path_is_taken_by_a_memory_at_above_or_below_it(string taken, string wanted)
    {
        var occupant = await CreateAsync(taken, "same");
        var seq = (await HeadAsync()).Seq;

        var conflict = Assert.IsType<Refusal.PathConflict>((await TryCreateAsync(wanted, "same")).Why());

        Assert.Equal((taken, occupant.Id.Value), (conflict.Path, conflict.Memory));
        Assert.Equal(seq, (await HeadAsync()).Seq);
        var mover = await CreateAsync("/elsewhere");
        Assert.IsType<Refusal.PathConflict>((await TryUpdateAsync(mover.Id, "changed", wanted)).Why());
        Assert.Equal("text", (await RetrieveAsync(mover.Id)).Content!.ToString());
    }

    [Theory]
    [InlineData("/a", "/ab", "/a.md", "/a_b/x", "/a!", "/a0", "/A")]
    [InlineData("/a_b", "/axb/c", "/a_b.md")]
    [InlineData("/a%b", "/axyzb/c")]
    [InlineData("/100%", "/100/x", "/1000/x")]
    [InlineData("/a*", "/a/b", "/ab/c")]
    [InlineData("/a\\", "/a/b")]
    [InlineData("/a/b", "/a/b.md", "/a/bc/d", "/a./b", "/a-/b")]
    public async Task Neighbours_and_pattern_characters_do_not_take_a_path(params string[] paths)
    {
        foreach (var path in paths) await CreateAsync(path, path);

        Assert.Equal(paths.Order(Utf8Order.Comparer).Select(path => $"{path}={path}"), await StateAsync());
    }

    [Fact]
    public async Task An_update_writes_one_version_also_when_content_and_path_change_together()
    {
        var made = await CreateAsync("/a", "one");
        Clock.Move(TimeSpan.FromSeconds(1));
        var updated = await UpdateAsync(made.Id, "two", "/b/c");

        Assert.Equal(["/b/c=two"], await StateAsync());
        Assert.Equal(made.Id, updated.Id);
        Assert.NotEqual(made.Head, updated.Head);
        Assert.Equal(made.CreatedAt, updated.CreatedAt);
        Assert.True(updated.UpdatedAt > made.UpdatedAt);
        Assert.Equal([VersionOperation.Modified, VersionOperation.Created], (await VersionsAsync(made.Id)).Select(version => version.Operation));
        Assert.Equal(updated, await RetrieveAsync(made.Id) with { Content = null });
    }

    [Fact]
    public async Task A_rename_keeps_id_content_and_history()
    {
        var made = await CreateAsync("/a", "text");
        var renamed = await UpdateAsync(made.Id, path: "/b");

        Assert.Equal(made.Id, renamed.Id);
        Assert.Equal(made.Digest, renamed.Digest);
        Assert.Equal(["/b", "/a"], (await VersionsAsync(made.Id)).Select(version => version.Path!.Value));
        Assert.All(await VersionsAsync(made.Id), version => Assert.Equal("text", version.Content!.ToString()));
        await CreateAsync("/a");
    }

    [Theory]
    [InlineData("/a/b", "/a")]
    [InlineData("/a", "/a/b")]
    [InlineData("/a", "/a/b/c")]
    public async Task A_memory_does_not_conflict_with_itself(string from, string to)
    {
        var made = await CreateAsync(from);

        Assert.Equal(to, (await UpdateAsync(made.Id, path: to)).Path.Value);
    }

    [Fact]
    public async Task An_update_to_the_state_that_is_there_writes_nothing_even_with_a_stale_precondition()
    {
        var made = await CreateAsync("/a", "same");
        Clock.Move(TimeSpan.FromSeconds(1));

        Assert.Equal(made, await UpdateAsync(made.Id, "same"));
        Assert.Equal(made, await UpdateAsync(made.Id, path: "/a"));
        Assert.Equal(made, await UpdateAsync(made.Id, "same", "/a", ContentIs("stale")));
        Assert.Single(await VersionsAsync());
    }

    [Fact]
    public async Task A_precondition_speaks_of_the_content_also_when_only_the_path_changes()
    {
        var made = await CreateAsync("/a", "one");

        Assert.IsType<Refusal.PreconditionFailed>((await TryUpdateAsync(made.Id, path: "/b", when: ContentIs("other"))).Why());
        Assert.IsType<Refusal.PreconditionFailed>((await TryUpdateAsync(made.Id, "two", when: ContentIs("other"))).Why());
        Assert.Equal(["/a=one"], await StateAsync());
        await UpdateAsync(made.Id, path: "/b", when: ContentIs("one"));
        Assert.Equal(["/b=one"], await StateAsync());
    }

    [Fact]
    public async Task A_lost_precondition_is_told_before_a_taken_path()
    {
        await CreateAsync("/taken");
        var made = await CreateAsync("/a", "one");

        Assert.IsType<Refusal.PreconditionFailed>((await TryUpdateAsync(made.Id, path: "/taken", when: ContentIs("other"))).Why());
    }

    [Fact]
    public async Task A_deleted_memory_is_gone_its_path_free_and_its_versions_stay()
    {
        var made = await CreateAsync("/a/b", "one");
        await DeleteAsync(made.Id);

        Assert.IsType<Refusal.MemoryUnknown>((await TryRetrieveAsync(made.Id)).Why());
        Assert.IsType<Refusal.MemoryUnknown>((await TryUpdateAsync(made.Id, "two")).Why());
        Assert.IsType<Refusal.MemoryUnknown>((await TryDeleteAsync(made.Id)).Why());
        var versions = await VersionsAsync(made.Id);
        Assert.Equal([VersionOperation.Deleted, VersionOperation.Created], versions.Select(version => version.Operation));
        var last = versions[0];
        Assert.Equal(("/a/b", null, null, null), (last.Path!.Value, last.Digest, last.Size, last.Content));
        await CreateAsync("/a");
    }

    [Fact]
    public async Task A_memory_made_again_at_its_path_is_another_memory()
    {
        var first = await CreateAsync("/a");
        await DeleteAsync(first.Id);
        var second = await CreateAsync("/a");

        Assert.NotEqual(first.Id, second.Id);
        Assert.Single(await VersionsAsync(second.Id));
    }

    [Fact]
    public async Task A_delete_with_another_expected_content_does_nothing()
    {
        var made = await CreateAsync("/a", "one");

        Assert.IsType<Refusal.PreconditionFailed>((await TryDeleteAsync(made.Id, ContentIs("other"))).Why());
        Assert.Equal(["/a=one"], await StateAsync());
        (await TryDeleteAsync(made.Id, ContentIs("one"))).Done();
    }

    [Fact]
    public async Task Of_many_conditional_updates_with_different_contents_one_wins_and_the_others_learn_it()
    {
        var made = await CreateAsync("/a", "base");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => TryUpdateAsync(made.Id, $"writer {i}", when: ContentIs("base")))));

        var winner = Assert.Single(outcomes.OfType<Outcome<Memory>.Done>());
        Assert.Equal(winner.Value.Head, (await RetrieveAsync(made.Id)).Head);
        Assert.All(outcomes.OfType<Outcome<Memory>.Refused>(), lost => Assert.IsType<Refusal.PreconditionFailed>(lost.Why));
        Assert.Equal(2, (await VersionsAsync()).Count);
    }

    [Fact]
    public async Task Conditional_updates_with_the_same_content_all_succeed_with_one_version()
    {
        var made = await CreateAsync("/a", "base");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => TryUpdateAsync(made.Id, "same", when: ContentIs("base")))));

        Assert.Single(outcomes.Select(outcome => outcome.Done().Head).Distinct());
        Assert.Equal(2, (await VersionsAsync()).Count);
    }

    [Fact]
    public async Task Of_many_creates_at_one_path_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => TryCreateAsync(i % 2 == 0 ? "/a" : "/a/b", "same"))));

        Assert.Single(outcomes.OfType<Outcome<Memory>.Done>());
        Assert.All(outcomes.OfType<Outcome<Memory>.Refused>(), lost => Assert.IsType<Refusal.PathConflict>(lost.Why));
        await AssertCountsAsync();
    }

    [Fact]
    public async Task Content_is_shown_on_request_also_when_only_the_path_changed()
    {
        var made = await CreateAsync("/a", "text");

        Assert.Equal("text", (await TryUpdateAsync(made.Id, path: "/b", withContent: true)).Done().Content!.ToString());
        Assert.Equal("text", (await TryUpdateAsync(made.Id, path: "/b", withContent: true)).Done().Content!.ToString());
        Assert.Equal("more", (await TryUpdateAsync(made.Id, "more", withContent: true)).Done().Content!.ToString());
    }
}
