using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Commits;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A commit_id makes a commit repeatable: whatever happened since, the first outcome is the answer.</summary>
public abstract class CommitIdFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_repeated_commit_writes_nothing_and_returns_the_first_outcome()
    {
        var first = await NamedAsync("c1", Create("/a", "one"), Create("/b", "two"));
        var seq = (await HeadAsync()).Seq;
        var again = await NamedAsync("c1", Create("/a", "one"), Create("/b", "two"));

        Assert.False(first.Repeated);
        Assert.True(again.Repeated);
        Assert.Equal(first.Seq, again.Seq);
        Assert.Equal(Versions(first), Versions(again));
        Assert.Equal(seq, (await HeadAsync()).Seq);
        Assert.All(await VersionsAsync(), version => Assert.Equal("c1", version.CommitId));
    }

    [Fact]
    public async Task A_repeat_returns_the_first_outcome_after_other_edits_and_the_delete_of_its_memory()
    {
        var made = await CreateAsync("/a", "one");
        var change = new Change.Append(new Target.ById(made.Id), MemoryContent.Of("+"), Expect(made.Head));
        var first = await NamedAsync("c1", change);
        await UpdateAsync(made.Id, "edited since");
        Assert.Equal(Versions(first), Versions(await NamedAsync("c1", change)));
        await DeleteAsync(made.Id);
        var last = await NamedAsync("c1", change);

        Assert.Equal((true, first.Seq), (last.Repeated, last.Seq));
        Assert.Equal(Versions(first), Versions(last));
        Assert.Empty(await StateAsync());
    }

    [Fact]
    public async Task A_repeat_returns_mixed_outcomes_as_they_were()
    {
        var taken = await CreateAsync("/taken", "here");
        Change[] changes =
        [
            Create("/taken"),
            new Change.Update(new Target.ById(taken.Id), MemoryContent.Of("here"), null, Expect(taken.Head)),
            Create("/b"),
            new Change.Delete(new Target.ById(MemoryId.FromStorage("mem_none")), Expectation.Nothing),
        ];
        var first = await NamedEachAsync("c1", changes);
        await DeleteAsync(taken.Id);
        var again = await NamedEachAsync("c1", changes);

        Assert.Equal(["Refused", "Unchanged", "Written", "Refused"], first.Results.Select(result => result.GetType().Name));
        Assert.True(again.Repeated);
        Assert.Equal(Versions(first), Versions(again));
        Assert.Equal(Refusals(first), Refusals(again));
        Assert.Equal([(409, "memory_path_conflict_error"), (404, "not_found_error")], Refusals(again));
        var same = Assert.IsType<ChangeResult.Unchanged>(again.Results[1]);
        Assert.Equal((taken.Id, taken.Head), (same.MemoryId, same.Head));
        Assert.Equal(["/b=text"], await StateAsync());
    }

    [Fact]
    public async Task A_repeat_after_a_redaction_returns_the_versions_as_they_are_now()
    {
        var first = await NamedAsync("c1", Create("/a", "secret"));
        var version = ((ChangeResult.Written)first.Results[0]).Version;
        await DeleteAsync(version.Memory);
        await RedactAsync(version.Id);
        var again = await NamedAsync("c1", Create("/a", "secret"));

        Assert.True(again.Repeated);
        var redacted = Assert.IsType<ChangeResult.Written>(Assert.Single(again.Results)).Version;
        Assert.Equal((version.Id, version.Seq, null, null), (redacted.Id, redacted.Seq, redacted.Path, redacted.Digest));
        Assert.NotNull(redacted.Redacted);
        Assert.Empty(await StateAsync());
    }

    [Fact]
    public async Task A_redaction_takes_the_fingerprint_of_short_content_from_the_receipt()
    {
        var first = await NamedAsync("c1", Create("/a", "secret"));
        var version = ((ChangeResult.Written)first.Results[0]).Version;
        await DeleteAsync(version.Memory);
        Assert.Contains((await ReceiptAsync("c1"))!.Fingerprint.ToArray(), value => value != 0);
        await RedactAsync(version.Id);

        var receipt = (await ReceiptAsync("c1"))!;
        Assert.Equal(CommitReceipt.FingerprintSize, receipt.Fingerprint.Length);
        Assert.All(receipt.Fingerprint.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task An_id_reused_for_other_changes_is_refused_and_nothing_happens()
    {
        await NamedAsync("c1", Create("/a", "one"));

        foreach (var changes in new Change[][] { [Create("/a", "two")], [Create("/b", "one")], [Create("/a", "one"), Create("/b", "two")] })
        {
            Assert.IsType<Refusal.CommitIdReused>((await TryCommitAsync(new CommitRequest(Me, Store, changes) { CommitId = "c1" })).Why());
        }
        Assert.IsType<Refusal.CommitIdReused>(
            (await TryCommitAsync(new CommitRequest(Me, Store, [Create("/a", "one")]) { CommitId = "c1", Atomic = false })).Why());
        Assert.Equal(["/a=one"], await StateAsync());
    }

    [Fact]
    public async Task Ids_are_told_apart_byte_for_byte_and_per_store()
    {
        var other = (await CreateStoreAsync("Other")).Id;
        await NamedAsync("c1", Create("/a"));
        await NamedAsync("C1", Create("/b"));
        var elsewhere = await TryCommitAsync(new CommitRequest(Me, other, [Create("/c")]) { CommitId = "c1" });

        Assert.False(elsewhere.Done().Repeated);
        Assert.Equal(["/a=text", "/b=text"], await StateAsync());
    }

    [Fact]
    public async Task A_refused_commit_leaves_its_id_free()
    {
        var taken = await CreateAsync("/a");
        Assert.IsType<CommitRefusal>((await TryCommitAsync(new CommitRequest(Me, Store, [Create("/a")]) { CommitId = "c1" })).Why());
        var each = await NamedEachAsync("c2", Create("/a"));
        Assert.IsType<ChangeResult.Refused>(Assert.Single(each.Results));
        await DeleteAsync(taken.Id);

        Assert.False((await NamedAsync("c1", Create("/a"))).Repeated);
        Assert.False((await NamedEachAsync("c2", Create("/b"))).Repeated);
    }

    [Fact]
    public async Task Of_many_arrivals_of_one_commit_one_writes_and_all_hear_its_outcome()
    {
        var made = await CreateAsync("/a", "");
        var change = new Change.Append(new Target.ById(made.Id), MemoryContent.Of("once"), Expectation.Nothing);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => NamedAsync("c1", change))));

        Assert.Single(outcomes, outcome => !outcome.Repeated);
        Assert.Single(outcomes.Select(outcome => Assert.Single(Versions(outcome))).Distinct());
        Assert.Equal(["/a=once"], await StateAsync());
    }

    [Fact]
    public async Task A_commit_that_changed_nothing_is_remembered_too()
    {
        var made = await CreateAsync("/a", "one");
        var change = new Change.Update(new Target.ById(made.Id), MemoryContent.Of("one"), null, Expectation.Nothing);
        await NamedAsync("c1", change);
        await UpdateAsync(made.Id, "two");
        var again = await NamedAsync("c1", change);

        Assert.True(again.Repeated);
        Assert.Equal(made.Head, Assert.IsType<ChangeResult.Unchanged>(Assert.Single(again.Results)).Head);
        Assert.Equal(["/a=two"], await StateAsync());
    }

    private async Task<CommitOutcome> NamedAsync(string id, params Change[] changes) =>
        (await TryCommitAsync(new CommitRequest(Me, Store, changes) { CommitId = id })).Done();

    private async Task<CommitOutcome> NamedEachAsync(string id, params Change[] changes) =>
        (await TryCommitAsync(new CommitRequest(Me, Store, changes) { CommitId = id, Atomic = false })).Done();

    private async Task<CommitReceipt?> ReceiptAsync(string id) => await Engine.ReadAsync(reader => reader.FindCommitAsync(Store, id), Never);

    private static Change.Create Create(string path, string content = "text") => new(At(path), MemoryContent.Of(content));

    private static Expectation.That Expect(VersionId head) => new(new Precondition.VersionIs(head));

    private static List<(VersionId, long, string?, string?)> Versions(CommitOutcome outcome) =>
    [
        .. outcome.Results.OfType<ChangeResult.Written>().Select(written =>
            (written.Version.Id, written.Version.Seq, written.Version.Path?.Value, written.Version.Digest?.ToString())),
    ];

    private static List<(int, string)> Refusals(CommitOutcome outcome) =>
        [.. outcome.Results.OfType<ChangeResult.Refused>().Select(refused => (refused.Why.Status, refused.Why.Type))];
}
