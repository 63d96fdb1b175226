using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>Tokens of sessions and keys of environments: what they reach, and when they end.</summary>
public abstract class TokenFacts<TStorage> : SessionConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public async Task A_token_reaches_the_stores_of_its_session_and_says_so_in_what_it_writes()
    {
        var (session, reads, other) = (await SessionAsync(out var readOnly), await readOnly, (await CreateStoreAsync("other")).Id);
        var caller = (await CallerAsync((await TokenAsync(session.Id)).Secret))!;

        Assert.Equal(new Actor(ActorKind.Session, session.Id.Value), caller.Actor);
        await CreateAsync("/mine", by: caller);
        Assert.Equal(caller.Actor, (await VersionsAsync())[0].CreatedBy);
        Assert.IsType<Refusal.StoreReadOnly>((await TryCreateAsync("/a", by: caller, store: reads)).Why());
        Assert.IsType<Refusal.StoreUnknown>((await TryCreateAsync("/a", by: caller, store: other)).Why());
        Assert.True(caller.Grant.Sees(reads));
        Assert.IsType<Refusal.SessionUnknown>((await new RetrieveSession(Engine).RunAsync(caller, (await MakeAsync()).Id, Never)).Why());
        Assert.Equal(session, (await new RetrieveSession(Engine).RunAsync(caller, session.Id, Never)).Done());
        (await new SendEvents(Engine).RunAsync(caller, session.Id, [Draft(EventTypes.UserToolResult)], Never)).Done();
        Assert.Equal(new Refusal.EventOutOfScope(EventTypes.UserMessage),
            (await new SendEvents(Engine).RunAsync(caller, session.Id, [Draft(EventTypes.UserToolResult), Say("forged")], Never)).Why());
        Assert.Equal(caller.Actor, (await EventsAsync(session.Id)).Single().By);
    }

    [Theory]
    [InlineData("archived")]
    [InlineData("deleted")]
    [InlineData("terminated")]
    public async Task When_its_session_ends_it_may_still_write_for_a_day_and_do_nothing_else(string how)
    {
        var (session, reads) = (await SessionAsync(out var readOnly), await readOnly);
        var secret = (await TokenAsync(session.Id)).Secret;
        Assert.False((await CallerAsync(secret))!.Grant.HasEnded);

        if (how == "archived") (await new ArchiveSession(Engine, Authenticate).RunAsync(Me, session.Id, Never)).Done();
        else if (how == "deleted") (await new DeleteSession(Engine, Authenticate).RunAsync(Me, session.Id, Never)).Done();
        else await RecordAsync(session.Id, Draft(EventTypes.StatusTerminated));

        var caller = (await CallerAsync(secret))!;
        Assert.True(caller.Grant.HasEnded);
        await CreateAsync("/late", by: caller);
        Assert.IsType<Refusal.StoreUnknown>((await TryCreateAsync("/a", by: caller, store: reads)).Why());
        Assert.IsType<Refusal.SessionUnknown>((await new RetrieveSession(Engine).RunAsync(caller, session.Id, Never)).Why());
        Assert.IsType<Refusal.SessionUnknown>((await new SendEvents(Engine).RunAsync(caller, session.Id, [Draft(EventTypes.UserToolResult)], Never)).Why());
        Clock.Move(Day - TimeSpan.FromSeconds(1));
        Assert.NotNull(await CallerAsync(secret));
        Clock.Move(TimeSpan.FromSeconds(1));
        Assert.Null(await CallerAsync(secret));
        Assert.Equal(session.Id, await Authenticate.WhoseAsync(secret, Never));
    }

    [Fact]
    public async Task It_ends_by_its_time_and_by_a_revocation()
    {
        var session = await SessionAsync(out _);
        var until = Timestamp.Microseconds(Clock.GetUtcNow()) + 60_000_000;
        var (timed, revoked) = (await TokenAsync(session.Id, until), await TokenAsync(session.Id));
        Assert.NotNull(await CallerAsync(revoked.Secret));

        var ended = (await new RevokeToken(Engine, Authenticate).RunAsync(Me, session.Id, revoked.Key.Id, Never)).Done();

        Assert.NotNull(ended.RevokedAt);
        Assert.Null(await CallerAsync(revoked.Secret));
        Assert.NotNull(await CallerAsync(timed.Secret));
        Clock.Move(TimeSpan.FromMinutes(1));
        Assert.Null(await CallerAsync(timed.Secret));
        var all = (await new ListTokens(Engine).RunAsync(Me, session.Id, null, 10, Never)).Done().Items;
        Assert.Equal([revoked.Key.Id, timed.Key.Id], all.Select(one => one.Id));
        Assert.Equal(all[1].Id, (await new ListTokens(Engine).RunAsync(Me, session.Id, all[0].Id, 10, Never)).Done().Items.Single().Id);
        Assert.IsType<Refusal.TokenUnknown>((await new RevokeToken(Engine, Authenticate).RunAsync(Me, (await MakeAsync()).Id, timed.Key.Id, Never)).Why());
    }

    [Fact]
    public async Task Tokens_are_no_keys_and_keys_no_tokens()
    {
        var session = await SessionAsync(out _);
        var token = (await TokenAsync(session.Id)).Key.Id;

        Assert.Empty((await new ListKeys(Engine).RunAsync(Me, null, 10, Never)).Items);
        Assert.IsType<Refusal.KeyUnknown>((await new ListKeys(Engine).FindAsync(Me, token, Never)).Why());
        Assert.IsType<Refusal.KeyUnknown>((await new RotateKey(Engine, Authenticate).RunAsync(Me, token, TimeSpan.Zero, Never)).Why());
        Assert.IsType<Refusal.KeyUnknown>((await new RevokeKey(Engine, Authenticate).RunAsync(Me, token, Never)).Why());
    }

    [Fact]
    public async Task An_environments_key_reaches_no_store_and_ends_with_it()
    {
        var (session, environment) = (await SessionAsync(out _), await EnvironmentAsync());
        var key = (await new CreateToken(Engine).ForEnvironmentAsync(Me, environment.Id, "w", null, Never)).Done();
        var caller = (await CallerAsync(key.Secret))!;

        Assert.Equal((KeyRole.Environment, environment.Id), (caller.Grant.Role, caller.Grant.BoundTo));
        Assert.IsType<Refusal.StoreUnknown>((await TryCreateAsync("/a", by: caller)).Why());
        Assert.IsType<Refusal.WorkspaceOutOfScope>((await new RetrieveSession(Engine).RunAsync(caller, session.Id, Never)).Why());
        Assert.IsType<Refusal.WorkspaceOutOfScope>((await new CreateToken(Engine).ForEnvironmentAsync(caller, environment.Id, "w", null, Never)).Why());
        (await new DeleteEnvironment(Engine, Authenticate).RunAsync(Me, environment.Id, Never)).Done();
        Assert.Null(await CallerAsync(key.Secret));
    }

    [Fact]
    public async Task None_is_made_for_what_is_over_or_anothers()
    {
        var session = await SessionAsync(out _);
        var own = (await CallerAsync((await TokenAsync(session.Id)).Secret))!;
        var stranger = Me with { Workspace = await WorkspaceAsync("elsewhere") };
        Assert.IsType<Refusal.SessionUnknown>((await new CreateToken(Engine).ForSessionAsync(stranger, session.Id, "t", null, Never)).Why());
        Assert.IsType<Refusal.EnvironmentUnknown>((await new CreateToken(Engine).ForEnvironmentAsync(stranger, (await EnvironmentAsync()).Id, "t", null, Never)).Why());
        Assert.IsType<Refusal.BadField>((await new CreateToken(Engine).ForSessionAsync(Me, session.Id, "t", 1, Never)).Why());
        await new ArchiveSession(Engine, Authenticate).RunAsync(Me, session.Id, Never);
        Assert.IsType<Refusal.SessionArchived>((await new CreateToken(Engine).ForSessionAsync(Me, session.Id, "t", null, Never)).Why());
        Assert.False(own.Grant.HasAllStores);
    }

    /// <summary>A session with the store of the test to write and another one to read.</summary>
    private Task<Session> SessionAsync(out Task<StoreId> readOnly)
    {
        var reads = readOnly = ReadOnlyAsync();
        return MakeAsync();

        async Task<StoreId> ReadOnlyAsync() => (await CreateStoreAsync("reads")).Id;

        async Task<Session> MakeAsync() => await this.MakeAsync((await RequestAsync(Store)) with
        {
            Resources = [new ResourceRequest.Store(Store, StoreResource.ReadWrite, null), new ResourceRequest.Store(await reads, StoreResource.ReadOnly, null)],
        });
    }

    private async Task<NewKey> TokenAsync(SessionId session, long? until = null) =>
        (await new CreateToken(Engine).ForSessionAsync(Me, session, "worker", until, Never)).Done();

    private async Task<Caller?> CallerAsync(string secret) => await Authenticate.RunAsync(secret, Never);
}
