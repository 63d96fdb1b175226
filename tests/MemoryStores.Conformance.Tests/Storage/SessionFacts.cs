using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A session's life: made of copies, listed both ways, changed a little, ended, gone.</summary>
public abstract class SessionFacts<TStorage> : SessionConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_session_is_found_as_it_was_made()
    {
        var made = await MakeAsync(await RequestAsync(Store) with
        {
            Title = "Ünï 𝄞", Metadata = new Dictionary<string, string?> { ["b"] = "2", ["a"] = "" }, VaultIds = ["v"], Budget = StoredJson.FromStorage("""{"type":"limit","max_list_cost":1}"""),
        });

        Assert.Equal(made, await FindAsync(made.Id));
        Assert.Equal((SessionStatus.Idle, 0), (made.Head.Status, made.Head.Seq));
        Assert.Equal("/mnt/memory/notes", made.Definition.Stores.Single().MountPath);
    }

    [Fact]
    public async Task What_it_was_made_of_may_change_and_it_stays()
    {
        var made = await MakeAsync(await RequestAsync(Store));
        var agent = await AgentAsync();
        await new UpdateAgent(Engine).RunAsync(Me, agent.Id, new AgentPatch { Name = "other" }, null, Never);
        await new UpdateStore(Engine).RunAsync(Me, Store, new StorePatch("Other", "new", null), Never);
        await new DeleteEnvironment(Engine, Authenticate).RunAsync(Me, (await EnvironmentAsync()).Id, Never);

        Assert.Equal(made, await FindAsync(made.Id));
        Assert.Equal((1, "Mail"), (made.Definition.Agent.Version, made.Definition.Agent.Name));
    }

    [Fact]
    public async Task An_agent_is_taken_at_a_version_and_with_something_replaced()
    {
        var agent = await AgentAsync();
        await new UpdateAgent(Engine).RunAsync(Me, agent.Id, new AgentPatch { System = new("two") }, null, Never);
        var request = await RequestAsync();

        var old = await MakeAsync(request with { Agent = new AgentChoice(agent.Id, 1) });
        var other = await MakeAsync(request with { Agent = new AgentChoice(agent.Id, null, new AgentPatch { Model = new AgentModel("other"), System = new(null) }) });

        Assert.Equal((1, null), (old.Definition.Agent.Version, old.Definition.Agent.System));
        Assert.Equal((2, null, "other"), (other.Definition.Agent.Version, other.Definition.Agent.System, other.Definition.Agent.Model.Id));
        Assert.IsType<Refusal.AgentVersionUnknown>((await TryMakeAsync(request with { Agent = new AgentChoice(agent.Id, 3) })).Why());
        await new ArchiveAgent(Engine).RunAsync(Me, agent.Id, Never);
        Assert.IsType<Refusal.AgentArchived>((await TryMakeAsync(request)).Why());
    }

    [Fact]
    public async Task A_refused_session_makes_nothing()
    {
        var archived = (await CreateStoreAsync("old")).Id;
        await new ArchiveStore(Engine).RunAsync(Me, archived, Never);
        var nowhere = StoreId.FromStorage("memstore_01ceGPFUY4oTQ3gxaaMvXWXR");

        Assert.Equal(new Refusal.StoreUnknown(nowhere.Value), (await TryMakeAsync(await RequestAsync(Store, nowhere))).Why());
        Assert.StartsWith("resources[1]", (await TryMakeAsync(await RequestAsync(Store, archived))).Why().Message, StringComparison.Ordinal);
        Assert.Contains("duplicate memory_store_id", (await TryMakeAsync(await RequestAsync(Store, Store))).Why().Message, StringComparison.Ordinal);
        var nine = await Task.WhenAll(Enumerable.Range(0, 9).Select(async i => (await CreateStoreAsync($"s{i}")).Id));
        Assert.Contains("resources cannot contain more than 8 memory_store entries", (await TryMakeAsync(await RequestAsync(nine))).Why().Message, StringComparison.Ordinal);
        await new ArchiveEnvironment(Engine).RunAsync(Me, (await EnvironmentAsync()).Id, Never);
        Assert.Equal("environment_archived", (await TryMakeAsync(await RequestAsync())).Why().Code);

        Assert.Empty((await ListAsync(Query())).Items);
    }

    [Fact]
    public async Task A_walk_meets_every_session_once_in_both_orders_and_goes_back_the_way_it_came()
    {
        var made = new List<SessionId>();
        for (var i = 0; i < 11; i++)
        {
            if (i % 3 == 0) Clock.Move(TimeSpan.FromSeconds(1));
            made.Add((await MakeAsync()).Id);
        }
        foreach (var oldestFirst in new[] { true, false })
        {
            var expected = oldestFirst ? made : [.. made.AsEnumerable().Reverse()];
            var (forth, back) = (new List<SessionId>(), new List<SessionId>());
            var query = Query(4) with { OldestFirst = oldestFirst };
            SessionPage page;
            while (true)
            {
                page = await ListAsync(query);
                forth.AddRange(page.Items.Select(one => one.Id));
                Assert.Equal(query.After is not null, page.HasPrevious);
                if (!page.HasNext) break;
                query = query with { After = At(page.Items[^1]) };
            }
            back.AddRange(page.Items.Select(one => one.Id).Reverse());
            while (page.HasPrevious)
            {
                page = await ListAsync(query with { After = At(page.Items[0]) }, backward: true);
                back.AddRange(page.Items.Select(one => one.Id).Reverse());
            }
            Assert.Equal(expected, forth);
            Assert.Equal(expected.AsEnumerable().Reverse(), back);
        }

        static (long, string) At(Session session) => (session.Head.CreatedAt, session.Id.Value);
    }

    [Fact]
    public async Task A_list_is_filtered()
    {
        var (plain, mounted) = (await MakeAsync(), await MakeAsync(await RequestAsync(Store)));
        Clock.Move(TimeSpan.FromSeconds(1));
        var ended = (await new ArchiveSession(Engine, Authenticate).RunAsync(Me, (await MakeAsync()).Id, Never)).Done();
        await RecordAsync(plain.Id, Draft(EventTypes.StatusRunning));
        var agent = await AgentAsync();

        await AssertListedAsync(Query(), mounted, plain);
        await AssertListedAsync(Query() with { IncludeArchived = true }, ended, mounted, plain);
        await AssertListedAsync(Query() with { Store = Store.Value }, mounted);
        await AssertListedAsync(Query() with { Agent = agent.Id.Value, AgentVersion = 1 }, mounted, plain);
        await AssertListedAsync(Query() with { Agent = agent.Id.Value, AgentVersion = 2 });
        await AssertListedAsync(Query() with { Agent = "agent_other" });
        await AssertListedAsync(Query() with { Statuses = [SessionStatus.Running] }, plain);
        await AssertListedAsync(Query() with { Statuses = [SessionStatus.Running, SessionStatus.Terminated], IncludeArchived = true }, ended, plain);
        await AssertListedAsync(Query() with { CreatedFrom = ended.Head.CreatedAt, IncludeArchived = true }, ended);
        await AssertListedAsync(Query() with { CreatedUntil = ended.Head.CreatedAt - 1, IncludeArchived = true }, mounted, plain);

        async Task AssertListedAsync(SessionQuery query, params Session[] expected) =>
            Assert.Equal(expected.Select(one => one.Id), (await ListAsync(query)).Items.Select(one => one.Id));
    }

    [Fact]
    public async Task An_update_tells_of_itself_unless_it_changes_nothing()
    {
        var made = await MakeAsync();
        var update = new UpdateSession(Engine);

        Assert.Equal(made, (await update.RunAsync(Me, made.Id, new SessionPatch { Title = new(null) }, Never)).Done());
        var changed = (await update.RunAsync(Me, made.Id, new SessionPatch { Title = new("new \""), Metadata = new Dictionary<string, string?> { ["k"] = "v" } }, Never)).Done();

        Assert.Equal(changed, await FindAsync(made.Id));
        var told = (await EventsAsync(made.Id)).Single();
        Assert.Equal((EventTypes.SessionUpdated, """{"title":"new \"","metadata":{"k":"v"}}""", null), (told.Type, told.Fields.Text, told.By));
        await RecordAsync(made.Id, Draft(EventTypes.StatusRunning));
        Assert.IsType<Refusal.SessionRunning>((await update.RunAsync(Me, made.Id, new SessionPatch { Tools = [] }, Never)).Why());
        Assert.IsType<Refusal.BudgetCreateOnly>((await update.RunAsync(Me, made.Id, new SessionPatch { Budget = new(StoredJson.FromStorage("{}")) }, Never)).Why());
    }

    [Fact]
    public async Task An_archived_session_keeps_its_transcript_and_takes_nothing_more()
    {
        var made = await MakeAsync();
        await SendAsync(made.Id, Say("hello"));

        var archived = (await new ArchiveSession(Engine, Authenticate).RunAsync(Me, made.Id, Never)).Done();

        Assert.Equal((SessionStatus.Terminated, archived.Head.UpdatedAt), (archived.Head.Status, archived.Head.ArchivedAt));
        Assert.Equal(archived, (await new ArchiveSession(Engine, Authenticate).RunAsync(Me, made.Id, Never)).Done());
        Assert.Equal(4, (await EventsAsync(made.Id)).Count);
        Refusal over = new Refusal.SessionArchived();
        Assert.Equal(over, (await new SendEvents(Engine).RunAsync(Me, made.Id, [Say("more")], Never)).Why());
        Assert.Equal(over, (await new RecordEvents(Engine, Authenticate).RunAsync(Me, made.Id, [Say("more")], Never)).Why());
        Assert.Equal(over, (await new UpdateSession(Engine).RunAsync(Me, made.Id, new SessionPatch(), Never)).Why());
        Assert.Equal(over, (await new SessionResources(Engine).AddFileAsync(Me, made.Id, new ResourceRequest.File("f", null), Never)).Why());
    }

    [Fact]
    public async Task A_running_session_is_neither_archived_nor_deleted_until_it_is_interrupted()
    {
        var made = await MakeAsync();
        await RecordAsync(made.Id, Draft(EventTypes.StatusRunning));

        Assert.IsType<Refusal.SessionRunning>((await new ArchiveSession(Engine, Authenticate).RunAsync(Me, made.Id, Never)).Why());
        Assert.IsType<Refusal.SessionRunning>((await new DeleteSession(Engine, Authenticate).RunAsync(Me, made.Id, Never)).Why());
        await SendAsync(made.Id, Draft(EventTypes.UserInterrupt));

        Assert.Equal(SessionStatus.Idle, (await FindAsync(made.Id)).Head.Status);
        (await new ArchiveSession(Engine, Authenticate).RunAsync(Me, made.Id, Never)).Done();
    }

    [Fact]
    public async Task A_deleted_session_is_gone_with_its_transcript_and_others_stay()
    {
        var (gone, stays) = (await MakeAsync(await RequestAsync(Store)), await MakeAsync(await RequestAsync(Store)));
        foreach (var one in new[] { gone, stays }) await RecordAsync(one.Id, [.. Enumerable.Range(0, 700).Select(i => Draft("agent.message", "{}", $"m{i}"))]);

        Assert.Equal(gone.Id, (await new DeleteSession(Engine, Authenticate).RunAsync(Me, gone.Id, Never)).Done());

        Refusal unknown = new Refusal.SessionUnknown(gone.Id.Value);
        Assert.Equal(unknown, (await new RetrieveSession(Engine).RunAsync(Me, gone.Id, Never)).Why());
        Assert.Equal(unknown, (await new DeleteSession(Engine, Authenticate).RunAsync(Me, gone.Id, Never)).Why());
        Assert.Equal(unknown, (await new ListEvents(Engine).RunAsync(Me, new EventQuery(gone.Id, 1), Never)).Why());
        Assert.Equal([stays.Id], (await ListAsync(Query() with { Store = Store.Value })).Items.Select(one => one.Id));
        Assert.Equal(700, (await EventsAsync(stays.Id)).Count);
        Assert.NotNull(await Engine.ReadAsync(reader => reader.FindStoreAsync(Me.Workspace, Store), Never));
    }

    [Fact]
    public async Task Files_come_and_go_and_memory_stores_stay()
    {
        var made = await MakeAsync(await RequestAsync(Store) with { Resources = [new ResourceRequest.Store(Store, StoreResource.ReadOnly, "i"), new ResourceRequest.Repository("https://h/desk.git", null, null)] });
        var resources = new SessionResources(Engine);

        var file = (await resources.AddFileAsync(Me, made.Id, new ResourceRequest.File("file_1", null), Never)).Done();
        Assert.Equal("/mnt/session/uploads/file_1", ((FileResource)file).MountPath);
        var all = (await resources.ListAsync(Me, made.Id, Never)).Done();
        Assert.Equal([StoreResource.Word, RepositoryResource.Word, FileResource.Word], all.Select(one => one.Type));
        Assert.Equal("/workspace/desk", ((RepositoryResource)all[1]).MountPath);
        foreach (var one in all) Assert.Equal(one, (await resources.RetrieveAsync(Me, made.Id, one.RouteName(), Never)).Done());
        Clock.Move(TimeSpan.FromSeconds(1));
        Assert.NotEqual(all[1], (await resources.RenewAsync(Me, made.Id, all[1].RouteName(), Never)).Done());
        Assert.IsType<Refusal.BadField>((await resources.RenewAsync(Me, made.Id, file.RouteName(), Never)).Why());
        Assert.IsType<Refusal.BadField>((await resources.RemoveAsync(Me, made.Id, Store.Value, Never)).Why());

        Assert.Equal(file, (await resources.RemoveAsync(Me, made.Id, file.RouteName(), Never)).Done());
        Assert.Equal(new Refusal.ResourceUnknown(file.RouteName()), (await resources.RetrieveAsync(Me, made.Id, file.RouteName(), Never)).Why());
    }

    [Fact]
    public async Task Another_workspace_and_a_confined_key_have_none_of_it()
    {
        var made = await MakeAsync();
        var stranger = Me with { Workspace = await WorkspaceAsync("elsewhere") };
        Assert.IsType<Refusal.SessionUnknown>((await new RetrieveSession(Engine).RunAsync(stranger, made.Id, Never)).Why());
        Assert.IsType<Refusal.SessionUnknown>((await new SendEvents(Engine).RunAsync(stranger, made.Id, [Say("x")], Never)).Why());
        Assert.Empty((await new ListSessions(Engine).RunAsync(stranger, Query() with { Workspace = stranger.Workspace }, false, Never)).Done().Items);
        foreach (var confined in new[] { Me with { Grant = new Grant(KeyRole.Write, [Store]) }, Me with { Grant = new Grant(KeyRole.Admin, null, "/a/") } })
        {
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await new RetrieveSession(Engine).RunAsync(confined, made.Id, Never)).Why());
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await new DeleteSession(Engine, Authenticate).RunAsync(confined, made.Id, Never)).Why());
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await new ListSessions(Engine).RunAsync(confined, Query(), false, Never)).Why());
            Assert.IsType<Refusal.WorkspaceOutOfScope>((await new CreateSession(Engine).RunAsync(confined, await RequestAsync(), Never)).Why());
        }
    }

    private SessionQuery Query(int take = 100) => new(Me.Workspace, take);

    private async Task<SessionPage> ListAsync(SessionQuery query, bool backward = false) => (await new ListSessions(Engine).RunAsync(Me, query, backward, Never)).Done();
}
