using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Commits;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Commits of several changes: expectations, targets, atomicity. What their ids promise is in CommitIdFacts.cs, how memories move in MoveFacts.cs.</summary>
public abstract class CommitFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task Expectations_compare_version_ids_though_the_bytes_are_the_same()
    {
        var made = await CreateAsync("/a", "one");
        await UpdateAsync(made.Id, "two");
        await UpdateAsync(made.Id, "one");

        Assert.IsType<Refusal.VersionMoved>((await RefusedCommitAsync(Update(made.Id, "three", made.Head))).Inner);
        Assert.IsType<Refusal.VersionMoved>((await RefusedCommitAsync(Rename(made.Id, "/b", made.Head))).Inner);
        Assert.IsType<Refusal.VersionMoved>((await RefusedCommitAsync(Append(made.Id, "!", made.Head))).Inner);
        Assert.IsType<Refusal.VersionMoved>((await RefusedCommitAsync(Delete(made.Id, made.Head))).Inner);
        Assert.Equal(["/a=one"], await StateAsync());
    }

    [Fact]
    public async Task A_commit_does_not_excuse_a_stale_expectation_where_the_state_is_there_already()
    {
        var made = await CreateAsync("/a", "one");
        var moved = await UpdateAsync(made.Id, "two");

        Assert.IsType<Refusal.VersionMoved>((await RefusedCommitAsync(Update(made.Id, "two", made.Head))).Inner);
        Assert.IsType<Refusal.VersionMoved>((await RefusedCommitAsync(Append(made.Id, "", made.Head))).Inner);
        var outcome = await CommitAsync(Update(made.Id, "two", moved.Head));
        var same = Assert.IsType<ChangeResult.Unchanged>(Assert.Single(outcome.Results));
        Assert.Equal((made.Id, moved.Head), (same.MemoryId, same.Head));
        Assert.Equal(2, (await VersionsAsync()).Count);
    }

    [Fact]
    public async Task A_change_of_an_unknown_or_deleted_memory_is_refused()
    {
        var made = await CreateAsync("/a");
        await DeleteAsync(made.Id);

        Assert.IsType<Refusal.MemoryUnknown>((await RefusedCommitAsync(Update(made.Id, "x"))).Inner);
        Assert.IsType<Refusal.MemoryUnknown>((await RefusedCommitAsync(Append(made.Id, "x"))).Inner);
        Assert.IsType<Refusal.MemoryUnknown>((await RefusedCommitAsync(Delete(made.Id))).Inner);
        Assert.IsType<Refusal.MemoryUnknown>((await RefusedCommitAsync(
            new Change.Delete(new Target.AtPath(At("/a")), Expectation.Nothing))).Inner);
    }

    [Fact]
    public async Task An_append_lands_at_the_head_whatever_it_is()
    {
        var made = await CreateAsync("/a", "one ");
        await UpdateAsync(made.Id, "two ");
        await CommitAsync(Append(made.Id, "three "), Append(made.Id, "four"));

        Assert.Equal(["/a=two three four"], await StateAsync());
        Assert.Equal(["two three four", "two three ", "two ", "one "], (await VersionsAsync()).Select(version => version.Content!.ToString()));
    }

    [Fact]
    public async Task Of_many_appends_at_once_none_is_lost()
    {
        var made = await CreateAsync("/a", "");

        await Task.WhenAll(Enumerable.Range(10, 32).Select(i => Task.Run(() => CommitAsync(Append(made.Id, $"[{i}]")))));

        var content = (await RetrieveAsync(made.Id)).Content!.ToString();
        Assert.Equal(32 * 4, content.Length);
        Assert.All(Enumerable.Range(10, 32), i => Assert.Contains($"[{i}]", content, StringComparison.Ordinal));
        await AssertHistoryHoldsAsync();
    }

    [Fact]
    public async Task An_append_after_a_rename_and_an_update_in_one_commit_continues_them()
    {
        var made = await CreateAsync("/a", "one");

        await CommitAsync(Rename(made.Id, "/b"), Append(made.Id, "+"), Update(made.Id, "two"), Append(made.Id, "+"));

        Assert.Equal(["/b=two+"], await StateAsync());
        Assert.Equal(["two+", "two", "one+", "one", "one"], (await VersionsAsync()).Select(version => version.Content!.ToString()));
        await AssertCountsAsync();
    }

    [Fact]
    public async Task One_refused_change_undoes_an_atomic_commit_and_is_named()
    {
        var made = await CreateAsync("/a", "one");
        var before = await HeadAsync();

        var refusal = await RefusedCommitAsync(Create("/b"), Update(made.Id, "two"), Delete(MemoryId.FromStorage("mem_none")), Create("/c"));

        Assert.Equal(2, refusal.Change);
        Assert.IsType<Refusal.MemoryUnknown>(refusal.Inner);
        Assert.Equal((refusal.Inner.Status, refusal.Inner.Type), (refusal.Status, refusal.Type));
        Assert.Equal(["/a=one"], await StateAsync());
        Assert.Equal(before.Seq, (await HeadAsync()).Seq);
    }

    [Fact]
    public async Task A_path_conflict_at_the_end_undoes_an_atomic_commit_and_names_its_change()
    {
        var taken = await CreateAsync("/taken");

        var refusal = await RefusedCommitAsync(Create("/b"), Create("/taken/below"), Create("/c"));

        Assert.Equal(1, refusal.Change);
        Assert.Equal(("/taken", taken.Id.Value), Conflict(refusal));
        Assert.Equal(["/taken=text"], await StateAsync());
    }

    [Theory]
    [InlineData("/a", "/a")]
    [InlineData("/a", "/a/b")]
    [InlineData("/a/b", "/a")]
    public async Task Two_creates_of_one_commit_cannot_stand_at_or_above_one_another(string first, string second)
    {
        var refusal = await RefusedCommitAsync(Create(first), Create(second));

        Assert.IsType<Refusal.PathConflict>(refusal.Inner);
        Assert.Empty(await StateAsync());
    }

    [Fact]
    public async Task A_commit_follows_one_memory_from_create_to_delete()
    {
        var outcome = await CommitAsync(
            Create("/a", "one"),
            new Change.Update(new Target.OfChange(0), MemoryContent.Of("two"), null, new Expectation.LeftBy(0)),
            new Change.Update(new Target.OfChange(1), null, At("/b"), new Expectation.LeftBy(1)),
            new Change.Append(new Target.OfChange(0), MemoryContent.Of("!"), new Expectation.LeftBy(2)),
            new Change.Delete(new Target.OfChange(2), new Expectation.LeftBy(3)));

        Assert.Empty(await StateAsync());
        var memory = Assert.Single(outcome.Results.Select(result => ((ChangeResult.Written)result).Version.Memory).Distinct());
        Assert.Equal(
            [("Deleted", "/b", null), ("Modified", "/b", "two!"), ("Modified", "/b", "two"), ("Modified", "/a", "two"), ("Created", "/a", "one")],
            (await VersionsAsync(memory)).Select(version => (version.Operation.ToString(), version.Path!.Value, version.Content?.ToString())));
        await AssertHistoryHoldsAsync();
        await AssertCountsAsync();
    }

    [Fact]
    public async Task What_an_earlier_change_left_is_no_longer_the_head_after_a_third()
    {
        var refusal = await RefusedCommitAsync(
            Create("/a", "one"),
            new Change.Update(new Target.OfChange(0), MemoryContent.Of("two"), null, Expectation.Nothing),
            new Change.Update(new Target.OfChange(0), MemoryContent.Of("three"), null, new Expectation.LeftBy(0)));

        Assert.Equal(2, refusal.Change);
        Assert.IsType<Refusal.VersionMoved>(refusal.Inner);
    }

    [Fact]
    public async Task A_target_by_path_is_the_memory_there_at_that_point_of_the_commit()
    {
        var first = await CreateAsync("/a", "one");

        await CommitAsync(
            new Change.Update(new Target.AtPath(At("/a")), null, At("/b"), new Expectation.That(new Precondition.VersionIs(first.Head))),
            Create("/a", "new"),
            new Change.Append(new Target.AtPath(At("/b")), MemoryContent.Of("+"), Expectation.Nothing),
            new Change.Append(new Target.AtPath(At("/a")), MemoryContent.Of("-"), Expectation.Nothing));

        Assert.Equal(["/a=new-", "/b=one+"], await StateAsync());
        Assert.IsType<Refusal.MemoryUnknown>((await RefusedCommitAsync(
            new Change.Update(new Target.AtPath(At("/a")), null, At("/c"), Expectation.Nothing),
            new Change.Delete(new Target.AtPath(At("/a")), Expectation.Nothing))).Inner);
    }

    [Fact]
    public async Task A_target_by_path_where_two_memories_stand_for_the_moment_is_refused()
    {
        var (a, b) = (await CreateAsync("/a", "was a"), await CreateAsync("/b", "was b"));
        var onto = new Change.Update(new Target.AtPath(At("/a")), null, At("/b"), Expectation.Nothing);

        foreach (var second in new Change[]
        {
            new Change.Update(new Target.AtPath(At("/b")), null, At("/a"), Expectation.Nothing),
            new Change.Delete(new Target.AtPath(At("/b")), Expectation.Nothing),
        })
        {
            var refusal = await RefusedCommitAsync(onto, second);
            Assert.Equal((1, ("/b", b.Id.Value)), (refusal.Change, Conflict(refusal)));
        }
        Assert.Equal(["/a=was a", "/b=was b"], await StateAsync());

        await CommitAsync(new Change.Delete(new Target.AtPath(At("/b")), Expectation.Nothing), onto);
        Assert.Equal("/b", (await RetrieveAsync(a.Id)).Path.Value);
    }

    [Fact]
    public async Task A_change_whose_earlier_change_is_refused_is_refused_too_and_the_rest_goes_on()
    {
        await CreateAsync("/taken");

        var outcome = await CommitEachAsync(
            Create("/taken", "x"),
            new Change.Append(new Target.OfChange(0), MemoryContent.Of("x"), Expectation.Nothing),
            Create("/b", "y"),
            new Change.Append(new Target.OfChange(2), MemoryContent.Of("!"), new Expectation.LeftBy(2)),
            new Change.Delete(new Target.OfChange(2), new Expectation.LeftBy(2)));

        Assert.Collection(outcome.Results,
            result => Assert.IsType<Refusal.PathConflict>(Assert.IsType<ChangeResult.Refused>(result).Why),
            result => Assert.IsType<Refusal.MemoryUnknown>(Assert.IsType<ChangeResult.Refused>(result).Why),
            result => Assert.IsType<ChangeResult.Written>(result),
            result => Assert.IsType<ChangeResult.Written>(result),
            result => Assert.IsType<Refusal.VersionMoved>(Assert.IsType<ChangeResult.Refused>(result).Why));
        Assert.Equal(["/b=y!", "/taken=text"], await StateAsync());
        await AssertHistoryHoldsAsync();
        await AssertCountsAsync();
    }

    [Fact]
    public async Task A_commit_of_changes_for_themselves_judges_each_by_what_those_before_it_did()
    {
        var made = await CreateAsync("/a", "one");

        var outcome = await CommitEachAsync(
            Create("/a/b"), Delete(made.Id, made.Head), Create("/a/b"), Create("/a"), Update(made.Id, "x"));

        Assert.Equal(["Refused", "Written", "Written", "Refused", "Refused"], outcome.Results.Select(result => result.GetType().Name));
        Assert.Equal(["/a/b=text"], await StateAsync());
        await AssertCountsAsync();
    }

    [Fact]
    public async Task Results_are_what_a_read_finds_afterwards()
    {
        var outcome = await CommitAsync(Create("/a", "one"), new Change.Update(new Target.OfChange(0), MemoryContent.Of("two"), At("/b"), Expectation.Nothing));

        foreach (var result in outcome.Results.Cast<ChangeResult.Written>())
            Assert.Equal(await VersionAsync(result.Version.Id) with { Content = null }, result.Version with { Content = null });
        var last = (ChangeResult.Written)outcome.Results[^1];
        Assert.Equal(await RetrieveAsync(last.Version.Memory) with { Content = null }, last.Memory! with { Content = null });
        Assert.Equal((await HeadAsync()).Seq, outcome.Seq);
    }

    [Fact]
    public async Task A_version_says_who_wrote_it()
    {
        var session = As(Me, ActorKind.Session, "sesn_1");
        var made = await CreateAsync("/a", by: session);

        Assert.Equal(session.Actor, (await VersionAsync(made.Head)).CreatedBy);
    }

    [Fact]
    public async Task A_commit_to_an_unknown_store_is_refused() =>
        Assert.IsType<Refusal.StoreUnknown>((await TryCommitAsync(new CommitRequest(Me, StoreId.FromStorage("memstore_none"), [Create("/a")]))).Why());

    [Fact]
    public async Task In_an_archived_store_a_commit_may_only_delete()
    {
        var (first, second) = (await CreateAsync("/a"), await CreateAsync("/b"));
        await new Engine.Stores.ArchiveStore(Engine).RunAsync(Me, Store, Never);

        Assert.IsType<Refusal.StoreArchived>((await RefusedCommitAsync(Delete(first.Id), Create("/c"))).Inner);
        Assert.IsType<Refusal.StoreArchived>((await RefusedCommitAsync(Append(first.Id, "x"))).Inner);
        Assert.IsType<Refusal.StoreArchived>((await RefusedCommitAsync(Rename(first.Id, "/c"))).Inner);
        await CommitAsync(Delete(first.Id, first.Head), Delete(second.Id));
        Assert.Empty(await StateAsync());
    }

    [Fact]
    public async Task A_commit_that_changes_nothing_adds_no_history()
    {
        var made = await CreateAsync("/a", "one");
        var before = await HeadAsync();

        var outcome = await CommitAsync(Update(made.Id, "one"), Rename(made.Id, "/a"), Append(made.Id, ""));

        Assert.All(outcome.Results, result => Assert.IsType<ChangeResult.Unchanged>(result));
        Assert.Equal((before.Seq, before.Seq), (outcome.Seq, (await HeadAsync()).Seq));
    }

    private static (string, string) Conflict(CommitRefusal refusal) =>
        refusal.Inner is Refusal.PathConflict conflict ? (conflict.Path, conflict.Memory) : ("", "");

    private static Change.Create Create(string path, string content = "text") => new(At(path), MemoryContent.Of(content));

    private static Change.Update Update(MemoryId memory, string content, VersionId? head = null) =>
        new(new Target.ById(memory), MemoryContent.Of(content), null, Expect(head));

    private static Change.Update Rename(MemoryId memory, string path, VersionId? head = null) =>
        new(new Target.ById(memory), null, At(path), Expect(head));

    private static Change.Append Append(MemoryId memory, string more, VersionId? head = null) =>
        new(new Target.ById(memory), MemoryContent.Of(more), Expect(head));

    private static Change.Delete Delete(MemoryId memory, VersionId? head = null) => new(new Target.ById(memory), Expect(head));

    private static Expectation Expect(VersionId? head) => head is null ? Expectation.Nothing : new Expectation.That(new Precondition.VersionIs(head));
}
