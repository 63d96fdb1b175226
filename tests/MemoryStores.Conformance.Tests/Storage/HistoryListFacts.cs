using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The history as it is read: in pages, up or down, by kind, memory and path, and as far as a key reaches.</summary>
public abstract class HistoryListFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private const string Home = "/te_m%/";

    [Fact]
    public async Task Every_entry_is_listed_as_it_stands_newest_first_or_oldest_first()
    {
        await LiveAsync();
        var entries = await HistoryAsync();

        var newest = await AllAsync(new HistoryQuery(Store, 3));
        var oldest = await AllAsync(new HistoryQuery(Store, 3) { OldestFirst = true });

        Assert.Equal(entries.Select(entry => entry.Seq), oldest.Select(line => line.Entry.Seq));
        Assert.Equal(oldest.Select(Plain).Reverse(), newest.Select(Plain));
        foreach (var (entry, line) in entries.Zip(oldest))
        {
            Assert.Equal((entry.Kind, entry.At, entry.By, entry.CommitId, entry.Memory, entry.Version, entry.About, entry.Digest, entry.Size),
                (line.Entry.Kind, line.Entry.At, line.Entry.By, line.Entry.CommitId, line.Entry.Memory, line.Entry.Version, line.Entry.About, line.Entry.Digest, line.Entry.Size));
            Assert.Equal((Convert.ToHexString(entry.Entry.Span), Convert.ToHexString(entry.Link.Span)), (Convert.ToHexString(line.Entry.Entry.Span), Convert.ToHexString(line.Entry.Link.Span)));
        }
    }

    [Fact]
    public async Task A_line_says_where_it_stands_and_where_the_memory_came_from()
    {
        await LiveAsync();

        Assert.Equal(
            [
                "1 StoreCreated - -", "2 MemoryCreated /a -", "3 MemoryModified - -", "4 MemoryModified /b -", "5 MemoryConflict /b -",
                "6 MemoryModified /c /b", "7 VersionRedacted - -", "8 StoreUpdated - -", "9 MemoryDeleted /c -",
            ],
            (await AllAsync(new HistoryQuery(Store, 100) { OldestFirst = true })).Select(Plain));
    }

    [Fact]
    public async Task It_is_narrowed_by_seq_kind_memory_and_path_and_all_of_them_together()
    {
        var memory = await LiveAsync();
        await CreateAsync("/c/d");
        await CreateAsync("/cd");

        Assert.Equal([5L, 4], await SeqsAsync(new HistoryQuery(Store, 100) { AfterSeq = 3, BeforeSeq = 6 }));
        Assert.Equal([4L, 5], await SeqsAsync(new HistoryQuery(Store, 1) { AfterSeq = 3, BeforeSeq = 6, OldestFirst = true }));
        Assert.Equal([5L], await SeqsAsync(new HistoryQuery(Store, 100) { Kind = HistoryKind.MemoryConflict }));
        Assert.Equal([6L, 4, 3], await SeqsAsync(new HistoryQuery(Store, 1) { Kind = HistoryKind.MemoryModified }));
        Assert.Equal([9L, 7, 6, 5, 4, 3, 2], await SeqsAsync(new HistoryQuery(Store, 2) { Memory = memory }));
        Assert.Equal([5L], await SeqsAsync(new HistoryQuery(Store, 2) { Memory = memory, Kind = HistoryKind.MemoryConflict }));
        Assert.Equal([9L, 6], await SeqsAsync(new HistoryQuery(Store, 1) { Path = At("/c") }));
        Assert.Equal([5L, 4], await SeqsAsync(new HistoryQuery(Store, 1) { Path = At("/b") }));
        Assert.Equal([10L], await SeqsAsync(new HistoryQuery(Store, 1) { PathPrefix = "/c/" }));
        Assert.Equal([11L, 10, 9, 6, 5, 4, 2], await SeqsAsync(new HistoryQuery(Store, 100) { PathPrefix = "/" }));
        Assert.Equal([5L], await SeqsAsync(new HistoryQuery(Store, 100) { PathPrefix = "/", Kind = HistoryKind.MemoryConflict, Memory = memory, AfterSeq = 4, BeforeSeq = 6 }));
        Assert.Empty(await SeqsAsync(new HistoryQuery(Store, 100) { Path = At("/nowhere") }));
        Assert.Empty(await SeqsAsync(new HistoryQuery(Store, 100) { Memory = MemoryId.FromStorage("mem_none") }));
        Assert.Empty(await SeqsAsync(new HistoryQuery(Store, 100) { AfterSeq = long.MaxValue }));
    }

    [Fact]
    public async Task Pages_stay_while_others_write()
    {
        for (var i = 0; i < 6; i++) await CreateAsync($"/{i}");
        var first = (await ListAsync(new HistoryQuery(Store, 3))).Done();
        for (var i = 0; i < 6; i++) await CreateAsync($"/later/{i}");

        var second = (await ListAsync(new HistoryQuery(Store, 3) { BeforeSeq = first.Next })).Done();
        var third = (await ListAsync(new HistoryQuery(Store, 3) { BeforeSeq = second.Next })).Done();

        Assert.Equal([7L, 6, 5, 4, 3, 2, 1], first.Lines.Concat(second.Lines).Concat(third.Lines).Select(line => line.Entry.Seq));
        Assert.Null(third.Next);
    }

    [Fact]
    public async Task A_conflict_stays_listed_without_a_path_when_its_versions_are_redacted()
    {
        var memory = await LiveAsync();
        foreach (var version in (await VersionsAsync(memory)).Where(version => version.Redacted is null)) await RedactAsync(version.Id);

        var line = Assert.Single(await AllAsync(new HistoryQuery(Store, 10) { Kind = HistoryKind.MemoryConflict }));
        Assert.Equal("5 MemoryConflict - -", Plain(line));
        Assert.NotNull(line.Entry.About);
        Assert.Empty(await SeqsAsync(new HistoryQuery(Store, 100) { PathPrefix = "/" }));
        Assert.Equal(13, (await AllAsync(new HistoryQuery(Store, 100))).Count);
    }

    [Fact]
    public async Task A_key_confined_to_a_directory_is_shown_what_is_inside_and_what_happened_to_the_store()
    {
        var outside = await CreateAsync("/team/a", "outside");
        var inside = await CreateAsync(Home + "a");
        var entering = await UpdateAsync(outside.Id, path: Home + "b");
        await CommitAsync(Save(inside.Id, "against what is outside", outside.Head), Save(inside.Id, "against what is inside", entering.Head));
        await UpdateAsync(inside.Id, path: "/team/hidden");
        await CommitAsync(Save(inside.Id, "hidden", entering.Head));
        await new UpdateStore(Engine).RunAsync(Me, Store, new StorePatch("New", null, null), Never);
        await RedactAsync(inside.Head);
        var narrow = Me with { Grant = new Grant(KeyRole.Read, null, Home) };

        var lines = await AllAsync(new HistoryQuery(Store, 2) { OldestFirst = true }, narrow);

        Assert.Equal(
            [
                "1 StoreCreated - -", $"4 MemoryModified {Home}b -", $"5 MemoryModified {Home}a -", $"6 MemoryConflict {Home}a -", $"7 MemoryModified {Home}a -",
                $"8 MemoryConflict {Home}a -", "12 StoreUpdated - -",
            ],
            lines.Select(Plain));
        Assert.Equal([null, entering.Head], lines.Where(line => line.Entry.Kind == HistoryKind.MemoryConflict).Select(line => line.Entry.About));
        Assert.Empty(await AllAsync(new HistoryQuery(Store, 2) { PathPrefix = "/team/" }, narrow));
        Assert.Equal(5, (await AllAsync(new HistoryQuery(Store, 2) { PathPrefix = "/" }, narrow)).Count);
        Assert.Equal(2, (await AllAsync(new HistoryQuery(Store, 1) { Kind = HistoryKind.MemoryConflict }, narrow)).Count);
    }

    [Fact]
    public async Task An_unknown_store_is_refused() =>
        Assert.IsType<Refusal.StoreUnknown>((await ListAsync(new HistoryQuery(StoreId.FromStorage("memstore_none"), 1))).Why());

    /// <summary>A memory made (2), redacted later at 3, saved against what was there (4, 5), moved (6), and deleted (9).</summary>
    private async Task<MemoryId> LiveAsync()
    {
        var made = await CreateAsync("/a", "one");
        var theirs = await UpdateAsync(made.Id, "theirs", "/b");
        await CommitAsync(Save(made.Id, "mine", theirs.Head));
        await UpdateAsync(made.Id, path: "/c");
        await RedactAsync(theirs.Head);
        await new UpdateStore(Engine).RunAsync(Me, Store, new StorePatch("New", null, null), Never);
        await DeleteAsync(made.Id);
        return made.Id;
    }

    private async Task<Outcome<HistoryPage>> ListAsync(HistoryQuery query, Caller? by = null) => await new ListHistory(Engine).RunAsync(by ?? Me, query, Never);

    /// <summary>The list walked to its end.</summary>
    private async Task<List<HistoryLine>> AllAsync(HistoryQuery query, Caller? by = null)
    {
        var lines = new List<HistoryLine>();
        while (true)
        {
            var page = (await ListAsync(query, by)).Done();
            Assert.True(page.Lines.Count == query.Take || page.Next is null);
            lines.AddRange(page.Lines);
            if (page.Next is not { } next) return lines;
            query = query.OldestFirst ? query with { AfterSeq = next } : query with { BeforeSeq = next };
        }
    }

    private async Task<List<long>> SeqsAsync(HistoryQuery query) => [.. (await AllAsync(query)).Select(line => line.Entry.Seq)];

    private static string Plain(HistoryLine line) => $"{line.Entry.Seq} {line.Entry.Kind} {line.Path?.Value ?? "-"} {line.PathBefore?.Value ?? "-"}";

    private static Change.Update Save(MemoryId memory, string content, VersionId against) =>
        new Change.Update(new Target.ById(memory), MemoryContent.Of(content), null, Expectation.Nothing).Against(against);
}
