using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The promises of <see cref="IStorageEngine"/> itself: units, reads, cancellation.</summary>
public abstract class UnitFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_unit_sees_what_it_has_written_itself()
    {
        var seen = await Engine.RunAsync(null, async tx =>
        {
            await tx.PutSettingAsync("colour", "blue"u8.ToArray());
            return await tx.FindSettingAsync("colour");
        }, Never);

        Assert.Equal("blue"u8.ToArray(), seen);
    }

    [Fact]
    public async Task An_exception_undoes_its_unit_and_reaches_the_caller()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () => await Engine.RunAsync<int>(null, async tx =>
        {
            await tx.PutSettingAsync("colour", "blue"u8.ToArray());
            throw new InvalidOperationException("on purpose");
        }, Never));

        Assert.Equal("on purpose", thrown.Message);
        Assert.Null(await SettingAsync("colour"));
    }

    [Fact]
    public async Task An_exception_after_writes_to_a_store_leaves_its_memories_history_and_counts_as_they_were()
    {
        await CreateAsync("/kept", "kept");
        var before = await HeadAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () => await Engine.RunAsync<int>(Store, async tx =>
        {
            var memory = (await tx.FindMemoryAtAsync(Store, "/kept"))!;
            await tx.VacateAsync(Store, memory.Id);
            await tx.PutHeadAsync(before with { Seq = 99, Memories = 0 });
            throw new InvalidOperationException("on purpose");
        }, Never));

        Assert.Equal(["/kept=kept"], await StateAsync());
        await AssertHistoryHoldsAsync();
        await AssertCountsAsync();
    }

    [Fact]
    public async Task Units_that_throw_do_not_touch_others_of_their_batch()
    {
        var units = Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            await Engine.RunAsync(null, async tx =>
            {
                await tx.PutSettingAsync($"unit {i}", new[] { (byte)i });
                return i % 3 == 0 ? throw new InvalidOperationException("on purpose") : i;
            }, Never);
        })).ToList();
        await Task.WhenAll(units).ContinueWith(static _ => { }, TaskScheduler.Default);

        for (var i = 0; i < units.Count; i++)
        {
            Assert.Equal(i % 3 == 0, units[i].IsFaulted);
            Assert.Equal(i % 3 == 0 ? null : new[] { (byte)i }, await SettingAsync($"unit {i}"));
        }
    }

    [Fact]
    public async Task Units_never_see_each_other_half_done()
    {
        await Engine.RunAsync(null, async tx => { await tx.PutSettingAsync("count", new byte[1]); return 0; }, Never);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () => await Engine.RunAsync(null, async tx =>
        {
            var count = (await tx.FindSettingAsync("count"))![0];
            await tx.PutSettingAsync("count", new[] { (byte)(count + 1) });
            return count;
        }, Never))));

        Assert.Equal(new byte[] { 100 }, await SettingAsync("count"));
    }

    [Fact]
    public async Task A_read_sees_every_unit_answered_before_it()
    {
        for (byte i = 0; i < 20; i++)
        {
            var value = new[] { i };
            await Engine.RunAsync(null, async tx => { await tx.PutSettingAsync("latest", value); return 0; }, Never);
            Assert.Equal(value, await SettingAsync("latest"));
        }
    }

    [Fact]
    public async Task A_read_sees_one_state_while_units_go_on()
    {
        var one = Engine.RunAsync(null, tx => PutBothAsync(tx, 0), Never);
        await one;
        using var done = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (byte i = 1; i < 100; i++) await Engine.RunAsync(null, tx => PutBothAsync(tx, i), Never);
            await done.CancelAsync();
        });

        var reads = 0;
        while (!done.IsCancellationRequested || reads == 0)
        {
            var (left, right) = await Engine.ReadAsync(async reader =>
                ((await reader.FindSettingAsync("left"))![0], (await reader.FindSettingAsync("right"))![0]), Never);
            Assert.Equal(left, right);
            reads++;
        }
        await writing;

        static async ValueTask<int> PutBothAsync(IStorageTransaction tx, byte value)
        {
            await tx.PutSettingAsync("left", new[] { value });
            await tx.PutSettingAsync("right", new[] { value });
            return 0;
        }
    }

    [Fact]
    public async Task A_unit_cancelled_before_its_start_does_not_run()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var ran = false;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Engine.RunAsync(null, _ => ValueTask.FromResult(ran = true), cancelled.Token));

        Assert.False(ran);
    }

    [Fact]
    public async Task A_unit_cancelled_while_it_waits_for_another_does_not_run()
    {
        using var entered = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        using var cancelled = new CancellationTokenSource();
        var ran = false;
        var first = Task.Run(async () => await Engine.RunAsync(null, _ =>
        {
            entered.Release();
            mayEnd.Wait();
            return ValueTask.FromResult(1);
        }, Never));
        await entered.WaitAsync();

        // Called here and not on another thread, so that it stands in line before it is cancelled.
        var second = Engine.RunAsync(null, _ => ValueTask.FromResult(ran = true), cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        mayEnd.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(1, await first);
        Assert.False(ran);
    }

    [Fact]
    public async Task Cancellation_after_the_start_no_longer_counts()
    {
        using var cancelled = new CancellationTokenSource();

        var value = await Engine.RunAsync(null, async tx =>
        {
            await cancelled.CancelAsync();
            await tx.PutSettingAsync("colour", "blue"u8.ToArray());
            return 7;
        }, cancelled.Token);

        Assert.Equal(7, value);
        Assert.NotNull(await SettingAsync("colour"));
    }

    [Fact]
    public async Task The_time_stands_still_within_a_unit_and_never_goes_back_between_two()
    {
        var (first, same) = await Engine.RunAsync(null, tx =>
        {
            var before = tx.Now;
            Clock.Move(TimeSpan.FromSeconds(1));
            return ValueTask.FromResult((before, tx.Now));
        }, Never);
        Clock.Move(TimeSpan.FromHours(-1));
        var later = await Engine.RunAsync(null, tx => ValueTask.FromResult(tx.Now), Never);

        Assert.Equal(first, same);
        Assert.True(later >= first);
    }

    [Fact]
    public async Task Ids_are_made_in_order_even_within_a_microsecond()
    {
        var ids = await Engine.RunAsync(null, tx =>
            ValueTask.FromResult(Enumerable.Range(0, 2_000).Select(_ => tx.NewId(MemoryId.Tag)).ToList()), Never);
        Clock.Move(TimeSpan.FromHours(-1));
        ids.Add(await Engine.RunAsync(null, tx => ValueTask.FromResult(tx.NewId(MemoryId.Tag)), Never));

        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task Two_live_memories_can_never_stand_at_one_path_whatever_an_operation_asks()
    {
        var first = await CreateAsync("/a");

        await Assert.ThrowsAnyAsync<Exception>(async () => await Engine.RunAsync(Store, async tx =>
        {
            var entry = (await tx.FindHistoryAsync(Store, (await tx.FindVersionAsync(Store, first.Head, withContent: false))!.Seq))!;
            var other = MemoryId.FromStorage(tx.NewId(MemoryId.Tag));
            await tx.InsertMemoryAsync(Store, other, tx.Now);
            await tx.AppendHistoryAsync(entry with
            {
                Seq = entry.Seq + 1, Memory = other, Version = VersionId.FromStorage(tx.NewId(VersionId.Tag)),
            });
            return 0;
        }, Never));

        Assert.Equal(first.Id, (await Engine.ReadAsync(reader => reader.FindMemoryAtAsync(Store, "/a"), Never))!.Id);
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_empty()
    {
        var (memory, version, store) = (MemoryId.FromStorage("mem_none"), VersionId.FromStorage("memver_none"), StoreId.FromStorage("memstore_none"));
        await Engine.ReadAsync(async reader =>
        {
            foreach (var where in new[] { Store, store })
            {
                Assert.Null(await reader.FindMemoryAsync(where, memory, withContent: true));
                Assert.Null(await reader.FindMemoryAtAsync(where, "/none"));
                Assert.Null(await reader.FindVersionAsync(where, version, withContent: true));
                Assert.Null(await reader.FindHistoryAsync(where, 99));
                Assert.Null(await reader.FindHistoryAsync(where, 0));
                Assert.Null(await reader.FindCommitAsync(where, "none"));
                Assert.Empty(await reader.ListMemoriesAsync(new MemoryQuery(where, "/", "0", 10, WithContent: true)));
                Assert.Empty(await reader.ListVersionsAsync(new VersionQuery(where, 10, WithContent: true)));
                Assert.False(await reader.IsErasurePendingAsync(Me.Workspace, where, null));
            }
            Assert.Null(await reader.FindStoreAsync(Me.Workspace, store));
            Assert.Null(await reader.FindHeadAsync(Me.Workspace, store));
            Assert.Null(await reader.FindKeyAsync(new byte[32]));
            Assert.Null(await reader.FindSettingAsync("none"));
            return 0;
        }, Never);
    }

    private async Task<byte[]?> SettingAsync(string name) => await Engine.ReadAsync(reader => reader.FindSettingAsync(name), Never);
}
