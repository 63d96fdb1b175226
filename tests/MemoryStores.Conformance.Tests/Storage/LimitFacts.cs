using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Memories;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Section 8 of the contract: what a store holds, also when many write at once.</summary>
public abstract class LimitFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_memory_holds_the_limit_and_not_one_byte_more()
    {
        Limits = Limits with { MemoryBytes = 8 };

        var made = await CreateAsync("/a", "ääää");
        Assert.IsType<Refusal.ContentTooLarge>((await TryCreateAsync("/b", "ääääx")).Why());
        Assert.IsType<Refusal.ContentTooLarge>((await TryUpdateAsync(made.Id, "123456789")).Why());
        Assert.Equal(["/a=ääää"], await StateAsync());
    }

    [Fact]
    public async Task The_limit_on_bytes_of_a_memory_is_the_contract_s()
    {
        await CreateAsync("/full", new string('x', 102_400));

        Assert.IsType<Refusal.ContentTooLarge>((await TryCreateAsync("/over", new string('x', 102_401))).Why());
    }

    [Fact]
    public async Task A_full_store_is_still_edited_renamed_and_freed_by_deletion()
    {
        Limits = Limits with { MemoriesPerStore = 2 };
        var first = await CreateAsync("/a");
        await CreateAsync("/b");

        Assert.IsType<Refusal.StoreFull>((await TryCreateAsync("/c")).Why());
        await UpdateAsync(first.Id, "edited", "/renamed");
        await DeleteAsync(first.Id);
        await CreateAsync("/c");
        Assert.IsType<Refusal.StoreFull>((await TryCreateAsync("/d")).Why());
        await AssertCountsAsync();
    }

    [Fact]
    public async Task A_taken_path_is_told_before_a_full_store()
    {
        Limits = Limits with { MemoriesPerStore = 1 };
        await CreateAsync("/a");

        Assert.IsType<Refusal.PathConflict>((await TryCreateAsync("/a")).Why());
    }

    [Fact]
    public async Task The_limit_on_memories_holds_when_many_create_at_once()
    {
        Limits = Limits with { MemoriesPerStore = 6 };
        for (var i = 0; i < 5; i++) await CreateAsync($"/old/{i}");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => TryCreateAsync($"/new/{i}"))));

        Assert.Single(outcomes.OfType<Outcome<Memory>.Done>());
        Assert.All(outcomes.OfType<Outcome<Memory>.Refused>(), full => Assert.IsType<Refusal.StoreFull>(full.Why));
        Assert.Equal(6, (await StateAsync()).Length);
        await AssertCountsAsync();
    }

    [Fact]
    public async Task The_limit_on_bytes_holds_when_many_write_at_once()
    {
        Limits = Limits with { StoreBytes = 100 };
        await CreateAsync("/old", new string('x', 91));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => TryCreateAsync($"/new/{i}", "12345"))));

        Assert.Single(outcomes.OfType<Outcome<Memory>.Done>());
        Assert.All(outcomes.OfType<Outcome<Memory>.Refused>(), full => Assert.IsType<Refusal.StoreBytesFull>(full.Why));
        await AssertCountsAsync();
    }

    [Fact]
    public async Task The_store_s_bytes_are_those_of_heads_alone()
    {
        Limits = Limits with { StoreBytes = 10 };
        var made = await CreateAsync("/a", "1234567890");

        for (var i = 0; i < 5; i++) await UpdateAsync(made.Id, $"{i}234567890");
        Assert.IsType<Refusal.StoreBytesFull>((await TryCreateAsync("/b", "x")).Why());
        Assert.IsType<Refusal.StoreBytesFull>((await TryUpdateAsync(made.Id, "12345678901")).Why());
        await CreateAsync("/empty", "");
        await DeleteAsync(made.Id);
        await CreateAsync("/b", "abcdefghij");
        await AssertCountsAsync();
    }

    [Fact]
    public async Task Equal_contents_count_each_for_themselves()
    {
        Limits = Limits with { StoreBytes = 9 };
        await CreateAsync("/a", "12345");

        Assert.IsType<Refusal.StoreBytesFull>((await TryCreateAsync("/b", "12345")).Why());
        await AssertCountsAsync();
    }

    [Fact]
    public async Task A_store_over_its_limit_can_shrink_and_rename_but_not_grow()
    {
        var made = await CreateAsync("/a", "1234567890");
        await CreateAsync("/b", "1234567890");
        Limits = Limits with { StoreBytes = 5, MemoriesPerStore = 1 };

        await UpdateAsync(made.Id, "123456789");
        await UpdateAsync(made.Id, path: "/c");
        await UpdateAsync(made.Id, "abcdefghi");
        Assert.IsType<Refusal.StoreBytesFull>((await TryUpdateAsync(made.Id, "1234567890")).Why());
    }

    [Fact]
    public async Task An_atomic_commit_is_measured_by_its_end()
    {
        Limits = Limits with { MemoriesPerStore = 1, StoreBytes = 5 };
        var made = await CreateAsync("/a", "12345");

        await CommitAsync(Create("/b", "67890"), new Change.Delete(new Target.ById(made.Id), Expectation.Nothing));

        Assert.Equal(["/b=67890"], await StateAsync());
        await AssertCountsAsync();
    }

    [Fact]
    public async Task An_atomic_commit_over_a_limit_does_nothing()
    {
        Limits = Limits with { MemoriesPerStore = 2 };

        var refusal = await RefusedCommitAsync(Create("/a"), Create("/b"), Create("/c"));

        Assert.IsType<Refusal.StoreFull>(refusal.Inner);
        Assert.Empty(await StateAsync());
    }

    [Fact]
    public async Task A_commit_of_changes_for_themselves_goes_as_far_as_the_limit()
    {
        Limits = Limits with { MemoriesPerStore = 2, StoreBytes = 9 };

        var outcome = await CommitEachAsync(Create("/a", "12345"), Create("/b", "12345"), Create("/c", "1234"), Create("/d", ""));

        Assert.IsType<ChangeResult.Written>(outcome.Results[0]);
        Assert.IsType<Refusal.StoreBytesFull>(Assert.IsType<ChangeResult.Refused>(outcome.Results[1]).Why);
        Assert.IsType<ChangeResult.Written>(outcome.Results[2]);
        Assert.IsType<Refusal.StoreFull>(Assert.IsType<ChangeResult.Refused>(outcome.Results[3]).Why);
        await AssertCountsAsync();
    }

    [Fact]
    public async Task A_commit_of_changes_for_themselves_refuses_one_too_large_alone()
    {
        Limits = Limits with { MemoryBytes = 5 };

        var outcome = await CommitEachAsync(Create("/a", "123456"), Create("/b", "12345"));

        Assert.IsType<Refusal.ContentTooLarge>(Assert.IsType<ChangeResult.Refused>(outcome.Results[0]).Why);
        Assert.Equal(["/b=12345"], await StateAsync());
    }

    [Fact]
    public async Task An_append_over_the_limit_is_refused_and_the_head_stays()
    {
        Limits = Limits with { MemoryBytes = 5 };
        var made = await CreateAsync("/a", "123");

        await CommitAsync(Append(made.Id, "45"));
        Assert.IsType<Refusal.ContentTooLarge>((await RefusedCommitAsync(Append(made.Id, "6"))).Inner);
        Assert.Equal(["/a=12345"], await StateAsync());
    }

    [Fact]
    public async Task A_lost_expectation_is_told_before_an_append_over_the_limit()
    {
        Limits = Limits with { MemoryBytes = 5 };
        var made = await CreateAsync("/a", "123");
        await UpdateAsync(made.Id, "12345");

        var refusal = await RefusedCommitAsync(
            new Change.Append(new Target.ById(made.Id), MemoryContent.Of("6"), new Expectation.That(new Precondition.VersionIs(made.Head))));

        Assert.IsType<Refusal.VersionMoved>(refusal.Inner);
    }

    [Fact]
    public async Task Appends_count_toward_the_store_s_bytes()
    {
        Limits = Limits with { StoreBytes = 5 };
        var made = await CreateAsync("/a", "123");

        Assert.IsType<Refusal.StoreBytesFull>((await RefusedCommitAsync(Append(made.Id, "456"))).Inner);
        await CommitAsync(Append(made.Id, "45"));
        await AssertCountsAsync();
    }

    private static Change.Create Create(string path, string content = "text") => new(At(path), MemoryContent.Of(content));

    private static Change.Append Append(MemoryId memory, string more) => new(new Target.ById(memory), MemoryContent.Of(more), Expectation.Nothing);
}
