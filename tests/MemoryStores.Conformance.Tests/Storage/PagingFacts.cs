using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Versions;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Section 6 of the contract: lists in pages, while others write.</summary>
public abstract class PagingFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    // In the order of UTF-8 bytes. UTF-16 has the astral 𝄞 (U+1D11E) before U+E000 and U+FFFD.
    private static readonly string[] InOrder =
        ["/!", "/0", "/A", "/a", "/a b", "/a-b/x", "/a.md", "/a0", "/ab", "/z", "/é", "/中", "/\uE000", "/\uFFFD", "/\U0001D11E", "/\U0010FFFD"];

    [Fact]
    public async Task Memories_are_listed_in_the_order_of_their_bytes_over_any_length_of_page()
    {
        foreach (var path in InOrder.Reverse()) await CreateAsync(path);

        foreach (var limit in new[] { 1, 2, 3, 5, InOrder.Length, 100 })
            Assert.Equal(InOrder, await WalkAsync("/", deep: true, limit));
    }

    [Fact]
    public async Task A_full_last_page_is_the_last()
    {
        await CreateAsync("/a");
        await CreateAsync("/b/c");

        Assert.Null((await PageAsync("/", deep: true, null, 2)).Next);
        Assert.NotNull((await PageAsync("/", deep: true, null, 1)).Next);
        Assert.Null((await PageAsync("/", deep: false, null, 2)).Next);
    }

    [Fact]
    public async Task An_empty_store_and_a_prefix_without_memories_are_one_empty_page()
    {
        Assert.Empty((await PageAsync("/", deep: true, null, 10)).Items);
        await CreateAsync("/a");
        var page = await PageAsync("/b/", deep: true, null, 10);
        Assert.Empty(page.Items);
        Assert.Null(page.Next);
        Assert.Empty((await PageAsync("/a/", deep: true, null, 10)).Items);
    }

    [Fact]
    public async Task A_prefix_is_compared_literally()
    {
        foreach (var path in new[] { "/a/x", "/A/x", "/ab/x", "/a_/x", "/a%/x", "/aa/x", "/a.b" }) await CreateAsync(path);

        Assert.Equal(["/a/x"], await WalkAsync("/a/", deep: true, 10));
        Assert.Equal(["/a_/x"], await WalkAsync("/a_/", deep: true, 10));
        Assert.Equal(["/a%/x"], await WalkAsync("/a%/", deep: true, 10));
    }

    [Fact]
    public async Task Direct_children_stand_in_one_order_with_the_directories_and_none_repeats()
    {
        foreach (var path in new[] { "/d/a", "/d/b/1", "/d/b/2/x", "/d/b-c", "/d/b.md", "/d/b0/1", "/d/b0/2", "/d/c/x/y/z", "/d/e", "/other" })
            await CreateAsync(path);

        string[] expected = ["/d/a", "/d/b-c", "/d/b.md", "/d/b/", "/d/b0/", "/d/c/", "/d/e"];
        foreach (var limit in new[] { 1, 2, 3, 7, 100 }) Assert.Equal(expected, await WalkAsync("/d/", deep: false, limit));
        Assert.Equal(["/d/", "/other"], await WalkAsync("/", deep: false, 1));
    }

    [Fact]
    public async Task A_directory_is_not_met_again_though_its_memories_change_between_pages()
    {
        await CreateAsync("/a/1");
        var doomed = await CreateAsync("/a/2");
        await CreateAsync("/b");
        var first = await PageAsync("/", deep: false, null, 1);
        await DeleteAsync(doomed.Id);
        await CreateAsync("/a/3");

        Assert.Equal(["/a/"], first.Items.Select(item => item.Path));
        Assert.Equal(["/b"], (await PageAsync("/", deep: false, first.Next, 10)).Items.Select(item => item.Path));
    }

    [Fact]
    public async Task A_page_goes_on_behind_a_memory_that_is_gone_or_has_become_a_directory()
    {
        var memory = await CreateAsync("/b");
        await CreateAsync("/c");
        await CreateAsync("/a");
        var page = await PageAsync("/", deep: true, null, 2);
        await DeleteAsync(memory.Id);
        await CreateAsync("/b/below");

        Assert.Equal("/b", page.Items[^1].Path);
        Assert.Equal(["/b/below", "/c"], (await PageAsync("/", deep: true, page.Next, 10)).Items.Select(item => item.Path));
        Assert.Equal(["/b/", "/c"], (await PageAsync("/", deep: false, page.Next, 10)).Items.Select(item => item.Path));
    }

    [Fact]
    public async Task A_walk_meets_no_memory_twice_and_misses_none_that_was_there_throughout()
    {
        var chance = Chance.For($"{GetType()} walk");
        var steady = new HashSet<string>();
        var passing = new List<Memory>();
        for (var i = 0; i < 60; i++)
        {
            var path = $"/{chance.Next(4)}/{(char)('a' + chance.Next(26))}{i}";
            if (i % 2 == 0) steady.Add((await CreateAsync(path)).Path.Value);
            else passing.Add(await CreateAsync(path));
        }

        var met = new List<string>();
        MemoryListCursor? after = null;
        do
        {
            var page = await PageAsync("/", deep: true, after, 7);
            met.AddRange(page.Items.Select(item => item.Path));
            after = page.Next;
            for (var i = 0; i < 3; i++) await CreateAsync($"/{chance.Next(4)}/{(char)('a' + chance.Next(26))}new{met.Count}{i}");
            for (var i = 0; i < 2 && passing.Count > 0; i++)
            {
                var at = chance.Next(passing.Count);
                await DeleteAsync(passing[at].Id);
                passing.RemoveAt(at);
            }
            await UpdateAsync((await Engine.ReadAsync(reader => reader.FindMemoryAtAsync(Store, steady.First()), Never))!.Id, $"edit {met.Count}");
            Assert.True(met.Count < 1_000, Chance.Replay);
        }
        while (after is not null);

        Assert.True(met.Count == met.Distinct().Count(), Chance.Replay);
        Assert.True(steady.IsSubsetOf(met), Chance.Replay);
        Assert.True(met.SequenceEqual(met.Order(Utf8Order.Comparer)), Chance.Replay);
    }

    [Fact]
    public async Task Content_is_in_a_page_on_request()
    {
        await CreateAsync("/a", "one");
        await CreateAsync("/b", "one");

        var (with, without) = (await PageAsync("/", deep: true, null, 10, withContent: true), await PageAsync("/", deep: true, null, 10));

        Assert.All(with.Items, item => Assert.Equal("one", ((MemoryListItem.One)item).Memory.Content!.ToString()));
        Assert.All(without.Items, item => Assert.Null(((MemoryListItem.One)item).Memory.Content));
    }

    [Fact]
    public async Task The_pages_of_an_unknown_store_are_refused()
    {
        var unknown = StoreId.FromStorage("memstore_none");
        var request = new MemoryPageRequest(unknown, "/", false, null, 10, false);

        Assert.IsType<Refusal.StoreUnknown>((await new ListMemories(Engine).RunAsync(Me, request, Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await new ListVersions(Engine).RunAsync(Me, new VersionQuery(unknown, 10, false), Never)).Why());
    }

    [Fact]
    public async Task Versions_are_walked_newest_first_while_more_are_written()
    {
        var made = await CreateAsync("/a", "0");
        for (var i = 1; i < 10; i++) await UpdateAsync(made.Id, $"{i}");

        var met = new List<string>();
        long? below = null;
        do
        {
            var page = await VersionPageAsync(new VersionQuery(Store, 3, WithContent: true) { BelowSeq = below });
            met.AddRange(page.Items.Select(version => version.Content!.ToString()));
            below = page.NextBelowSeq;
            await UpdateAsync(made.Id, $"new {met.Count}");
        }
        while (below is not null);

        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"{i}"), met);
    }

    [Fact]
    public async Task A_full_last_page_of_versions_is_the_last()
    {
        await CreateAsync("/a");
        await CreateAsync("/b");

        Assert.Null((await VersionPageAsync(new VersionQuery(Store, 2, false))).NextBelowSeq);
        Assert.NotNull((await VersionPageAsync(new VersionQuery(Store, 1, false))).NextBelowSeq);
    }

    [Fact]
    public async Task Filters_on_versions_combine()
    {
        var session = As(Me, ActorKind.Session, "sesn_1");
        var first = await CreateAsync("/a", "one");
        Clock.Move(TimeSpan.FromSeconds(1));
        var second = await CreateAsync("/b", "one", by: session);
        Clock.Move(TimeSpan.FromSeconds(1));
        await UpdateAsync(second.Id, "two");
        Clock.Move(TimeSpan.FromSeconds(1));
        await DeleteAsync(first.Id);
        var all = new VersionQuery(Store, 100, WithContent: false);
        var versions = (await VersionPageAsync(all)).Items;

        Assert.Equal([3, 2, 1, 0], await FindAsync(all));
        Assert.Equal([3, 0], await FindAsync(all with { Memory = first.Id }));
        Assert.Equal([1], await FindAsync(all with { By = session.Actor }));
        Assert.Equal([3, 2, 0], await FindAsync(all with { By = Me.Actor }));
        Assert.Empty(await FindAsync(all with { By = Me.Actor with { Kind = ActorKind.User } }));
        Assert.Equal([2], await FindAsync(all with { Operation = VersionOperation.Modified }));
        Assert.Equal([1, 0], await FindAsync(all with { Operation = VersionOperation.Created }));
        Assert.Equal([2], await FindAsync(all with { Memory = second.Id, By = Me.Actor, Operation = VersionOperation.Modified }));
        Assert.Empty(await FindAsync(all with { Memory = second.Id, By = Me.Actor, Operation = VersionOperation.Created }));
        Assert.Empty(await FindAsync(all with { Memory = MemoryId.FromStorage("mem_none") }));
        // Versions stand newest first, so the time of "one" is that of versions[3 - one].
        Assert.Equal([2, 1], await FindAsync(all with { CreatedFrom = versions[2].CreatedAt, CreatedUntil = versions[1].CreatedAt }));
        Assert.Equal([3, 2], await FindAsync(all with { CreatedFrom = versions[2].CreatedAt + 1 }));
        Assert.Equal([0], await FindAsync(all with { CreatedUntil = versions[2].CreatedAt - 1 }));
        Assert.Equal([0], await FindAsync(all with { BelowSeq = versions[2].Seq }));
        Assert.Equal([0], await FindAsync(all with { By = Me.Actor, CreatedUntil = versions[2].CreatedAt, BelowSeq = versions[1].Seq }));

        async Task<IEnumerable<int>> FindAsync(VersionQuery query) =>
            (await VersionPageAsync(query)).Items.Select(found => 3 - versions.Select(version => version.Id).ToList().IndexOf(found.Id));
    }

    private async Task<List<string>> WalkAsync(string prefix, bool deep, int limit)
    {
        var met = new List<string>();
        MemoryListCursor? after = null;
        do
        {
            var page = await PageAsync(prefix, deep, after, limit);
            Assert.True(page.Items.Count <= limit);
            met.AddRange(page.Items.Select(item => item.Path));
            after = page.Next;
            Assert.True(met.Count <= 100, "The walk does not end.");
        }
        while (after is not null);
        return met;
    }

    private async Task<MemoryPage> PageAsync(string prefix, bool deep, MemoryListCursor? after, int limit, bool withContent = false) =>
        (await new ListMemories(Engine).RunAsync(Me, new MemoryPageRequest(Store, prefix, !deep, after, limit, withContent), Never)).Done();

    private async Task<VersionPage> VersionPageAsync(VersionQuery query) => (await new ListVersions(Engine).RunAsync(Me, query, Never)).Done();
}
