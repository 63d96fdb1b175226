using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Sections 5.1 to 5.6 of the contract: a store's life.</summary>
public abstract class StoreFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task Totals_count_stores_above_a_number_of_memories_or_bytes_in_every_workspace()
    {
        await CreateAsync("/a", "12345");
        await CreateAsync("/b", "12345");
        var elsewhere = Me with { Workspace = await WorkspaceAsync("elsewhere") };
        await CreateAsync("/a", "123456789ab", elsewhere, (await CreateStoreAsync("Other", elsewhere)).Id);

        Assert.Equal(new StorageTotals(2, 0), await TotalsAsync(memories: 0, bytes: 0));
        Assert.Equal(new StorageTotals(1, 0), await TotalsAsync(memories: 1, bytes: 100));
        Assert.Equal(new StorageTotals(1, 0), await TotalsAsync(memories: 2, bytes: 10));
        Assert.Equal(new StorageTotals(0, 0), await TotalsAsync(memories: 2, bytes: 11));

        async Task<StorageTotals> TotalsAsync(long memories, long bytes) => await Engine.ReadAsync(reader => reader.CountTotalsAsync(memories, bytes), Never);
    }

    [Fact]
    public async Task A_store_is_found_as_it_was_made()
    {
        var profile = Profile("Näme 𝄞", "line\nand U+0000 \0", ("b", "2"), ("a", ""), ("quote\"", "\\"));
        var made = (await new CreateStore(Engine, Limits).RunAsync(Me, profile, Never)).Done();
        var found = await StoreAsync(made.Id);

        Assert.Equal(made, found);
        Assert.Equal(profile, found.Profile);
        Assert.Equal((found.CreatedAt, null), (found.UpdatedAt, found.ArchivedAt));
    }

    [Fact]
    public async Task Names_need_not_be_unique()
    {
        var (first, second) = (await CreateStoreAsync("Same"), await CreateStoreAsync("Same"));

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task An_update_changes_the_given_fields_and_the_time()
    {
        await UpdateAsync(new StorePatch(null, "about", Pairs(("a", "1"), ("b", "2"))));
        Clock.Move(TimeSpan.FromSeconds(1));
        var before = await StoreAsync(Store);
        var updated = (await UpdateAsync(new StorePatch("Renamed", null, Pairs(("a", null), ("c", "3"))))).Done();

        Assert.Equal(Profile("Renamed", "about", ("b", "2"), ("c", "3")), updated.Profile);
        Assert.Equal(before.CreatedAt, updated.CreatedAt);
        Assert.True(updated.UpdatedAt > before.UpdatedAt);
        Assert.Equal(updated, await StoreAsync(Store));
    }

    [Fact]
    public async Task An_empty_description_clears_it()
    {
        await UpdateAsync(new StorePatch(null, "about", null));

        Assert.Equal("", (await UpdateAsync(new StorePatch(null, "", null))).Done().Profile.Description);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_leaves_time_and_history()
    {
        var (before, head) = (await StoreAsync(Store), await HeadAsync());
        Clock.Move(TimeSpan.FromSeconds(1));

        Assert.Equal(before, (await UpdateAsync(new StorePatch(null, null, null))).Done());
        Assert.Equal(before, (await UpdateAsync(new StorePatch("Notes", "", Pairs(("absent", null))))).Done());
        Assert.Equal(head.Seq, (await HeadAsync()).Seq);
    }

    [Fact]
    public async Task An_update_with_one_bad_field_changes_nothing()
    {
        var seventeen = Enumerable.Range(0, 17).Select(i => ($"key{i}", (string?)"x")).ToArray();

        Assert.IsType<Refusal.BadField>((await UpdateAsync(new StorePatch("Good", null, Pairs(seventeen)))).Why());
        Assert.IsType<Refusal.BadField>((await UpdateAsync(new StorePatch("", "good", null))).Why());
        Assert.Equal(Profile("Notes"), (await StoreAsync(Store)).Profile);
    }

    [Fact]
    public async Task The_limit_of_pairs_counts_what_the_patch_leaves()
    {
        await UpdateAsync(new StorePatch(null, null, Pairs([.. Enumerable.Range(0, 16).Select(i => ($"key{i}", (string?)"x"))])));

        Assert.IsType<Refusal.BadField>((await UpdateAsync(new StorePatch(null, null, Pairs(("more", "x"))))).Why());
        Assert.Equal(16, (await UpdateAsync(new StorePatch(null, null, Pairs(("more", "x"), ("key0", null))))).Done().Profile.Metadata.Count);
    }

    [Fact]
    public async Task Memories_do_not_move_the_store_s_time()
    {
        var before = await StoreAsync(Store);
        Clock.Move(TimeSpan.FromSeconds(1));
        await CreateAsync("/a");

        Assert.Equal(before, await StoreAsync(Store));
    }

    [Fact]
    public async Task Archiving_sets_both_times_and_a_second_call_keeps_them()
    {
        Clock.Move(TimeSpan.FromSeconds(1));
        var archived = await ArchiveAsync();
        Clock.Move(TimeSpan.FromSeconds(1));
        var again = await ArchiveAsync();

        Assert.NotNull(archived.ArchivedAt);
        Assert.Equal(archived.ArchivedAt, archived.UpdatedAt);
        Assert.Equal(archived, again);
        Assert.Equal(archived, await StoreAsync(Store));
        await AssertHistoryHoldsAsync();
    }

    [Fact]
    public async Task An_archived_store_refuses_updates_creates_and_writes_even_ones_that_change_nothing()
    {
        var memory = await CreateAsync("/a", "text");
        await ArchiveAsync();

        Assert.IsType<Refusal.StoreArchived>((await UpdateAsync(new StorePatch(null, null, null))).Why());
        Assert.IsType<Refusal.StoreArchived>((await TryCreateAsync("/b")).Why());
        Assert.IsType<Refusal.StoreArchived>((await TryUpdateAsync(memory.Id, "text")).Why());
        Assert.IsType<Refusal.StoreArchived>((await TryUpdateAsync(memory.Id, path: "/b")).Why());
        Assert.IsType<Refusal.StoreArchived>((await TryUpdateAsync(MemoryId.FromStorage("mem_none"), "text")).Why());
    }

    [Fact]
    public async Task An_archived_store_is_read_its_memories_deleted_and_versions_redacted()
    {
        var memory = await CreateAsync("/a", "one");
        var head = (await UpdateAsync(memory.Id, "two")).Head;
        await ArchiveAsync();

        Assert.Equal("two", (await RetrieveAsync(memory.Id)).Content!.ToString());
        Assert.IsType<Refusal.VersionIsHead>((await TryRedactAsync(head)).Why());
        Assert.NotNull((await RedactAsync(memory.Head)).Redacted);
        await DeleteAsync(memory.Id);
        Assert.NotNull((await RedactAsync(head)).Redacted);
        Assert.Empty(await StateAsync());
        Assert.Equal(3, (await VersionsAsync()).Count);
        await AssertHistoryHoldsAsync();
    }

    [Fact]
    public async Task A_deleted_store_is_unknown_to_every_call()
    {
        var memory = await CreateAsync("/a");
        var deleted = await DeleteAsync(Store);

        Assert.Equal(Store, deleted.Done());
        Assert.IsType<Refusal.StoreUnknown>((await DeleteAsync(Store)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await new RetrieveStore(Engine).RunAsync(Me, Store, Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await UpdateAsync(new StorePatch("x", null, null))).Why());
        Assert.IsType<Refusal.StoreUnknown>((await new ArchiveStore(Engine).RunAsync(Me, Store, Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryCreateAsync("/a")).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryRetrieveAsync(memory.Id)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryUpdateAsync(memory.Id, "x")).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryDeleteAsync(memory.Id)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryRedactAsync(memory.Head)).Why());
        Assert.Empty((await ListAsync()).Items);
    }

    [Fact]
    public async Task An_archived_store_can_be_deleted()
    {
        await ArchiveAsync();

        Assert.Equal(Store, (await DeleteAsync(Store)).Done());
    }

    [Fact]
    public async Task Content_shared_with_a_deleted_store_stays_for_the_other()
    {
        await CreateAsync("/a", "shared");
        var other = (await CreateStoreAsync("Other")).Id;
        var kept = await CreateAsync("/b", "shared", store: other);
        await DeleteAsync(Store);

        Assert.Equal("shared", (await TryRetrieveAsync(kept.Id, other)).Done().Content!.ToString());
    }

    [Fact]
    public async Task Stores_are_listed_newest_first_and_archived_ones_on_request()
    {
        var second = await NextAsync("second");
        var third = await NextAsync("third");
        await new ArchiveStore(Engine).RunAsync(Me, second.Id, Never);

        Assert.Equal([third.Id, Store], (await ListAsync()).Items.Select(store => store.Id));
        Assert.Equal([third.Id, second.Id, Store], (await ListAsync(archived: true)).Items.Select(store => store.Id));
    }

    [Fact]
    public async Task Bounds_on_the_time_of_making_are_inclusive()
    {
        var second = await NextAsync("second");
        var third = await NextAsync("third");

        Assert.Equal([second.Id], (await ListAsync(from: second.CreatedAt, until: second.CreatedAt)).Items.Select(store => store.Id));
        Assert.Equal([third.Id, second.Id], (await ListAsync(from: second.CreatedAt)).Items.Select(store => store.Id));
        Assert.Equal([second.Id, Store], (await ListAsync(until: third.CreatedAt - 1)).Items.Select(store => store.Id));
    }

    [Fact]
    public async Task A_walk_over_stores_made_in_one_microsecond_meets_each_once()
    {
        var made = new List<StoreId> { Store };
        for (var i = 0; i < 9; i++) made.Add((await CreateStoreAsync($"store {i}")).Id);

        var met = new List<StoreId>();
        (long, StoreId)? after = null;
        do
        {
            var page = await ListAsync(after: after, take: 3);
            met.AddRange(page.Items.Select(store => store.Id));
            after = page.Last is { } last ? (last.CreatedAt, last.Id) : null;
            Assert.True(met.Count <= made.Count);
        }
        while (after is not null);

        Assert.Equal(made.Select(id => id.Value).OrderDescending(StringComparer.Ordinal), met.Select(id => id.Value));
    }

    [Fact]
    public async Task A_full_last_page_of_stores_is_the_last()
    {
        await NextAsync("second");

        Assert.Null((await ListAsync(take: 2)).Last);
        Assert.NotNull((await ListAsync(take: 1)).Last);
    }

    [Fact]
    public async Task A_walk_goes_on_behind_a_store_that_was_deleted()
    {
        var second = await NextAsync("second");
        await NextAsync("third");
        await DeleteAsync(second.Id);

        Assert.Equal([Store], (await ListAsync(after: (second.CreatedAt, second.Id))).Items.Select(store => store.Id));
    }

    [Fact]
    public async Task The_limit_on_stores_counts_archived_ones_and_frees_with_deletion()
    {
        Limits = Limits with { StoresPerWorkspace = 2 };
        var second = await CreateStoreAsync("second");
        await new ArchiveStore(Engine).RunAsync(Me, second.Id, Never);

        Assert.IsType<Refusal.WorkspaceFull>((await TryCreateStoreAsync(Me)).Why());
        (await TryCreateStoreAsync(Me with { Workspace = await WorkspaceAsync("other") })).Done();
        await DeleteAsync(second.Id);
        (await TryCreateStoreAsync(Me)).Done();
    }

    [Fact]
    public async Task The_limit_on_stores_holds_under_concurrency()
    {
        Limits = Limits with { StoresPerWorkspace = 4 };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => TryCreateStoreAsync(Me))));

        Assert.Equal(3, outcomes.Count(outcome => outcome is Outcome<MemoryStore>.Done));
        Assert.Equal(4, await Engine.ReadAsync(reader => reader.CountStoresAsync(Me.Workspace), Never));
    }

    private async Task<MemoryStore> NextAsync(string name)
    {
        Clock.Move(TimeSpan.FromSeconds(1));
        return await CreateStoreAsync(name);
    }

    private async Task<Outcome<MemoryStore>> TryCreateStoreAsync(Caller by) =>
        await new CreateStore(Engine, Limits).RunAsync(by, Profile("one more"), Never);

    private async Task<MemoryStore> StoreAsync(StoreId store) => (await new RetrieveStore(Engine).RunAsync(Me, store, Never)).Done();

    private async Task<Outcome<MemoryStore>> UpdateAsync(StorePatch patch) => await new UpdateStore(Engine).RunAsync(Me, Store, patch, Never);

    private async Task<MemoryStore> ArchiveAsync() => (await new ArchiveStore(Engine).RunAsync(Me, Store, Never)).Done();

    private async Task<Outcome<StoreId>> DeleteAsync(StoreId store) => await new DeleteStore(Engine, Patience).RunAsync(Me, store, Never);

    private async Task<StorePage> ListAsync(
        bool archived = false, long? from = null, long? until = null, (long, StoreId)? after = null, int take = 100) =>
        await new ListStores(Engine).RunAsync(Me, new StoreQuery(Me.Workspace, archived, from, until, after, take), Never);

    private static Dictionary<string, string?> Pairs(params (string Key, string? Value)[] pairs) => pairs.ToDictionary();
}
