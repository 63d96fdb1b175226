using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The life of keys: made, used, rotated, expired, revoked, and the log of it. How far they reach is in GrantFacts.</summary>
public abstract class KeyFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private static readonly Grant Writes = new(KeyRole.Write);

    /// <summary>One for the whole test, as in a server: it remembers.</summary>

    [Fact]
    public async Task A_key_opens_its_workspace_with_just_the_grant_it_was_made_with()
    {
        var other = (await CreateStoreAsync("Other")).Id;
        var grant = new Grant(KeyRole.Read, [other, Store], "/team/a_%/");

        var made = await CreateKeyAsync(grant);

        var caller = await OpenAsync(made.Secret);
        Assert.Equal((Me.Workspace, Actor.Key(made.Key.Id)), (caller!.Workspace, caller.Actor));
        Assert.Equal((grant.Role, grant.PathPrefix), (caller.Grant.Role, caller.Grant.PathPrefix));
        Assert.Equal([other, Store], caller.Grant.Stores);
        Assert.Equal(caller.Grant.Stores, (await KeyAsync(made.Key.Id)).Grant.Stores);
    }

    [Fact]
    public async Task Every_key_has_a_secret_of_its_own()
    {
        var (first, second) = (await CreateKeyAsync(Writes), await CreateKeyAsync(Writes));

        Assert.NotEqual(first.Secret, second.Secret);
        Assert.NotEqual(first.Key.Id, second.Key.Id);
        Assert.Equal(first.Key.Id.Value, (await OpenAsync(first.Secret))!.Actor.Id);
        Assert.Null(await OpenAsync(first.Key.Id.Value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_is_good_until_it_expires_and_not_a_microsecond_longer(bool usedBefore)
    {
        var end = Clock.GetUtcNow().AddMinutes(1);
        var made = await CreateKeyAsync(Writes, until: Timestamp.Microseconds(end));
        if (usedBefore) Assert.NotNull(await OpenAsync(made.Secret));

        Clock.Move(TimeSpan.FromMinutes(1) - TimeSpan.FromMicroseconds(1));
        if (usedBefore) Assert.NotNull(await OpenAsync(made.Secret));
        Clock.Move(TimeSpan.FromMicroseconds(1));

        Assert.Null(await OpenAsync(made.Secret));
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing_from_that_moment_on_also_where_it_was_known()
    {
        await AnAdminAsync();
        var made = await CreateKeyAsync(Writes);
        Assert.NotNull(await OpenAsync(made.Secret));

        var revoked = (await RevokeAsync(made.Key.Id)).Done();

        Assert.Equal(Timestamp.Microseconds(Clock.GetUtcNow()), revoked.RevokedAt);
        Assert.Null(await OpenAsync(made.Secret));
        Assert.Null(await new AuthenticateKey(Engine, Clock).RunAsync(made.Secret, Never));
        Assert.Equal(revoked, await KeyAsync(made.Key.Id));
    }

    [Fact]
    public async Task Revoking_again_keeps_the_first_time_and_a_revoked_key_is_not_rotated()
    {
        var made = await CreateKeyAsync(Writes);
        var first = (await RevokeAsync(made.Key.Id)).Done();
        Clock.Move(TimeSpan.FromHours(1));

        Assert.Equal(first.RevokedAt, (await RevokeAsync(made.Key.Id)).Done().RevokedAt);
        Assert.IsType<Refusal.KeyRevoked>((await RotateAsync(made.Key.Id)).Why());
        Assert.Null(await OpenAsync(made.Secret));
    }

    [Fact]
    public async Task A_rotated_secret_ends_at_once_or_when_its_grace_does()
    {
        var made = await CreateKeyAsync(Writes);
        var second = (await RotateAsync(made.Key.Id, TimeSpan.FromMinutes(5))).Done();
        Assert.NotNull(await OpenAsync(made.Secret));
        Assert.Equal(await OpenAsync(made.Secret), await OpenAsync(second.Secret));

        Clock.Move(TimeSpan.FromMinutes(5));
        Assert.Null(await OpenAsync(made.Secret));
        Assert.NotNull(await OpenAsync(second.Secret));

        var third = (await RotateAsync(made.Key.Id)).Done();
        Assert.Null(await OpenAsync(second.Secret));
        Assert.NotNull(await OpenAsync(third.Secret));
    }

    [Fact]
    public async Task A_later_rotation_may_shorten_an_old_secrets_grace_and_never_prolongs_it()
    {
        var made = await CreateKeyAsync(Writes);
        (await RotateAsync(made.Key.Id, TimeSpan.FromMinutes(5))).Done();
        (await RotateAsync(made.Key.Id, TimeSpan.FromHours(1))).Done();
        Clock.Move(TimeSpan.FromMinutes(4));
        Assert.NotNull(await OpenAsync(made.Secret));
        (await RotateAsync(made.Key.Id)).Done();
        Assert.Null(await OpenAsync(made.Secret));
    }

    [Fact]
    public async Task A_restart_brings_no_secret_back_that_was_rotated_away_or_revoked()
    {
        var first = await new EnsureAdminKey(Engine).RunAsync("first", Never);
        await new EnsureAdminKey(Engine).RunAsync("second", Never);
        (await RotateAsync(first.Id)).Done();

        Assert.Equal(first.Id, (await new EnsureAdminKey(Engine).RunAsync("first", Never)).Id);
        Assert.Null(await OpenAsync("first"));

        (await RevokeAsync(first.Id)).Done();
        await new EnsureAdminKey(Engine).RunAsync("first", Never);
        Assert.Null(await OpenAsync("first"));
        Assert.NotNull(await OpenAsync("second"));
    }

    [Fact]
    public async Task The_last_admin_key_that_does_not_expire_stays()
    {
        var admin = await AnAdminAsync();
        await CreateKeyAsync(Writes);
        var passing = await CreateKeyAsync(Grant.Everything, until: Timestamp.Microseconds(Clock.GetUtcNow().AddDays(1)));
        Assert.IsType<Refusal.LastAdminKey>((await RevokeAsync(admin)).Why());

        var another = await CreateKeyAsync(Grant.Everything);
        (await RevokeAsync(admin)).Done();
        Assert.IsType<Refusal.LastAdminKey>((await RevokeAsync(another.Key.Id)).Why());
        (await RevokeAsync(passing.Key.Id)).Done();
    }

    [Fact]
    public async Task An_admin_key_of_another_workspace_is_no_second_one_of_this()
    {
        var admin = await AnAdminAsync();
        await CreateKeyAsync(Grant.Everything, workspace: "team");

        Assert.IsType<Refusal.LastAdminKey>((await RevokeAsync(admin)).Why());
    }

    [Fact]
    public async Task Another_workspace_neither_finds_nor_changes_a_key()
    {
        var made = await CreateKeyAsync(Writes);
        var other = Me with { Workspace = await WorkspaceAsync("team") };

        Assert.IsType<Refusal.KeyUnknown>((await new ListKeys(Engine).FindAsync(other, made.Key.Id, Never)).Why());
        Assert.IsType<Refusal.KeyUnknown>((await new RotateKey(Engine, Authenticate).RunAsync(other, made.Key.Id, TimeSpan.Zero, Never)).Why());
        Assert.IsType<Refusal.KeyUnknown>((await new RevokeKey(Engine, Authenticate).RunAsync(other, made.Key.Id, Never)).Why());
        Assert.Empty((await new ListKeys(Engine).RunAsync(other, null, 100, Never)).Items);
        Assert.Empty((await new ListAdministration(Engine).RunAsync(other, null, 100, Never)).Items);
        Assert.NotNull(await OpenAsync(made.Secret));
    }

    [Fact]
    public async Task Only_the_default_workspaces_administrators_make_keys_for_others()
    {
        var team = await CreateKeyAsync(Grant.Everything, workspace: "team");
        Assert.Equal(await WorkspaceAsync("team"), team.Key.Workspace);
        var theirs = (await OpenAsync(team.Secret))!;

        Assert.IsType<Refusal.NeedsOperator>((await TryCreateKeyAsync(Writes, workspace: "default", by: theirs)).Why());
        Assert.IsType<Refusal.NeedsOperator>((await TryCreateKeyAsync(Writes, workspace: "third", by: theirs)).Why());
        Assert.Equal(team.Key.Workspace, (await TryCreateKeyAsync(Writes, workspace: "team", by: theirs)).Done().Key.Workspace);
        Assert.Equal(["default", "team"], (await Engine.ReadAsync(reader => reader.ListWorkspacesAsync(), Never)).Select(one => one.Name));
    }

    [Fact]
    public async Task A_key_is_confined_to_stores_of_its_own_workspace_only()
    {
        Assert.IsType<Refusal.BadField>((await TryCreateKeyAsync(new Grant(KeyRole.Read, [StoreId.FromStorage("memstore_none")]))).Why());
        Assert.IsType<Refusal.BadField>((await TryCreateKeyAsync(new Grant(KeyRole.Read, [Store]), workspace: "team")).Why());
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_a_page_at_a_time()
    {
        var made = new List<ApiKeyId>();
        for (var i = 0; i < 5; i++) made.Insert(0, (await CreateKeyAsync(Writes)).Key.Id);
        await CreateKeyAsync(Writes, workspace: "team");
        (await RevokeAsync(made[2])).Done();

        var list = new ListKeys(Engine);
        var first = await list.RunAsync(Me, null, 2, Never);
        var second = await list.RunAsync(Me, first.Next, 2, Never);
        var third = await list.RunAsync(Me, second.Next, 2, Never);

        Assert.Equal(made, first.Items.Concat(second.Items).Concat(third.Items).Select(key => key.Id));
        Assert.Null(third.Next);
        Assert.Null((await list.RunAsync(Me, null, 5, Never)).Next);
    }

    [Fact]
    public async Task What_is_done_to_keys_is_written_down_and_what_is_refused_is_not()
    {
        var installed = await AnAdminAsync();
        var key = (await CreateKeyAsync(Writes)).Key.Id;
        (await RotateAsync(key)).Done();
        (await RevokeAsync(key)).Done();
        (await RevokeAsync(key)).Done();
        (await RevokeAsync(installed)).Why();
        (await TryCreateKeyAsync(new Grant(KeyRole.Write, []))).Why();

        var log = await new ListAdministration(Engine).RunAsync(Me, null, 2, Never);
        var rest = await new ListAdministration(Engine).RunAsync(Me, log.Next, 100, Never);

        Assert.Equal(
            [("key.revoked", Me.Actor.Id, key), ("key.rotated", Me.Actor.Id, key), ("key.created", Me.Actor.Id, key), ("key.installed", installed.Value, installed)],
            log.Items.Concat(rest.Items).Select(entry => (entry.Action, entry.Actor, ApiKeyId.FromStorage(entry.Subject))));
        Assert.Null(rest.Next);
    }

    [Theory]
    [InlineData("/team")]
    [InlineData("team/")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/a//b/")]
    [InlineData("/../")]
    [InlineData("")]
    public async Task A_directory_that_can_hold_no_memory_is_refused(string prefix) =>
        Assert.Contains("path_prefix", Assert.IsType<Refusal.BadField>((await TryCreateKeyAsync(new Grant(KeyRole.Read, null, prefix))).Why()).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_key_that_makes_no_sense_is_refused()
    {
        var now = Timestamp.Microseconds(Clock.GetUtcNow());

        Refused(await TryCreateKeyAsync(new Grant(KeyRole.Admin, [Store])), "role");
        Refused(await TryCreateKeyAsync(new Grant(KeyRole.Admin, null, "/a/")), "role");
        Refused(await TryCreateKeyAsync(new Grant(KeyRole.Read, [])), "stores");
        Refused(await TryCreateKeyAsync(new Grant(KeyRole.Read, [.. Enumerable.Repeat(Store, 101)])), "stores");
        Refused(await TryCreateKeyAsync(Writes, until: now), "expires_at");
        Refused(await TryCreateKeyAsync(Writes, name: ""), "name");
        Refused(await TryCreateKeyAsync(Writes, name: "a\nb"), "name");
        Refused(await TryCreateKeyAsync(Writes, workspace: ""), "workspace");
        Assert.Empty((await new ListKeys(Engine).RunAsync(Me, null, 100, Never)).Items);

        static void Refused(Outcome<NewKey> outcome, string field) => Assert.Equal(field, Assert.IsType<Refusal.BadField>(outcome.Why()).Field);
    }

    private ValueTask<Caller?> OpenAsync(string secret) => Authenticate.RunAsync(secret, Never);

    private async Task<ApiKeyId> AnAdminAsync() => (await new EnsureAdminKey(Engine).RunAsync("admin", Never)).Id;

    private async Task<ApiKey> KeyAsync(ApiKeyId key) => (await new ListKeys(Engine).FindAsync(Me, key, Never)).Done();

    private async Task<Outcome<NewKey>> TryCreateKeyAsync(Grant grant, long? until = null, string? workspace = null, Caller? by = null, string name = "a key") =>
        await new CreateKey(Engine).RunAsync(by ?? Me, new KeyRequest(name, grant, until, workspace), Never);

    private async Task<NewKey> CreateKeyAsync(Grant grant, long? until = null, string? workspace = null) =>
        (await TryCreateKeyAsync(grant, until, workspace)).Done();

    private async Task<Outcome<NewKey>> RotateAsync(ApiKeyId key, TimeSpan grace = default) =>
        await new RotateKey(Engine, Authenticate).RunAsync(Me, key, grace, Never);

    private async Task<Outcome<ApiKey>> RevokeAsync(ApiKeyId key) => await new RevokeKey(Engine, Authenticate).RunAsync(Me, key, Never);
}
