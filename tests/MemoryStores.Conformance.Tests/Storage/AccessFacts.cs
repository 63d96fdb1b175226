using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Keys, settings, and the walls between workspaces.</summary>
public abstract class AccessFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_key_opens_the_default_workspace_under_its_own_id()
    {
        var key = await new EnsureAdminKey(Engine).RunAsync("secret", Never);
        var caller = await new AuthenticateKey(Engine, Clock).RunAsync("secret", Never);

        Assert.Equal(new Caller(key.Workspace, Actor.Key(key.Id)), caller);
        Assert.Equal(Me.Workspace, key.Workspace);
    }

    [Fact]
    public async Task The_same_secret_is_the_same_key()
    {
        var first = await new EnsureAdminKey(Engine).RunAsync("secret", Never);
        var again = await new EnsureAdminKey(Engine).RunAsync("secret", Never);

        Assert.Equal(first, again);
    }

    [Fact]
    public async Task A_secret_that_nobody_gave_opens_nothing()
    {
        await new EnsureAdminKey(Engine).RunAsync("secret", Never);
        var authenticate = new AuthenticateKey(Engine, Clock);

        Assert.Null(await authenticate.RunAsync("Secret", Never));
        Assert.Null(await authenticate.RunAsync("", Never));
        await new EnsureAdminKey(Engine).RunAsync("Secret", Never);
        Assert.NotNull(await authenticate.RunAsync("Secret", Never));
    }

    [Fact]
    public async Task A_workspace_is_made_once()
    {
        Assert.Equal(await WorkspaceAsync("team"), await WorkspaceAsync("team"));
        Assert.NotEqual(Me.Workspace, await WorkspaceAsync("team"));
    }

    [Fact]
    public async Task The_installation_secret_is_made_once()
    {
        var secret = new InstallationSecret(Engine);
        var first = await secret.RunAsync("one", Never);

        Assert.Equal(first, await secret.RunAsync("one", Never));
        Assert.NotEqual(first, await secret.RunAsync("other", Never));
    }

    [Fact]
    public async Task Another_workspace_finds_nothing_of_a_store()
    {
        var memory = await CreateAsync("/a");
        await UpdateAsync(memory.Id, "more");
        var other = Me with { Workspace = await WorkspaceAsync("other") };

        Assert.IsType<Refusal.StoreUnknown>((await new RetrieveStore(Engine).RunAsync(other, Store, Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await new UpdateStore(Engine).RunAsync(other, Store, new StorePatch("x", null, null), Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await new ArchiveStore(Engine).RunAsync(other, Store, Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await new DeleteStore(Engine, Patience).RunAsync(other, Store, Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryCreateAsync("/b", by: other)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryRedactAsync(memory.Head, by: other)).Why());
        Assert.IsType<Refusal.StoreUnknown>(
            (await new Engine.Memories.RetrieveMemory(Engine).RunAsync(other, Store, memory.Id, withContent: false, Never)).Why());
        Assert.IsType<Refusal.StoreUnknown>(
            (await new Engine.Versions.RetrieveVersion(Engine).RunAsync(other, Store, memory.Head, withContent: false, Never)).Why());
        Assert.Equal(["/a=more"], await StateAsync());
    }

    [Fact]
    public async Task Another_workspace_does_not_learn_that_a_store_is_being_erased()
    {
        var other = Me with { Workspace = await WorkspaceAsync("other") };
        await Engine.RunAsync(Store, async tx => { await tx.EraseStoreAsync(Store); return 0; }, Never);

        Assert.IsType<Refusal.StoreUnknown>((await new DeleteStore(Engine, Patience).RunAsync(other, Store, Never)).Why());
    }

    [Fact]
    public async Task Another_store_does_not_know_a_memory_or_version()
    {
        var memory = await CreateAsync("/a");
        var other = (await CreateStoreAsync("Other")).Id;

        Assert.IsType<Refusal.MemoryUnknown>((await TryRetrieveAsync(memory.Id, other)).Why());
        Assert.IsType<Refusal.VersionUnknown>((await TryRedactAsync(memory.Head, store: other)).Why());
        Assert.IsType<Refusal.VersionUnknown>(
            (await new Engine.Versions.RetrieveVersion(Engine).RunAsync(Me, other, memory.Head, withContent: false, Never)).Why());
        Assert.IsType<Refusal.MemoryUnknown>((await new Engine.Memories.DeleteMemory(Commits)
            .RunAsync(Me, other, memory.Id, Precondition.None, Never)).Why());
    }
}
