using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>An environment's life: a configuration that is completed and patched, an archive, a removal.</summary>
public abstract class EnvironmentFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private static readonly EnvironmentId Nowhere = EnvironmentId.FromStorage("env_01ceGPFUY4oTQ3gxaaMvXWXR");

    [Fact]
    public async Task An_environment_is_found_as_it_was_made()
    {
        var made = await MakeAsync(new EnvironmentPatch
        {
            Name = "Ünï 𝄞 \0", Description = new(""), Metadata = new Dictionary<string, string?> { ["b"] = "2", ["a"] = "" },
            Config = new ConfigPatch("cloud")
            {
                Networking = new NetworkingPatch("limited") { AllowedHosts = ["a.example"], AllowMcpServers = true },
                Packages = new PackagesPatch { Pip = ["pandas==2.2.0"], Go = ["x"] },
            },
        });

        Assert.Equal(made, await FindAsync(made.Id));
        Assert.Equal("", made.Definition.Description);
        Assert.Equal((true, false), (made.Definition.Config.Networking!.AllowMcpServers, made.Definition.Config.Networking.AllowPackageManagers));
        Assert.Empty(made.Definition.Config.Packages!.Apt);
    }

    [Fact]
    public async Task Without_a_configuration_it_is_a_cloud_with_every_network_and_no_packages()
    {
        var definition = (await MakeAsync(new EnvironmentPatch { Name = "Plain" })).Definition;

        Assert.Equal(("cloud", "unrestricted", null), (definition.Config.Type, definition.Config.Networking!.Type, definition.Description));
        var own = (await MakeAsync(new EnvironmentPatch { Name = "Own", Config = new ConfigPatch("self_hosted") })).Definition.Config;
        Assert.Equal(new EnvironmentConfig("self_hosted"), own);
    }

    [Fact]
    public async Task A_patch_of_the_configuration_leaves_what_it_does_not_name()
    {
        var made = await MakeAsync(new EnvironmentPatch
        {
            Name = "Office",
            Config = new ConfigPatch("cloud")
            {
                Networking = new NetworkingPatch("limited") { AllowedHosts = ["a"], AllowPackageManagers = true }, Packages = new PackagesPatch { Pip = ["p"], Npm = ["n"] },
            },
        });

        var config = await ConfigAsync(new ConfigPatch("cloud") { Packages = new PackagesPatch { Npm = [] } });
        Assert.Equal(("a", "p", ""), (Joined(config.Networking!.AllowedHosts), Joined(config.Packages!.Pip), Joined(config.Packages.Npm)));
        config = await ConfigAsync(new ConfigPatch("cloud") { Networking = new NetworkingPatch("limited") { AllowMcpServers = true } });
        Assert.Equal(("a", true, true), (Joined(config.Networking!.AllowedHosts), config.Networking.AllowMcpServers, config.Networking.AllowPackageManagers));
        config = await ConfigAsync(new ConfigPatch("cloud") { Networking = new NetworkingPatch("unrestricted") });
        Assert.Equal(new EnvironmentNetworking("unrestricted"), config.Networking);
        config = await ConfigAsync(new ConfigPatch("cloud") { Networking = new NetworkingPatch("limited") });
        Assert.Equal(("", false), (Joined(config.Networking!.AllowedHosts), config.Networking.AllowPackageManagers));
        Assert.Equal(new Refusal.ConfigTypeFixed("cloud", "self_hosted"), (await UpdateAsync(made.Id, new EnvironmentPatch { Config = new ConfigPatch("self_hosted") })).Why());

        static string Joined(IReadOnlyList<string>? items) => string.Join(' ', items!);

        async Task<EnvironmentConfig> ConfigAsync(ConfigPatch patch) => (await UpdateAsync(made.Id, new EnvironmentPatch { Config = patch })).Done().Definition.Config;
    }

    [Fact]
    public async Task An_update_moves_its_time_unless_it_changes_nothing()
    {
        var made = await MakeAsync(new EnvironmentPatch { Name = "one", Description = new("text"), Metadata = new Dictionary<string, string?> { ["k"] = "v" } });

        foreach (var nothing in new[] { new EnvironmentPatch(), new EnvironmentPatch { Name = "one" }, new EnvironmentPatch { Config = new ConfigPatch("cloud") } })
            Assert.Equal(made, (await UpdateAsync(made.Id, nothing)).Done());
        var updated = (await UpdateAsync(made.Id, new EnvironmentPatch { Description = new((string?)null), Metadata = new Dictionary<string, string?> { ["k"] = null } })).Done();

        Assert.Null(updated.Definition.Description);
        Assert.Empty(updated.Definition.Metadata);
        Assert.True(updated.UpdatedAt > made.UpdatedAt);
        Assert.Equal(updated, await FindAsync(made.Id));
    }

    [Fact]
    public async Task An_archived_environment_stays_until_it_is_deleted()
    {
        var made = await MakeAsync(new EnvironmentPatch { Name = "one" });

        var archived = (await new ArchiveEnvironment(Engine).RunAsync(Me, made.Id, Never)).Done();

        Assert.Equal(archived.UpdatedAt, archived.ArchivedAt);
        Assert.Equal(archived, (await new ArchiveEnvironment(Engine).RunAsync(Me, made.Id, Never)).Done());
        Assert.Equal("environment_archived", (await UpdateAsync(made.Id, new EnvironmentPatch())).Why().Code);
        Assert.Empty(await ListAsync(Query()));
        Assert.Equal([archived], await ListAsync(Query() with { IncludeArchived = true }));

        Assert.Equal(made.Id, (await new DeleteEnvironment(Engine, Authenticate).RunAsync(Me, made.Id, Never)).Done());
        Assert.Empty(await ListAsync(Query() with { IncludeArchived = true }));
        Refusal gone = new Refusal.EnvironmentUnknown(made.Id.Value);
        Assert.Equal(gone, (await new RetrieveEnvironment(Engine).RunAsync(Me, made.Id, Never)).Why());
        Assert.Equal(gone, (await new DeleteEnvironment(Engine, Authenticate).RunAsync(Me, made.Id, Never)).Why());
        Assert.Equal(gone, (await new ArchiveEnvironment(Engine).RunAsync(Me, made.Id, Never)).Why());
        Assert.Equal(gone, (await UpdateAsync(made.Id, new EnvironmentPatch())).Why());
    }

    [Fact]
    public async Task A_walk_meets_what_lasts_once_while_others_come_and_go()
    {
        var there = new List<EnvironmentId>();
        for (var i = 0; i < 9; i++)
        {
            if (i % 4 == 0) Clock.Move(TimeSpan.FromSeconds(1));
            there.Insert(0, (await MakeAsync(new EnvironmentPatch { Name = $"{i}" })).Id);
        }
        var met = new List<EnvironmentId>();

        for (var query = Query(3); ;)
        {
            var page = (await new ListEnvironments(Engine).RunAsync(Me, query, Never)).Done();
            met.AddRange(page.Items.Select(one => one.Id));
            await MakeAsync(new EnvironmentPatch { Name = "more" });
            if (page.Last is not { } last) break;
            await new DeleteEnvironment(Engine, Authenticate).RunAsync(Me, last.Id, Never); // the very one the next page begins behind
            query = query with { After = (last.CreatedAt, last.Id.Value) };
        }

        Assert.Equal(there, met);
    }

    [Fact]
    public async Task Another_workspace_and_a_confined_key_have_none_of_it()
    {
        var made = await MakeAsync(new EnvironmentPatch { Name = "mine" });
        var stranger = Me with { Workspace = await WorkspaceAsync("elsewhere") };
        await AssertAllAsync(stranger, made.Id, new Refusal.EnvironmentUnknown(made.Id.Value));
        Assert.Empty((await new ListEnvironments(Engine).RunAsync(stranger, Query() with { Workspace = stranger.Workspace }, Never)).Done().Items);

        foreach (var confined in new[] { Me with { Grant = new Grant(KeyRole.Write, [Store]) }, Me with { Grant = new Grant(KeyRole.Admin, null, "/a/") } })
        {
            foreach (var id in new[] { made.Id, Nowhere }) await AssertAllAsync(confined, id, new Refusal.WorkspaceOutOfScope());
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await new ListEnvironments(Engine).RunAsync(confined, Query(), Never)).Why());
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await new CreateEnvironment(Engine).RunAsync(confined, new EnvironmentPatch { Name = "new" }, Never)).Why());
        }
        Assert.Equal(made, await FindAsync(made.Id));

        async Task AssertAllAsync(Caller caller, EnvironmentId id, Refusal expected)
        {
            Assert.Equal(expected, (await new RetrieveEnvironment(Engine).RunAsync(caller, id, Never)).Why());
            Assert.Equal(expected, (await new UpdateEnvironment(Engine).RunAsync(caller, id, new EnvironmentPatch { Name = "x" }, Never)).Why());
            Assert.Equal(expected, (await new ArchiveEnvironment(Engine).RunAsync(caller, id, Never)).Why());
            Assert.Equal(expected, (await new DeleteEnvironment(Engine, Authenticate).RunAsync(caller, id, Never)).Why());
        }
    }

    private WorkspaceQuery Query(int take = 100) => new(Me.Workspace, false, null, null, null, take);

    private async Task<AgentEnvironment> MakeAsync(EnvironmentPatch fields) => (await new CreateEnvironment(Engine).RunAsync(Me, fields, Never)).Done();

    private async Task<Outcome<AgentEnvironment>> UpdateAsync(EnvironmentId id, EnvironmentPatch patch) =>
        await new UpdateEnvironment(Engine).RunAsync(Me, id, patch, Never);

    private async Task<AgentEnvironment> FindAsync(EnvironmentId id) => (await new RetrieveEnvironment(Engine).RunAsync(Me, id, Never)).Done();

    private async Task<IReadOnlyList<AgentEnvironment>> ListAsync(WorkspaceQuery query) => (await new ListEnvironments(Engine).RunAsync(Me, query, Never)).Done().Items;
}
