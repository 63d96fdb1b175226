using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Versions;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A save that contradicts another version says so, and the history keeps it: an entry of ids, behind the version it tells of.</summary>
public abstract class ConflictFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_contradicting_save_leaves_an_entry_right_behind_its_version()
    {
        var made = await CreateAsync("/a", "one");
        var theirs = await UpdateAsync(made.Id, "theirs");
        var mine = await NamedAsync("c1", Save(made.Id, "mine", theirs.Head), new Change.Create(At("/b"), MemoryContent.Of("b")));

        var history = await HistoryAsync();
        Assert.Equal([HistoryKind.MemoryModified, HistoryKind.MemoryConflict, HistoryKind.MemoryCreated], history.TakeLast(3).Select(entry => entry.Kind));
        var (version, conflict) = (Written(mine), history[^2]);
        Assert.Equal((made.Id, version.Id, theirs.Head, "c1", Me.Actor), (conflict.Memory, conflict.Version, conflict.About, conflict.CommitId, conflict.By));
        Assert.Equal((version.Seq + 1, null, null, null, false, 0), (conflict.Seq, conflict.Path, conflict.Digest, conflict.Size, conflict.IsHead, conflict.Salts.Length));
        Assert.Equal(history[^1].Seq, mine.Seq);
        await AssertHoldsAsync();
    }

    [Fact]
    public async Task A_memory_made_again_contradicts_its_deletion()
    {
        var made = await CreateAsync("/a", "one");
        await DeleteAsync(made.Id);
        var deletion = (await VersionsAsync(made.Id))[0].Id;
        var again = Written(await CommitAsync(new Change.Create(At("/a"), MemoryContent.Of("mine")).Against(deletion)));

        var conflict = (await HistoryAsync())[^1];
        Assert.Equal((HistoryKind.MemoryConflict, again.Memory, again.Id, deletion), (conflict.Kind, conflict.Memory, conflict.Version, conflict.About));
        await AssertHoldsAsync();
    }

    [Fact]
    public async Task An_entry_of_a_conflict_is_no_version()
    {
        var (made, theirs, mine) = await ConflictAsync();

        Assert.Equal([mine, theirs, made.Head], (await VersionsAsync(made.Id)).Select(version => version.Id));
        Assert.Equal(3, (await VersionsAsync()).Count);
        Assert.Equal(VersionOperation.Modified, (await VersionAsync(mine)).Operation);
        Assert.Equal("mine", (await VersionAsync(mine)).Content!.ToString());
        Assert.Equal(mine, (await RetrieveAsync(made.Id)).Head);
        await AssertHoldsAsync();
    }

    [Fact]
    public async Task It_survives_the_redaction_of_either_version_and_the_history_verifies()
    {
        var (made, theirs, mine) = await ConflictAsync();
        await DeleteAsync(made.Id);
        var before = (await HistoryAsync())[4];

        await RedactAsync(theirs);
        await RedactAsync(mine);

        var after = (await HistoryAsync())[4];
        Assert.Equal(before with { Salts = default, Entry = default, Link = default }, after with { Salts = default, Entry = default, Link = default });
        Assert.Equal(before.Link.ToArray(), after.Link.ToArray());
        foreach (var version in new[] { theirs, mine }) Assert.NotNull((await VersionAsync(version)).Redacted);
        await AssertHoldsAsync();
    }

    [Fact]
    public async Task A_repeated_commit_adds_no_second_entry_and_the_conflict_is_part_of_what_is_repeated()
    {
        var made = await CreateAsync("/a", "one");
        var theirs = await UpdateAsync(made.Id, "theirs");
        var first = await NamedAsync("c1", Save(made.Id, "mine", theirs.Head));
        var again = await NamedAsync("c1", Save(made.Id, "mine", theirs.Head));

        Assert.Equal((true, first.Seq, Written(first).Id), (again.Repeated, again.Seq, Written(again).Id));
        Assert.Equal(5, (await HeadAsync()).Seq);
        foreach (var other in new[] { made.Head, null })
            Assert.IsType<Refusal.CommitIdReused>((await TryCommitAsync(new CommitRequest(Me, Store, [Save(made.Id, "mine", other)]) { CommitId = "c1" })).Why());
    }

    [Fact]
    public async Task Where_no_version_is_written_there_is_no_conflict()
    {
        var made = await CreateAsync("/a", "same");
        Assert.IsType<ChangeResult.Unchanged>((await CommitAsync(Save(made.Id, "same", made.Head))).Results[0]);
        var stale = new Change.Update(new Target.ById(made.Id), MemoryContent.Of("x"), null, new Expectation.That(new Precondition.VersionIs(VersionId.FromStorage("memver_stale"))));
        Assert.IsType<Refusal.VersionMoved>((await RefusedCommitAsync(stale.Against(made.Head))).Inner);

        Assert.Equal(2, (await HeadAsync()).Seq);
    }

    [Fact]
    public async Task A_version_that_is_not_of_this_store_is_refused_by_name_and_nothing_is_written()
    {
        var made = await CreateAsync("/a", "one");
        var elsewhere = await CreateAsync("/a", "one", store: (await CreateStoreAsync("Other")).Id);
        var nobody = VersionId.FromStorage("memver_01nobody");
        foreach (var unknown in new[] { elsewhere.Head, nobody })
        {
            var why = Assert.IsType<Refusal.ConflictUnknown>((await RefusedCommitAsync(Save(made.Id, "two", unknown))).Inner);
            Assert.Equal((400, true), (why.Status, why.Message.Contains(unknown.Value, StringComparison.Ordinal)));
            Assert.IsType<Refusal.ConflictUnknown>((await RefusedCommitAsync(new Change.Create(At("/b"), MemoryContent.Of("b")).Against(unknown))).Inner);
        }
        var each = await CommitEachAsync(Save(made.Id, "two", nobody), Save(made.Id, "three", made.Head));
        Assert.Equal(["Refused", "Written"], each.Results.Select(result => result.GetType().Name));
        Assert.Equal(["/a=three"], await StateAsync());
        await AssertHoldsAsync();
    }

    [Fact]
    public async Task It_is_told_in_the_feed_under_its_own_seq_with_the_version_saved()
    {
        var start = (await new ReadChanges(Engine).RunAsync(Me, Store, null, 1, Never)).Done().Cursor;
        var (made, _, mine) = await ConflictAsync();

        var events = (await new ReadChanges(Engine).RunAsync(Me, Store, start, 100, Never)).Done().Events;

        Assert.Equal([2L, 3, 4, 5], events.Select(told => told.At.Seq));
        Assert.Equal((HistoryKind.MemoryConflict, made.Id, mine, "mine"), (events[^1].Kind, events[^1].Memory!, events[^1].Version!, events[^1].CommitId));
    }

    [Fact]
    public async Task A_key_confined_to_a_directory_hears_of_conflicts_inside_and_names_no_version_outside()
    {
        var start = (await new ReadChanges(Engine).RunAsync(Me, Store, null, 1, Never)).Done().Cursor;
        var (outside, theirs, _) = await ConflictAsync("/other");
        var (inside, _, mine) = await ConflictAsync("/team/a");
        var narrow = Me with { Grant = new Grant(KeyRole.Write, null, "/team/") };

        var events = (await new ReadChanges(Engine).RunAsync(narrow, Store, start, 100, Never)).Done().Events;
        Assert.Equal([HistoryKind.MemoryCreated, HistoryKind.MemoryModified, HistoryKind.MemoryModified, HistoryKind.MemoryConflict], events.Select(told => told.Kind));
        Assert.All(events, told => Assert.Equal(inside.Id, told.Memory));
        Assert.NotEqual(outside.Id, inside.Id);

        var refused = await TryCommitAsync(new CommitRequest(narrow, Store, [Save(inside.Id, "x", theirs)]));
        Assert.IsType<Refusal.ConflictUnknown>(Assert.IsType<CommitRefusal>(refused.Why()).Inner);

        await UpdateAsync(inside.Id, "later");
        await RedactAsync(mine);
        var left = (await new ReadChanges(Engine).RunAsync(narrow, Store, start, 100, Never)).Done();
        Assert.DoesNotContain(left.Events, told => told.Kind == HistoryKind.MemoryConflict);
    }

    /// <summary>A memory made, changed by others, and saved against their change under the commit_id "mine" or one of its own.</summary>
    private async Task<(Memory Made, VersionId Theirs, VersionId Mine)> ConflictAsync(string path = "/a")
    {
        var made = await CreateAsync(path, "one");
        var theirs = (await UpdateAsync(made.Id, "theirs")).Head;
        var mine = Written(await NamedAsync(path == "/a" ? "mine" : $"mine{path.Replace('/', '-')}", Save(made.Id, "mine", theirs)));
        return (made, theirs, mine.Id);
    }

    private async Task AssertHoldsAsync()
    {
        await AssertHistoryHoldsAsync();
        await HistoryAudit.WalkAsync(Engine, Me.Workspace, Store);
    }

    private async Task<CommitOutcome> NamedAsync(string id, params Change[] changes) =>
        (await TryCommitAsync(new CommitRequest(Me, Store, changes) { CommitId = id })).Done();

    private static Change.Update Save(MemoryId memory, string content, VersionId? against) =>
        new Change.Update(new Target.ById(memory), MemoryContent.Of(content), null, Expectation.Nothing).Against(against);

    private static MemoryVersion Written(CommitOutcome outcome) => ((ChangeResult.Written)outcome.Results[0]).Version;
}
