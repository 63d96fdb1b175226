using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The history of a store: dense, linked, in growing time; and redaction, which empties and leaves the proof whole.</summary>
public abstract class HistoryFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task Everything_that_happens_is_one_entry_under_the_next_seq()
    {
        var made = await CreateAsync("/a", "one");
        await UpdateAsync(made.Id, "two");
        await new UpdateStore(Engine).RunAsync(Me, Store, new StorePatch("Renamed", null, null), Never);
        await RedactAsync(made.Head);
        await DeleteAsync(made.Id);
        await new ArchiveStore(Engine).RunAsync(Me, Store, Never);

        Assert.Equal(
            [
                HistoryKind.StoreCreated, HistoryKind.MemoryCreated, HistoryKind.MemoryModified, HistoryKind.StoreUpdated,
                HistoryKind.VersionRedacted, HistoryKind.MemoryDeleted, HistoryKind.StoreArchived,
            ],
            (await HistoryAsync()).Select(entry => entry.Kind));
        Assert.All(await HistoryAsync(), entry => Assert.Equal(Me.Actor, entry.By));
        await AssertHistoryHoldsAsync();
    }

    [Fact]
    public async Task Times_grow_strictly_though_the_clock_stands_still_or_goes_back()
    {
        var made = await CreateAsync("/a", "0");
        for (var i = 1; i < 5; i++) await UpdateAsync(made.Id, $"{i}");
        Clock.Move(TimeSpan.FromDays(-1));
        for (var i = 5; i < 9; i++) await UpdateAsync(made.Id, $"{i}");
        await CommitAsync([.. Enumerable.Range(0, 5).Select(i => new Change.Create(At($"/new/{i}"), MemoryContent.Of("x")))]);
        await new ArchiveStore(Engine).RunAsync(Me, Store, Never);

        await AssertHistoryHoldsAsync();
        Assert.Equal(Enumerable.Range(0, 9).Reverse().Select(i => $"{i}"), (await VersionsAsync(made.Id)).Select(version => version.Content!.ToString()));
        var times = (await VersionsAsync()).Select(version => version.CreatedAt).ToList();
        Assert.Equal(times.Distinct().OrderDescending(), times);
    }

    [Fact]
    public async Task Refused_and_needless_writes_leave_no_entry()
    {
        var made = await CreateAsync("/a", "one");
        var seq = (await HeadAsync()).Seq;

        await TryCreateAsync("/a", "two");
        await UpdateAsync(made.Id, "one");
        await TryUpdateAsync(made.Id, "two", when: ContentIs("stale"));
        await TryDeleteAsync(made.Id, ContentIs("stale"));
        await TryRedactAsync(made.Head);

        Assert.Equal(seq, (await HeadAsync()).Seq);
        Assert.Single(await VersionsAsync());
    }

    [Fact]
    public async Task A_redacted_version_keeps_its_place_and_loses_its_content_digest_size_and_path()
    {
        var made = await CreateAsync("/secret", "secret");
        await UpdateAsync(made.Id, "harmless", "/a");
        var before = await VersionAsync(made.Head);
        var eraser = As(Me, ActorKind.User, "user_1");
        Clock.Move(TimeSpan.FromSeconds(1));
        var answered = (await TryRedactAsync(made.Head, eraser)).Done();
        var redacted = await VersionAsync(made.Head);

        Assert.Equal(before with { Path = null, Digest = null, Size = null, Content = null, Redacted = redacted.Redacted }, redacted);
        Assert.Equal(redacted, answered);
        Assert.Equal(eraser.Actor, redacted.Redacted!.By);
        Assert.True(redacted.Redacted.At > before.CreatedAt);
        Assert.Equal(2, (await VersionsAsync()).Count);
        var about = (await HistoryAsync())[^1];
        Assert.Equal((HistoryKind.VersionRedacted, made.Head, made.Id), (about.Kind, about.About, about.Memory));
    }

    [Fact]
    public async Task Redacting_again_keeps_the_first_time_and_adds_nothing()
    {
        var made = await CreateAsync("/a", "one");
        await UpdateAsync(made.Id, "two");
        var first = await RedactAsync(made.Head);
        var seq = (await HeadAsync()).Seq;
        Clock.Move(TimeSpan.FromSeconds(1));
        var again = (await TryRedactAsync(made.Head, As(Me, ActorKind.User, "user_1"))).Done();

        Assert.Equal(first, again);
        Assert.Equal(seq, (await HeadAsync()).Seq);
    }

    [Fact]
    public async Task The_head_is_not_redactable_and_an_older_version_with_its_bytes_is()
    {
        var made = await CreateAsync("/a", "same");
        await UpdateAsync(made.Id, "other");
        var head = (await UpdateAsync(made.Id, "same")).Head;

        Assert.IsType<Refusal.VersionIsHead>((await TryRedactAsync(head)).Why());
        await RedactAsync(made.Head);
        Assert.Equal("same", (await RetrieveAsync(made.Id)).Content!.ToString());
        Assert.Equal("same", (await VersionAsync(head)).Content!.ToString());
    }

    [Fact]
    public async Task All_versions_of_a_deleted_memory_are_redactable_and_the_last_takes_the_content_along()
    {
        var made = await CreateAsync("/a", "one");
        var renamed = await UpdateAsync(made.Id, path: "/b");
        await DeleteAsync(made.Id);
        foreach (var version in await VersionsAsync(made.Id)) await RedactAsync(version.Id);

        Assert.All(await VersionsAsync(made.Id), version =>
            Assert.Equal((null, null, null, null), (version.Path, version.Digest, version.Size, version.Content)));
        Assert.Equal(3, (await VersionsAsync()).Count);
        Assert.Equal(VersionOperation.Modified, (await VersionAsync(renamed.Head)).Operation);
        await AssertHistoryHoldsAsync();
        // The content is gone, so writing it again brings it again.
        Assert.Equal("one", (await RetrieveAsync((await CreateAsync("/a", "one")).Id)).Content!.ToString());
    }

    [Fact]
    public async Task Shared_content_survives_a_redaction_while_another_version_or_store_needs_it()
    {
        var first = await CreateAsync("/a", "shared");
        var second = await CreateAsync("/b", "shared");
        var other = (await CreateStoreAsync("Other")).Id;
        var third = await CreateAsync("/c", "shared", store: other);
        await DeleteAsync(first.Id);
        await DeleteAsync(second.Id);

        await RedactAsync(first.Head);
        Assert.Equal("shared", (await VersionAsync(second.Head)).Content!.ToString());
        await RedactAsync(second.Head);
        Assert.Equal("shared", (await TryRetrieveAsync(third.Id, other)).Done().Content!.ToString());
        Assert.Equal("shared", (await VersionAsync(third.Head, other)).Content!.ToString());
    }

    [Fact]
    public async Task Workspaces_share_no_content()
    {
        var other = Me with { Workspace = await WorkspaceAsync("other") };
        var elsewhere = (await CreateStoreAsync("Elsewhere", other)).Id;
        await CreateAsync("/a", "same");
        var made = await CreateAsync("/a", "same", by: other, store: elsewhere);
        await new DeleteStore(Engine, Patience).RunAsync(Me, Store, Never);

        var found = (await new RetrieveMemory(Engine).RunAsync(other, elsewhere, made.Id, withContent: true, Never)).Done();
        Assert.Equal("same", found.Content!.ToString());
    }

    [Fact]
    public async Task The_history_still_verifies_after_redactions_of_every_kind_of_version()
    {
        var made = await CreateAsync("/a", "one");
        await UpdateAsync(made.Id, "two");
        await UpdateAsync(made.Id, path: "/b");
        await UpdateAsync(made.Id, "", "/c");
        await DeleteAsync(made.Id);
        var before = await HistoryAsync();
        foreach (var version in await VersionsAsync()) await RedactAsync(version.Id);
        var after = await HistoryAsync();

        await AssertHistoryHoldsAsync();
        for (var i = 0; i < before.Count; i++)
        {
            Assert.Equal(before[i].Entry.ToArray(), after[i].Entry.ToArray());
            Assert.Equal(before[i].Link.ToArray(), after[i].Link.ToArray());
            Assert.Equal(before[i].Version is null, before[i].Salts.Span.SequenceEqual(after[i].Salts.Span));
        }
    }

    [Fact]
    public async Task An_unknown_version_is_not_redacted() =>
        Assert.IsType<Refusal.VersionUnknown>((await TryRedactAsync(VersionId.FromStorage("memver_none"))).Why());

    [Fact]
    public async Task A_version_stays_as_it_was_whatever_follows()
    {
        var made = await CreateAsync("/a", "one");
        var before = await VersionAsync(made.Head);
        await UpdateAsync(made.Id, "two", "/b");
        await DeleteAsync(made.Id);
        var after = await VersionAsync(made.Head);

        Assert.Equal(before with { Content = null }, after with { Content = null });
        Assert.Equal("one", after.Content!.ToString());
    }

    [Fact]
    public async Task Entries_carry_what_they_were_sealed_with_and_fresh_salts()
    {
        var profile = Profile("Named", "described", ("key", "value"));
        var store = (await new CreateStore(Engine, Limits).RunAsync(Me, profile, Never)).Done().Id;
        var (first, second) = (await CreateAsync("/a", "same"), await CreateAsync("/b", "same"));
        var entries = await HistoryAsync();
        var created = (await Engine.ReadAsync(reader => reader.FindHistoryAsync(store, 1), Never))!;

        Assert.Equal(profile, created.Profile);
        Assert.Equal(3 * HistoryHash.Size, created.Salts.Length);
        Assert.Equal((first.Head, "/a", first.Digest, 4, true), (entries[1].Version, entries[1].Path!.Value, entries[1].Digest, entries[1].Size, entries[1].IsHead));
        Assert.Equal(2 * HistoryHash.Size, entries[1].Salts.Length);
        Assert.False(entries[1].Salts.Span.SequenceEqual(entries[2].Salts.Span));
        Assert.Equal(second.Digest, entries[2].Digest);
    }
}
