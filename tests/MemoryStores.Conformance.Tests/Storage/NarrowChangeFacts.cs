using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The feed of a key that is confined to a directory: all that happens inside, and nothing of what does outside.</summary>
public abstract class NarrowChangeFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private const string Home = "/te_m%/";

    private Caller Narrow => Me with { Actor = new Actor(ActorKind.ApiKey, "apikey_narrow"), Grant = new Grant(KeyRole.Write, null, Home) };

    [Fact]
    public async Task What_happens_inside_is_told_and_what_happens_outside_only_moves_the_cursor()
    {
        var start = await CursorAsync();
        await CreateAsync("/team/a");
        var inside = await CreateAsync(Home + "a");
        var outside = await CreateAsync("/other");
        await UpdateAsync(outside.Id, "x");
        await UpdateAsync(inside.Id, "x");
        await DeleteAsync(outside.Id);
        await DeleteAsync(inside.Id);
        await new UpdateStore(Engine).RunAsync(Me, Store, new StorePatch("New", null, null), Never);

        var page = await ReadAsync(start);

        Assert.Equal([(3L, HistoryKind.MemoryCreated), (6L, HistoryKind.MemoryModified), (8L, HistoryKind.MemoryDeleted), (9L, HistoryKind.StoreUpdated)],
            page.Events.Select(told => (told.At.Seq, told.Kind)));
        Assert.All(page.Events.Take(3), told => Assert.Equal(inside.Id, told.Memory));
        await CreateAsync("/more");
        var hidden = await ReadAsync(page.Cursor);
        Assert.Equal((0, 10L), (hidden.Events.Count, hidden.Cursor.Seq));
    }

    [Fact]
    public async Task A_memory_that_leaves_is_told_as_deleted_and_one_that_enters_as_modified()
    {
        var leaving = await CreateAsync(Home + "leaving");
        var entering = await CreateAsync("/entering");
        var within = await CreateAsync(Home + "within");
        var start = await CursorAsync();
        await TryCommitAsync(new CommitRequest(Me, Store,
        [
            new Change.Update(new Target.ById(leaving.Id), null, At("/secret/plan"), Expectation.Nothing),
            new Change.Update(new Target.ById(entering.Id), null, At(Home + "entering"), Expectation.Nothing),
            new Change.Update(new Target.ById(within.Id), null, At(Home + "moved"), Expectation.Nothing),
        ]) { CommitId = "another_s" });
        await UpdateAsync(leaving.Id, "more secrets");
        await DeleteAsync(leaving.Id);

        var page = await ReadAsync(start);

        Assert.Equal(
            [(leaving.Id, HistoryKind.MemoryDeleted), (entering.Id, HistoryKind.MemoryModified), (within.Id, HistoryKind.MemoryModified)],
            page.Events.OrderBy(told => told.Kind == HistoryKind.MemoryDeleted ? 0 : 1).ThenBy(told => told.Memory == entering.Id ? 0 : 1).Select(told => (told.Memory!, told.Kind)));
        var left = page.Events.Single(told => told.Kind == HistoryKind.MemoryDeleted);
        Assert.Null(left.CommitId);
        Assert.IsType<Refusal.VersionUnknown>((await new RetrieveVersion(Engine).RunAsync(Narrow, Store, left.Version!, true, Never)).Why());
        Assert.Equal(7, page.HeadSeq - 2);
        Assert.Equal(page.HeadSeq, page.Cursor.Seq);
    }

    [Fact]
    public async Task A_redaction_is_not_told_for_whose_it_was_nobody_can_say_any_more()
    {
        var inside = await CreateAsync(Home + "a");
        await UpdateAsync(inside.Id, "b");
        var start = await CursorAsync();
        await RedactAsync(inside.Head);

        var page = await ReadAsync(start);

        Assert.Empty(page.Events);
        Assert.Null(page.Reset);
        Assert.Equal(page.HeadSeq, page.Cursor.Seq);
    }

    [Fact]
    public async Task Where_a_redaction_hides_whether_a_memory_left_the_reader_is_told_to_compare()
    {
        var memory = await CreateAsync(Home + "a");
        var start = await CursorAsync();
        var moved = await UpdateAsync(memory.Id, path: "/b");
        await UpdateAsync(memory.Id, "c");
        await RedactAsync(moved.Head);

        var page = await ReadAsync(start);

        Assert.Equal(FeedReset.Redacted, page.Reset);
        Assert.Equal((0, page.HeadSeq), (page.Events.Count, page.Cursor.Seq));
        Assert.Null((await ReadAsync(page.Cursor)).Reset);
    }

    [Fact]
    public async Task Waiting_passes_over_what_is_outside()
    {
        var start = await CursorAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var waiting = new AwaitChanges(Engine, new ReadChanges(Engine)).RunAsync(Narrow, Store, start, 1, deadline.Token, Never).AsTask();
        for (var i = 0; i < 3; i++) await CreateAsync($"/{i}");
        Assert.False(waiting.IsCompleted);

        await CreateAsync(Home + "a");

        Assert.Equal(5, Assert.Single((await waiting).Done().Events).At.Seq);
    }

    [Fact]
    public async Task A_long_stretch_of_hidden_changes_is_answered_with_how_far_the_look_came()
    {
        var start = await CursorAsync();
        for (var i = 0; i <= Contract.Limits.HiddenPagesPerPoll; i++) await CreateAsync($"/{i}");

        var page = (await new AwaitChanges(Engine, new ReadChanges(Engine)).RunAsync(Narrow, Store, start, 1, Never, Never)).Done();

        Assert.Equal((0, 1L + Contract.Limits.HiddenPagesPerPoll, true), (page.Events.Count, page.Cursor.Seq, page.HasMore));
    }

    private async Task<ChangeCursor> CursorAsync() => (await new ReadChanges(Engine).RunAsync(Me, Store, null, 1, Never)).Done().Cursor;

    private async Task<ChangePage> ReadAsync(ChangeCursor after) => (await new ReadChanges(Engine).RunAsync(Narrow, Store, after, 1_000, Never)).Done();
}
