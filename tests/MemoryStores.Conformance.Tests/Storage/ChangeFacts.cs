using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The feed: every change once and in order, cursors that witness the history, and readers that are woken.</summary>
public abstract class ChangeFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private const int Writers = 4;
    private const int WritesEach = 25;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Without_a_cursor_the_feed_begins_at_the_end()
    {
        await CreateAsync("/a");

        var page = await ReadAsync(null);

        Assert.Empty(page.Events);
        Assert.Equal((2, 2), (page.Cursor.Seq, page.HeadSeq));
        Assert.Null(page.Reset);
        Assert.False(page.HasMore);
    }

    [Fact]
    public async Task Each_entry_is_told_with_its_kind_its_memory_its_version_and_its_commit()
    {
        var start = (await ReadAsync(null)).Cursor;
        var commit = new CommitRequest(Me, Store, [new Change.Create(At("/a"), MemoryContent.Of("x"))]) { CommitId = "mine" };
        var made = (await TryCommitAsync(commit)).Done();
        var memory = await Engine.ReadAsync(reader => reader.FindMemoryAtAsync(Store, "/a"), Never);
        var second = await UpdateAsync(memory!.Id, "y");
        await DeleteAsync(memory.Id);
        await RedactAsync(memory.Head);
        await new UpdateStore(Engine).RunAsync(Me, Store, new StorePatch("New", null, null), Never);
        await new ArchiveStore(Engine).RunAsync(Me, Store, Never);

        var events = (await ReadAsync(start)).Events;

        Assert.Equal(
            [HistoryKind.MemoryCreated, HistoryKind.MemoryModified, HistoryKind.MemoryDeleted, HistoryKind.VersionRedacted, HistoryKind.StoreUpdated, HistoryKind.StoreArchived],
            events.Select(told => told.Kind));
        Assert.Equal([2, 3, 4, 5, 6, 7], events.Select(told => told.At.Seq));
        Assert.Equal([memory.Id, memory.Id, memory.Id, memory.Id, null, null], events.Select(told => told.Memory));
        Assert.Equal([memory.Head, second.Head], events.Take(2).Select(told => told.Version));
        Assert.Equal((await HistoryAsync())[3].Version, events[2].Version);
        Assert.Equal(memory.Head, events[3].Version);
        Assert.Equal(["mine", null], events.Take(2).Select(told => told.CommitId));
        Assert.Equal(made.Seq, events[0].At.Seq);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_or_a_repeat()
    {
        var start = (await ReadAsync(null)).Cursor;
        for (var i = 0; i < 7; i++) await CreateAsync($"/{i}");

        var seqs = new List<long>();
        for (var page = await ReadAsync(start, 3); ; page = await ReadAsync(page.Cursor, 3))
        {
            seqs.AddRange(page.Events.Select(told => told.At.Seq));
            Assert.Equal(page.Events[^1].At, page.Cursor);
            Assert.Equal(page.Cursor.Seq < 8, page.HasMore);
            if (!page.HasMore) break;
        }

        Assert.Equal([2, 3, 4, 5, 6, 7, 8], seqs);
        Assert.Empty((await ReadAsync((await ReadAsync(null)).Cursor)).Events);
    }

    [Fact]
    public async Task Cursors_carry_the_links_of_the_history_and_read_back_as_they_were_written()
    {
        await CreateAsync("/a");
        var history = await HistoryAsync();
        Assert.True(ChangeCursor.TryParse($"0-{new string('0', 16)}", out var beginning));

        var events = (await ReadAsync(beginning)).Events;

        Assert.Equal(history.Select(entry => $"{entry.Seq}-{Convert.ToHexStringLower(entry.Link.Span[..8])}"), events.Select(told => told.At.ToString()));
        Assert.All(events, told => Assert.True(ChangeCursor.TryParse(told.At.ToString(), out var again) && again == told.At));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1-")]
    [InlineData("-1-0123456789abcdef")]
    [InlineData("01-0123456789abcdef")]
    [InlineData("1-0123456789ABCDEF")]
    [InlineData("1-0123456789abcdef0")]
    [InlineData("1-0123456789abcdef\n")]
    [InlineData(" 1-0123456789abcdef")]
    [InlineData("9223372036854775808-0123456789abcdef")]
    [InlineData("99999999999999999999999-0123456789abcdef")]
    [InlineData("١-0123456789abcdef")]
    public void What_is_no_cursor_is_not_taken_for_one(string text) => Assert.False(ChangeCursor.TryParse(text, out _));

    [Fact]
    public async Task A_cursor_beyond_the_end_or_of_another_history_is_answered_by_a_reset_to_the_head()
    {
        await CreateAsync("/a");
        var head = (await ReadAsync(null)).Cursor;
        foreach (var (text, why) in new[]
        {
            ($"3-{head.ToString()[2..]}", FeedReset.UnknownCursor), ($"{long.MaxValue}-0123456789abcdef", FeedReset.UnknownCursor),
            ("2-0123456789abcdef", FeedReset.ContradictedCursor), ($"1-{head.ToString()[2..]}", FeedReset.ContradictedCursor), ("0-0123456789abcdef", FeedReset.ContradictedCursor),
        })
        {
            Assert.True(ChangeCursor.TryParse(text, out var cursor));
            var page = await ReadAsync(cursor);
            Assert.Equal(why, page.Reset);
            Assert.Empty(page.Events);
            Assert.Equal(head, page.Cursor);
        }
    }

    [Fact]
    public async Task A_store_that_is_unknown_deleted_or_out_of_reach_has_no_feed()
    {
        var none = StoreId.FromStorage("memstore_none");
        Assert.Equal(new Refusal.StoreUnknown(none.Value), (await new ReadChanges(Engine).RunAsync(Me, none, null, 10, Never)).Why());
        var confined = Me with { Grant = new Grant(KeyRole.Read, [none]) };
        Assert.IsType<Refusal.StoreUnknown>((await new ReadChanges(Engine).RunAsync(confined, Store, null, 10, Never)).Why());
        await new DeleteStore(Engine, Patience).RunAsync(Me, Store, Never);
        Assert.IsType<Refusal.StoreUnknown>((await new ReadChanges(Engine).RunAsync(Me, Store, null, 10, Never)).Why());
    }

    // Waiting

    [Fact]
    public async Task Who_waits_is_woken_by_a_change_and_reads_it()
    {
        var head = (await ReadAsync(null)).Cursor;
        using var deadline = new CancellationTokenSource(Deadline);
        var waiting = AwaitAsync(head, deadline.Token);
        Assert.False(waiting.IsCompleted);

        await CreateAsync("/a");

        Assert.Equal(2, Assert.Single((await waiting).Events).At.Seq);
        Assert.False(deadline.IsCancellationRequested);
    }

    [Fact]
    public async Task Patience_that_ends_is_an_empty_page_and_a_stop_is_none()
    {
        var head = (await ReadAsync(null)).Cursor;
        using var patience = new CancellationTokenSource();
        var waiting = AwaitAsync(head, patience.Token);
        await patience.CancelAsync();
        Assert.Equal((0, head), ((await waiting).Events.Count, (await waiting).Cursor));

        using var stop = new CancellationTokenSource();
        var stopped = new AwaitChanges(Engine, new ReadChanges(Engine)).RunAsync(Me, Store, head, 10, Never, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    [Fact]
    public async Task A_deletion_of_the_store_wakes_too()
    {
        var head = (await ReadAsync(null)).Cursor;
        using var deadline = new CancellationTokenSource(Deadline);
        var waiting = new AwaitChanges(Engine, new ReadChanges(Engine)).RunAsync(Me, Store, head, 10, deadline.Token, Never).AsTask();

        await new DeleteStore(Engine, Patience).RunAsync(Me, Store, Never);

        Assert.IsType<Refusal.StoreUnknown>((await waiting).Why());
    }

    [Fact]
    public async Task A_watch_is_told_of_its_own_store_alone_and_after_its_disposal_of_none()
    {
        var other = (await CreateStoreAsync("Other")).Id;
        using var watch = Engine.Watch(Store);
        var change = watch.Next;

        await CreateAsync("/a", store: other);
        Assert.False(change.IsCompleted);
        await CreateAsync("/a");
        await change.WaitAsync(Deadline);

        var next = watch.Next;
        watch.Dispose();
        watch.Dispose();
        using var again = Engine.Watch(Store);
        await CreateAsync("/b");
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Of_concurrent_writers_a_follower_sees_every_change_exactly_once_and_in_order()
    {
        var cursor = (await ReadAsync(null)).Cursor;
        using var deadline = new CancellationTokenSource(Deadline);
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < WritesEach; i++) await CreateAsync($"/{writer}/{i}");
        })).ToList();

        var seen = new List<long>();
        while (seen.Count < Writers * WritesEach)
        {
            var page = await AwaitAsync(cursor, deadline.Token);
            Assert.False(deadline.IsCancellationRequested, $"Only {seen.Count} changes came.");
            seen.AddRange(page.Events.Select(told => told.At.Seq));
            cursor = page.Cursor;
        }
        await Task.WhenAll(writers);

        Assert.Equal(Enumerable.Range(2, Writers * WritesEach).Select(seq => (long)seq), seen);
    }

    private async Task<ChangePage> ReadAsync(ChangeCursor? after, int take = 1_000) =>
        (await new ReadChanges(Engine).RunAsync(Me, Store, after, take, Never)).Done();

    private async Task<ChangePage> AwaitAsync(ChangeCursor after, CancellationToken patience) =>
        (await new AwaitChanges(Engine, new ReadChanges(Engine)).RunAsync(Me, Store, after, 10, patience, Never)).Done();
}
