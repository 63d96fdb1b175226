using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>How far a key reaches: what lies outside of its stores and its directory is answered like what never was.</summary>
public abstract class GrantFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    // A directory whose name would be a pattern to a careless query.
    private const string Home = "/te_m%/";
    private static readonly MemoryId NoMemory = MemoryId.FromStorage("mem_01BejcL6L48nPdsSQMRmQQ1r");
    private static readonly VersionId NoVersion = VersionId.FromStorage("memver_01JShQ1pdoW3aLj7EeBqu5Ax");

    private Caller Narrow => Me with { Actor = new Actor(ActorKind.ApiKey, "apikey_narrow"), Grant = new Grant(KeyRole.Write, null, Home) };

    private Caller InStores(params StoreId[] stores) => Me with { Grant = new Grant(KeyRole.Write, stores) };

    [Fact]
    public async Task A_store_outside_is_a_store_that_never_was()
    {
        var other = (await CreateStoreAsync("Other")).Id;
        var caller = InStores(other);
        var memory = await CreateAsync("/a");

        foreach (var store in new[] { Store, StoreId.FromStorage("memstore_none") })
        {
            Refusal expected = new Refusal.StoreUnknown(store.Value);
            Assert.Equal(expected, (await new RetrieveStore(Engine).RunAsync(caller, store, Never)).Why());
            Assert.Equal(expected, (await new UpdateStore(Engine).RunAsync(caller, store, new StorePatch("x", null, null), Never)).Why());
            Assert.Equal(expected, (await new ArchiveStore(Engine).RunAsync(caller, store, Never)).Why());
            Assert.Equal(expected, (await new DeleteStore(Engine, Patience).RunAsync(caller, store, Never)).Why());
            Assert.Equal(expected, (await TryCreateAsync("/a", by: caller, store: store)).Why());
            Assert.Equal(expected, (await new RetrieveMemory(Engine).RunAsync(caller, store, memory.Id, false, Never)).Why());
            Assert.Equal(expected, (await ListAsync(caller, "/", false, store)).Why());
            Assert.Equal(expected, (await new ListVersions(Engine).RunAsync(caller, new VersionQuery(store, 10, false), Never)).Why());
            Assert.Equal(expected, (await new RetrieveVersion(Engine).RunAsync(caller, store, memory.Head, false, Never)).Why());
            Assert.Equal(expected, (await TryRedactAsync(memory.Head, caller, store)).Why());
        }
        Assert.Equal([other], (await StoresAsync(caller)).Select(store => store.Id));
        Assert.IsType<Refusal.ScopeTooNarrow>((await new CreateStore(Engine, Limits).RunAsync(caller, Profile("New"), Never)).Why());
    }

    [Fact]
    public async Task Stores_within_are_listed_page_by_page_as_if_there_were_no_others()
    {
        var mine = new List<StoreId>();
        for (var i = 0; i < 6; i++)
        {
            Clock.Move(TimeSpan.FromSeconds(1));
            var made = (await CreateStoreAsync($"{i}")).Id;
            if (i % 2 == 0) mine.Insert(0, made);
        }
        var caller = InStores([.. mine]);

        var first = await new ListStores(Engine).RunAsync(caller, Query(2), Never);
        var second = await new ListStores(Engine).RunAsync(caller, Query(2) with { After = (first.Last!.CreatedAt, first.Last.Id) }, Never);

        Assert.Equal(mine, first.Items.Concat(second.Items).Select(store => store.Id));
        Assert.Null(second.Last);
    }

    [Fact]
    public async Task A_whole_store_is_out_of_reach_for_a_directorys_key()
    {
        Assert.IsType<Refusal.ScopeTooNarrow>((await new UpdateStore(Engine).RunAsync(Narrow, Store, new StorePatch("x", null, null), Never)).Why());
        Assert.IsType<Refusal.ScopeTooNarrow>((await new ArchiveStore(Engine).RunAsync(Narrow, Store, Never)).Why());
        Assert.IsType<Refusal.ScopeTooNarrow>((await new DeleteStore(Engine, Patience).RunAsync(Narrow, Store, Never)).Why());
        Assert.Equal(Store, (await new RetrieveStore(Engine).RunAsync(Narrow, Store, Never)).Done().Id);
    }

    [Fact]
    public async Task A_memory_outside_the_directory_is_a_memory_that_never_was()
    {
        foreach (var path in new[] { "/other/a", "/teamx/a", "/te_m%", "/te_m%0/a", "/TE_M%/a" })
        {
            var outside = await CreateAsync(path);
            Assert.Equal(await AnswersAsync(NoMemory, NoVersion), await AnswersAsync(outside.Id, outside.Head));
            Assert.Equal(await AtAsync("/nothing/there"), await AtAsync(path));
            await DeleteAsync(outside.Id);
            Assert.Equal(await AnswersAsync(NoMemory, NoVersion), await AnswersAsync(outside.Id, outside.Head));
        }

        // Every refusal, with what was asked for taken out of its words.
        async Task<string> AnswersAsync(MemoryId memory, VersionId version)
        {
            var target = new Target.ById(memory);
            var anything = Expectation.Nothing;
            Refusal[] answers =
            [
                (await new RetrieveMemory(Engine).RunAsync(Narrow, Store, memory, true, Never)).Why(),
                (await new UpdateMemory(Commits).RunAsync(Narrow, Store, memory, MemoryContent.Of("x"), null, Precondition.None, true, Never)).Why(),
                (await new UpdateMemory(Commits).RunAsync(Narrow, Store, memory, null, At(Home + "x"), ContentIs("wrong"), true, Never)).Why(),
                (await new DeleteMemory(Commits).RunAsync(Narrow, Store, memory, ContentIs("wrong"), Never)).Why(),
                (await new RetrieveVersion(Engine).RunAsync(Narrow, Store, version, true, Never)).Why(),
                (await TryRedactAsync(version, Narrow)).Why(),
                (await CommitAsNarrowAsync(new Change.Update(target, MemoryContent.Of("x"), null, anything))).Why(),
                (await CommitAsNarrowAsync(new Change.Append(target, MemoryContent.Of("x"), anything))).Why(),
                (await CommitAsNarrowAsync(new Change.Delete(target, anything))).Why(),
            ];
            Assert.Empty((await new ListVersions(Engine).RunAsync(Narrow, new VersionQuery(Store, 10, true) { Memory = memory }, Never)).Done().Items);
            return string.Join('\n', answers.Select(why => $"{why.Status} {why.Type} {why.Message.Replace(memory.Value, "ID", StringComparison.Ordinal).Replace(version.Value, "ID", StringComparison.Ordinal)}"));
        }

        async Task<string> AtAsync(string path) =>
            (await CommitAsNarrowAsync(new Change.Delete(new Target.AtPath(At(path)), Expectation.Nothing))).Why().Message.Replace(path, "PATH", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_begin_and_end_with_the_directory()
    {
        foreach (var path in new[] { "/a", "/te_m$/x", "/te_m%0/x", "/teamx/x", "/z/x", Home + "a", Home + "b/c", Home + "b/d/e" }) await CreateAsync(path);
        await CreateAsync("/outer/x");

        Assert.Equal([Home + "a", Home + "b/c", Home + "b/d/e"], await PathsAsync("/", false));
        Assert.Equal([Home], await PathsAsync("/", true));
        Assert.Equal([Home + "a", Home + "b/"], await PathsAsync(Home, true));
        Assert.Equal([Home + "b/c", Home + "b/d/"], await PathsAsync(Home + "b/", true));
        Assert.Empty(await PathsAsync("/z/", true));
        Assert.Empty(await PathsAsync("/te_m%0/", false));
        Assert.Empty(await PathsAsync("/nothing/", false));
        Assert.Equal(3, (await new ListVersions(Engine).RunAsync(Narrow, new VersionQuery(Store, 10, false), Never)).Done().Items.Count);

        async Task<IEnumerable<string>> PathsAsync(string prefix, bool direct) => (await ListAsync(Narrow, prefix, direct)).Done().Items.Select(item => item.Path);
    }

    [Fact]
    public async Task A_page_that_ends_with_the_directory_has_no_next_one()
    {
        await CreateAsync(Home + "a");
        await CreateAsync("/z/a");
        var page = (await new ListMemories(Engine).RunAsync(Narrow, new MemoryPageRequest(Store, "/", false, null, 1, false), Never)).Done();
        var versions = (await new ListVersions(Engine).RunAsync(Narrow, new VersionQuery(Store, 1, false), Never)).Done();

        Assert.Null(page.Next);
        Assert.Null(versions.NextBelowSeq);
        Assert.Equal(Home + "a", Assert.Single(versions.Items).Path!.Value);
    }

    [Fact]
    public async Task Nothing_is_put_or_moved_outside()
    {
        var memory = await CreateAsync(Home + "a", by: Narrow);

        Assert.Equal(new Refusal.OutsidePrefix(Home), (await TryCreateAsync("/other/a", by: Narrow)).Why());
        Assert.Equal(new Refusal.OutsidePrefix(Home), (await TryCreateAsync("/te_m%", by: Narrow)).Why());
        Assert.Equal(new Refusal.OutsidePrefix(Home),
            (await new UpdateMemory(Commits).RunAsync(Narrow, Store, memory.Id, null, At("/other/a"), Precondition.None, false, Never)).Why());
        Assert.Equal([Home + "a=text"], await StateAsync());
    }

    [Fact]
    public async Task A_conflict_with_a_memory_outside_does_not_name_it()
    {
        var above = await CreateAsync(Home[..^1]);

        var conflict = Assert.IsType<Refusal.PathConflict>((await TryCreateAsync(Home + "a/b", by: Narrow)).Why());

        Assert.Equal((Home + "a/b", ""), (conflict.Path, conflict.Memory));
        Assert.DoesNotContain(above.Id.Value, conflict.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("memory  is", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_from_when_a_memory_was_outside_stay_unknown()
    {
        var memory = await CreateAsync("/secret/a", "outside");
        var outside = memory.Head;
        memory = await UpdateAsync(memory.Id, path: Home + "a");
        var inside = memory.Head;

        Assert.Equal([inside], (await NarrowVersionsAsync(memory.Id)).Select(version => version.Id));
        Assert.IsType<Refusal.VersionUnknown>((await TryRedactAsync(outside, Narrow)).Why());

        await UpdateAsync(memory.Id, path: "/secret/b");
        Assert.Equal([inside], (await NarrowVersionsAsync(memory.Id)).Select(version => version.Id));
        Assert.IsType<Refusal.MemoryUnknown>((await new RetrieveMemory(Engine).RunAsync(Narrow, Store, memory.Id, true, Never)).Why());
        (await TryRedactAsync(inside, Narrow)).Done();
        Assert.Empty(await NarrowVersionsAsync(memory.Id));
    }

    [Fact]
    public async Task Repeating_somebody_elses_commit_tells_nothing_of_it()
    {
        var theirs = new Change.Create(At("/secret/a"), MemoryContent.Of("guessed"));
        var landed = (await TryCommitAsync(new CommitRequest(Me, Store, [theirs]) { CommitId = "c-1" })).Done();
        var version = Assert.IsType<ChangeResult.Written>(landed.Results[0]).Version;

        // Word for word, as only one who knows both path and content could.
        Assert.IsType<Refusal.CommitIdReused>((await TryCommitAsync(new CommitRequest(Narrow, Store, [theirs]) { CommitId = "c-1" })).Why());

        // After a redaction nothing tells the changes of a commit any more.
        await UpdateAsync(version.Memory, "new");
        await RedactAsync(version.Id);
        var anything = new Change.Create(At(Home + "x"), MemoryContent.Of("x"));
        Assert.IsType<Refusal.CommitIdReused>((await TryCommitAsync(new CommitRequest(Narrow, Store, [anything]) { CommitId = "c-1" })).Why());
        Assert.True((await TryCommitAsync(new CommitRequest(Me, Store, [theirs]) { CommitId = "c-1" })).Done().Repeated);
    }

    [Fact]
    public async Task Repeating_ones_own_commit_answers_as_before()
    {
        var change = new Change.Create(At(Home + "a"), MemoryContent.Of("x"));
        var first = (await TryCommitAsync(new CommitRequest(Narrow, Store, [change]) { CommitId = "c-1" })).Done();
        var again = (await TryCommitAsync(new CommitRequest(Narrow, Store, [change]) { CommitId = "c-1" })).Done();

        Assert.True(again.Repeated);
        Assert.Equal(Assert.IsType<ChangeResult.Written>(first.Results[0]).Version.Id, Assert.IsType<ChangeResult.Written>(again.Results[0]).Version.Id);
    }

    private async Task<Outcome<CommitOutcome>> CommitAsNarrowAsync(Change change) => await TryCommitAsync(new CommitRequest(Narrow, Store, [change]));

    private async Task<IReadOnlyList<MemoryVersion>> NarrowVersionsAsync(MemoryId memory) =>
        (await new ListVersions(Engine).RunAsync(Narrow, new VersionQuery(Store, 10, true) { Memory = memory }, Never)).Done().Items;

    private async Task<Outcome<MemoryPage>> ListAsync(Caller caller, string prefix, bool direct, StoreId? store = null) =>
        await new ListMemories(Engine).RunAsync(caller, new MemoryPageRequest(store ?? Store, prefix, direct, null, 100, true), Never);

    private StoreQuery Query(int take) => new(Me.Workspace, IncludeArchived: true, null, null, null, take);

    private async Task<IReadOnlyList<MemoryStore>> StoresAsync(Caller caller) => (await new ListStores(Engine).RunAsync(caller, Query(100), Never)).Items;
}
