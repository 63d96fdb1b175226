using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>An agent's life: versions that never change, one that is current, an end.</summary>
public abstract class AgentFacts<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private static readonly AgentId Nobody = AgentId.FromStorage("agent_01ceGPFUY4oTQ3gxaaMvXWXR");

    [Fact]
    public async Task An_agent_is_found_as_it_was_made()
    {
        var made = (await TryCreateAgentAsync(new AgentPatch
        {
            Name = "Ünï 𝄞 \0 \"\\", Model = new AgentModel("m") { Speed = "fast", Effort = new ModelEffort("max"), InferenceGeo = "eu" },
            Description = new("line\nline"), System = new("Be brief."), Tools = [Json("""{"type":"custom","n":1.50e+3}"""), Json("""{"type":"b"}""")],
            McpServers = [Json("""{"type":"url"}""")], Skills = [Json("""{"type":"custom"}""")],
            Metadata = new Dictionary<string, string?> { ["b"] = "2", ["a"] = "" }, Multiagent = new(Json("""{"type":"coordinator"}""")),
            ExecutionIdentity = new ExecutionIdentity(ExecutionIdentity.AwsRole) { RoleArn = "arn:x" },
        })).Done();

        Assert.Equal(1, made.Version);
        Assert.Equal(made.CreatedAt, made.UpdatedAt);
        Assert.Equal(made, await FindAsync(made.Id));
        Assert.Equal("""{"type":"custom","n":1.50e+3}""", (await FindAsync(made.Id)).Definition.Tools[0].Text);
    }

    [Fact]
    public async Task An_agent_of_a_name_and_a_model_has_defaults_for_the_rest()
    {
        var definition = (await CreateAgentAsync("Plain")).Definition;

        Assert.Equal((null, null, null), (definition.Description, definition.System, definition.Multiagent));
        Assert.Empty(definition.Tools.Concat(definition.McpServers).Concat(definition.Skills));
        Assert.Equal((AgentModel.StandardSpeed, ExecutionIdentity.ServiceAccount), (definition.Model.Speed, definition.ExecutionIdentity));
    }

    [Fact]
    public async Task Each_update_makes_the_next_version_and_earlier_ones_stay_as_they_were()
    {
        var first = await CreateAgentAsync("one");
        var second = (await UpdateAsync(first.Id, new AgentPatch { Name = "two" })).Done();
        var third = (await UpdateAsync(first.Id, new AgentPatch { System = new("new") }, expected: 2)).Done();

        Assert.Equal((2, 3), (second.Version, third.Version));
        Assert.True(first.UpdatedAt < second.UpdatedAt && second.UpdatedAt < third.UpdatedAt);
        Assert.Equal(first.CreatedAt, third.CreatedAt);
        Assert.Equal(third, await FindAsync(first.Id));
        foreach (var agent in new[] { first, second, third }) Assert.Equal(agent, await FindAsync(first.Id, agent.Version));
        Assert.Equal([third, second, first], await VersionsAsync(first.Id, take: 2));
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_another_answer_than_no_agent()
    {
        var agent = await CreateAgentAsync("one");

        Assert.Equal(new Refusal.AgentVersionUnknown(agent.Id.Value, 2), (await TryFindAsync(agent.Id, 2)).Why());
        Assert.Equal(new Refusal.AgentUnknown(Nobody.Value), (await TryFindAsync(Nobody, 2)).Why());
        Assert.Equal(new Refusal.AgentUnknown(Nobody.Value), (await new ListAgentVersions(Engine).RunAsync(Me, Nobody, null, 10, Never)).Why());
    }

    [Fact]
    public async Task What_changes_nothing_makes_no_version()
    {
        var agent = await CreateAgentAsync("one", new AgentPatch { Tools = [Json("""{"type":"a"}""")], Metadata = new Dictionary<string, string?> { ["k"] = "v" } });
        Clock.Move(TimeSpan.FromSeconds(1));

        foreach (var patch in new[]
        {
            new AgentPatch(), new AgentPatch { Name = "one" }, new AgentPatch { Tools = [Json("""{ "type" : "a" }""")] }, new AgentPatch { Description = new("") },
            new AgentPatch { Metadata = new Dictionary<string, string?> { ["k"] = "v", ["never"] = null } }, new AgentPatch { Multiagent = new((StoredJson?)null) },
        })
            Assert.Equal(agent, (await UpdateAsync(agent.Id, patch)).Done());
    }

    [Fact]
    public async Task Of_two_that_know_the_same_version_one_wins_and_the_other_learns_of_it()
    {
        var agent = await CreateAgentAsync("one");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => UpdateAsync(agent.Id, new AgentPatch { Name = $"by {i}" }, expected: 1)));

        var won = Assert.Single(outcomes.OfType<Outcome<Agent>.Done>()).Value;
        Assert.Equal(won, await FindAsync(agent.Id));
        Assert.All(outcomes.OfType<Outcome<Agent>.Refused>(), lost => Assert.Equal(new Refusal.AgentMoved(2, 1), lost.Why));
        Assert.Equal(new Refusal.AgentMoved(2, 1), (await UpdateAsync(agent.Id, new AgentPatch(), expected: 1)).Why());
    }

    [Fact]
    public async Task An_effort_once_given_stays_until_another_is_and_the_rest_of_a_model_is_replaced()
    {
        var agent = await CreateAgentAsync("one", new AgentPatch { Model = new AgentModel("m") { Speed = "fast", Effort = new ModelEffort("low"), InferenceGeo = "eu" } });

        var updated = (await UpdateAsync(agent.Id, new AgentPatch { Model = new AgentModel("n") })).Done();

        Assert.Equal(new AgentModel("n") { Effort = new ModelEffort("low") }, updated.Definition.Model);
    }

    [Fact]
    public async Task An_archived_agent_stays_and_changes_no_more()
    {
        var agent = await CreateAgentAsync("one");
        await UpdateAsync(agent.Id, new AgentPatch { Name = "two" });

        var archived = (await new ArchiveAgent(Engine).RunAsync(Me, agent.Id, Never)).Done();

        Assert.Equal((2, archived.UpdatedAt), (archived.Version, archived.ArchivedAt));
        Assert.Equal(archived, (await new ArchiveAgent(Engine).RunAsync(Me, agent.Id, Never)).Done());
        Assert.Equal(archived, await FindAsync(agent.Id));
        Assert.Equal(agent with { ArchivedAt = archived.ArchivedAt }, await FindAsync(agent.Id, 1));
        Assert.IsType<Refusal.AgentArchived>((await UpdateAsync(agent.Id, new AgentPatch(), expected: 1)).Why());
        Assert.Empty(await ListAsync(Query()));
        Assert.Equal([archived], await ListAsync(Query() with { IncludeArchived = true }));
    }

    [Fact]
    public async Task Agents_are_listed_newest_first_page_by_page_and_within_inclusive_bounds()
    {
        var made = new List<Agent>();
        for (var i = 0; i < 7; i++)
        {
            if (i % 3 == 0) Clock.Move(TimeSpan.FromSeconds(1));
            made.Insert(0, await CreateAgentAsync($"{i}"));
        }
        await UpdateAsync(made[4].Id, new AgentPatch { Name = "changed" });
        made[4] = await FindAsync(made[4].Id);

        foreach (var take in new[] { 1, 2, 3, 7, 100 }) Assert.Equal(made, await ListAsync(Query(take)));
        var (from, until) = (made[5].CreatedAt, made[2].CreatedAt);
        Assert.Equal(made.Where(one => one.CreatedAt >= from && one.CreatedAt <= until), await ListAsync(Query() with { CreatedFrom = from, CreatedUntil = until }));
    }

    [Fact]
    public async Task A_walk_meets_each_agent_that_was_there_once_while_more_are_made_and_others_change()
    {
        var there = new List<AgentId>();
        for (var i = 0; i < 9; i++) there.Insert(0, (await CreateAgentAsync($"{i}")).Id);
        var met = new List<AgentId>();

        for (var query = Query(2); ;)
        {
            var page = (await new ListAgents(Engine).RunAsync(Me, query, Never)).Done();
            met.AddRange(page.Items.Select(agent => agent.Id));
            await CreateAgentAsync("more");
            await UpdateAsync(there[0], new AgentPatch { Name = $"again {met.Count}" });
            if (page.Last is not { } last) break;
            query = query with { After = (last.CreatedAt, last.Id.Value) };
        }

        Assert.Equal(there, met);
    }

    [Fact]
    public async Task Another_workspace_finds_none_of_them()
    {
        var agent = await CreateAgentAsync("mine");
        var stranger = Me with { Workspace = await WorkspaceAsync("elsewhere") };
        Refusal expected = new Refusal.AgentUnknown(agent.Id.Value);

        Assert.Equal(expected, (await new RetrieveAgent(Engine).RunAsync(stranger, agent.Id, null, Never)).Why());
        Assert.Equal(expected, (await new RetrieveAgent(Engine).RunAsync(stranger, agent.Id, 1, Never)).Why());
        Assert.Equal(expected, (await new ListAgentVersions(Engine).RunAsync(stranger, agent.Id, null, 10, Never)).Why());
        Assert.Equal(expected, (await new UpdateAgent(Engine).RunAsync(stranger, agent.Id, new AgentPatch { Name = "x" }, null, Never)).Why());
        Assert.Equal(expected, (await new ArchiveAgent(Engine).RunAsync(stranger, agent.Id, Never)).Why());
        Assert.Empty((await new ListAgents(Engine).RunAsync(stranger, Query() with { Workspace = stranger.Workspace }, Never)).Done().Items);
        Assert.Equal(agent, await FindAsync(agent.Id));
    }

    [Fact]
    public async Task A_confined_key_has_none_of_it_whether_it_is_there_or_not()
    {
        var agent = await CreateAgentAsync("mine");
        foreach (var grant in new[] { new Grant(KeyRole.Write, [Store]), new Grant(KeyRole.Admin, null, "/a/") })
        {
            var caller = Me with { Grant = grant };
            foreach (var id in new[] { agent.Id, Nobody })
            {
                Assert.IsType<Refusal.WorkspaceOutOfScope>((await new RetrieveAgent(Engine).RunAsync(caller, id, null, Never)).Why());
                Assert.IsType<Refusal.WorkspaceOutOfScope>((await new ListAgentVersions(Engine).RunAsync(caller, id, null, 10, Never)).Why());
                Assert.IsType<Refusal.WorkspaceOutOfScope>((await new UpdateAgent(Engine).RunAsync(caller, id, new AgentPatch(), null, Never)).Why());
                Assert.IsType<Refusal.WorkspaceOutOfScope>((await new ArchiveAgent(Engine).RunAsync(caller, id, Never)).Why());
            }
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await new ListAgents(Engine).RunAsync(caller, Query(), Never)).Why());
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await TryCreateAgentAsync(Named("new"), caller)).Why());
        }
    }

    [Fact]
    public async Task The_bound_on_pairs_is_held_by_the_result_and_the_one_on_bytes_by_the_whole()
    {
        var agent = await CreateAgentAsync("one", new AgentPatch { Metadata = Enumerable.Range(0, 16).ToDictionary(i => $"k{i}", _ => (string?)"v") });
        var large = Json($$"""{"type":"{{new string('x', Contract.Limits.DefinitionBytes / 2)}}"}""");

        Assert.IsType<Refusal.BadField>((await UpdateAsync(agent.Id, new AgentPatch { Metadata = new Dictionary<string, string?> { ["more"] = "v" } })).Why());
        (await UpdateAsync(agent.Id, new AgentPatch { Metadata = new Dictionary<string, string?> { ["more"] = "v", ["k0"] = null } })).Done();
        (await UpdateAsync(agent.Id, new AgentPatch { Tools = [large] })).Done();
        Assert.IsType<Refusal.DefinitionTooLarge>((await UpdateAsync(agent.Id, new AgentPatch { Skills = [large] })).Why());
        Assert.IsType<Refusal.DefinitionTooLarge>((await TryCreateAgentAsync(Named("new") with { Tools = [large, large] })).Why());
    }

    private static StoredJson Json(string text) => StoredJson.TryFrom(System.Text.Json.JsonDocument.Parse(text).RootElement)!;

    private static AgentPatch Named(string name) => new() { Name = name, Model = new AgentModel("claude-opus-4-8") };

    private WorkspaceQuery Query(int take = 100) => new(Me.Workspace, false, null, null, null, take);

    private async Task<Outcome<Agent>> TryCreateAgentAsync(AgentPatch fields, Caller? by = null) => await new CreateAgent(Engine).RunAsync(by ?? Me, fields, Never);

    private async Task<Agent> CreateAgentAsync(string name, AgentPatch? more = null) =>
        (await TryCreateAgentAsync((more ?? new AgentPatch()) with { Name = name, Model = more?.Model ?? Named(name).Model })).Done();

    private async Task<Outcome<Agent>> UpdateAsync(AgentId id, AgentPatch patch, long? expected = null) =>
        await new UpdateAgent(Engine).RunAsync(Me, id, patch, expected, Never);

    private async Task<Outcome<Agent>> TryFindAsync(AgentId id, long? version) => await new RetrieveAgent(Engine).RunAsync(Me, id, version, Never);

    private async Task<Agent> FindAsync(AgentId id, long? version = null) => (await TryFindAsync(id, version)).Done();

    private async Task<List<Agent>> VersionsAsync(AgentId id, int take)
    {
        var found = new List<Agent>();
        for (long? below = null; ;)
        {
            var page = (await new ListAgentVersions(Engine).RunAsync(Me, id, below, take, Never)).Done();
            found.AddRange(page.Items);
            if (page.Last is null) return found;
            below = page.Last.Version;
        }
    }

    private async Task<List<Agent>> ListAsync(WorkspaceQuery query)
    {
        var found = new List<Agent>();
        while (true)
        {
            var page = (await new ListAgents(Engine).RunAsync(Me, query, Never)).Done();
            found.AddRange(page.Items);
            if (page.Last is not { } last) return found;
            query = query with { After = (last.CreatedAt, last.Id.Value) };
        }
    }
}
