using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Work;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The queue of work: a session asks for a worker, one takes it, and when it is heard of no more another one does.</summary>
public abstract class WorkFacts<TStorage> : SessionConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private AgentEnvironment? own;

    [Fact]
    public async Task A_new_session_of_a_self_hosted_environment_is_work_and_no_other_is()
    {
        await MakeAsync();
        Assert.Null(await PollAsync());
        var session = await SelfHostedAsync();
        var item = (await PollAsync())!.Item;

        Assert.Equal((session.Id, WorkState.Queued, (await OwnAsync()).Id), (item.Session, item.State, item.Environment));
        Assert.Equal(item, (await new RetrieveWork(Engine).RunAsync(Me, item.Environment, item.Id, Never)).Done());
        Assert.Equal([item], (await new ListWork(Engine).RunAsync(Me, item.Environment, null, 20, Never)).Done().Items);
        Assert.IsType<Refusal.WorkUnknown>((await new RetrieveWork(Engine).RunAsync(Me, item.Environment, WorkId.FromStorage("work_x"), Never)).Why());
        Assert.IsType<Refusal.EnvironmentUnknown>((await new RetrieveWork(Engine).RunAsync(Me, EnvironmentId.FromStorage("env_x"), item.Id, Never)).Why());
    }

    [Fact]
    public async Task It_is_shown_to_one_worker_the_oldest_first_and_to_another_when_it_is_not_taken()
    {
        var (first, second) = (await SelfHostedAsync(), await SelfHostedAsync());
        Assert.Equal(first.Id, (await PollAsync())!.Item.Session);
        Assert.Equal(second.Id, (await PollAsync())!.Item.Session);
        Assert.Null(await PollAsync());
        Clock.Move(Minute);
        var again = (await PollAsync())!;
        Assert.Equal(first.Id, again.Item.Session);
        await AcknowledgeAsync(again.Item);
        Clock.Move(Minute);
        Assert.Equal(second.Id, (await PollAsync())!.Item.Session);
    }

    [Fact]
    public async Task The_token_that_comes_with_it_is_the_sessions()
    {
        var session = await SelfHostedAsync();
        var delivered = (await PollAsync())!;
        var caller = (await Authenticate.RunAsync(delivered.Token, Never))!;
        Assert.Equal(new Actor(ActorKind.Session, session.Id.Value), caller.Actor);
        await AcknowledgeAsync(delivered.Item);
        Assert.Equal(WorkState.Active, (await BeatAsync(delivered.Item, HeartbeatWork.NoHeartbeat, by: caller)).Done().State);

        await SelfHostedAsync();
        var other = (await PollAsync())!.Item;
        Assert.IsType<Refusal.WorkUnknown>((await BeatAsync(other, null, by: caller)).Why());
        Assert.IsType<Refusal.WorkUnknown>((await new StopWork(Engine).RunAsync(caller, other.Environment, other.Id, true, Never)).Why());
    }

    [Fact]
    public async Task A_key_of_another_environment_sees_none_of_it()
    {
        await SelfHostedAsync();
        var elsewhere = (await new CreateEnvironment(Engine).RunAsync(Me, new EnvironmentPatch { Name = "Elsewhere", Config = new ConfigPatch("self_hosted") }, Never)).Done();
        var key = (await new CreateToken(Engine).ForEnvironmentAsync(Me, elsewhere.Id, "k", null, Never)).Done();
        var caller = (await Authenticate.RunAsync(key.Secret, Never))!;
        Assert.IsType<Refusal.EnvironmentUnknown>((await TryPollAsync(caller)).Why());
        Assert.Null((await new PollWork(Engine, Clock).RunAsync(caller, elsewhere.Id, null, Minute, new CancellationToken(true), Never)).Done());
        Assert.IsType<Refusal.RoleTooNarrow>((await TryPollAsync(Me with { Grant = new Grant(KeyRole.Read) })).Why());
    }

    [Fact]
    public async Task A_worker_that_names_another_heartbeat_than_the_last_has_lost_it()
    {
        var item = await TakenAsync();
        var first = (await BeatAsync(item, HeartbeatWork.NoHeartbeat, ttl: 7)).Done();
        Assert.Equal((WorkState.Active, 7), (first.State, first.TtlSeconds));
        var lost = Assert.IsType<Refusal.HeartbeatLost>((await BeatAsync(item, HeartbeatWork.NoHeartbeat)).Why());
        Assert.Equal(new LeaseState(Timestamp.Write(first.HeartbeatAt!.Value), "active", 7), lost.Lease);
        Assert.Equal(412, lost.Status);
        Assert.True((await BeatAsync(item, Timestamp.Write(first.HeartbeatAt.Value))).Done().HeartbeatAt > first.HeartbeatAt);
    }

    [Fact]
    public async Task Work_whose_worker_is_heard_of_no_more_waits_again_and_the_worker_learns_it()
    {
        var item = await TakenAsync();
        var alive = (await BeatAsync(item, null)).Done();
        Clock.Move(TimeSpan.FromSeconds(alive.TtlSeconds - 1));
        Assert.Null(await PollAsync());
        Clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(item.Id, (await PollAsync())!.Item.Id);
        Assert.IsType<Refusal.HeartbeatLost>((await BeatAsync(item, Timestamp.Write(alive.HeartbeatAt!.Value))).Why());
    }

    [Fact]
    public async Task Stopping_asks_the_worker_and_force_does_not()
    {
        var item = await TakenAsync();
        Assert.Equal(WorkState.Stopping, (await StopAsync(item)).Done().State);
        Assert.Equal(WorkState.Stopping, (await BeatAsync(item, null)).Done().State);
        Assert.Equal(WorkState.Stopped, (await StopAsync(item, force: true)).Done().State);
        Assert.IsType<Refusal.WorkStopped>((await StopAsync(item, force: true)).Why());
        Assert.IsType<Refusal.WorkStopped>((await new AcknowledgeWork(Engine).RunAsync(Me, item.Environment, item.Id, Never)).Why());
        Assert.Equal(WorkState.Stopped, (await BeatAsync(item, null)).Done().State);
        Assert.Null(await PollAsync());
    }

    [Fact]
    public async Task A_worker_that_was_to_stop_and_is_heard_of_no_more_has_stopped()
    {
        var item = await TakenAsync();
        await StopAsync(item);
        Clock.Move(TimeSpan.FromHours(1));
        Assert.Null(await PollAsync());
        Assert.Equal(WorkState.Stopped, (await new RetrieveWork(Engine).RunAsync(Me, item.Environment, item.Id, Never)).Done().State);
    }

    [Fact]
    public async Task A_message_asks_for_a_worker_again_once_the_last_has_stopped()
    {
        var session = await SelfHostedAsync();
        await SendAsync(session.Id, Say("One worker is enough."));
        var item = (await PollAsync())!.Item;
        Assert.Null(await PollAsync());
        await StopAsync(item, force: true);
        await SendAsync(session.Id, Say("Another one."));
        Assert.NotEqual(item.Id, (await PollAsync())!.Item.Id);

        var told = await SelfHostedAsync();
        await StopAsync((await PollAsync())!.Item, force: true);
        await RecordAsync(told.Id, Draft("agent.tool_use", """{"name":"read","input":{}}""", at: 1));
        Assert.Null(await PollAsync());
        await RecordAsync(told.Id, Draft("agent.tool_use", """{"name":"read","input":{}}"""));
        Assert.Equal(told.Id, (await PollAsync())!.Item.Session);
    }

    [Theory]
    [InlineData("archived")]
    [InlineData("deleted")]
    [InlineData("terminated")]
    public async Task It_ends_with_its_session(string how)
    {
        var session = await SelfHostedAsync();
        var item = await TakenAsync();
        if (how == "archived") (await new ArchiveSession(Engine, Authenticate).RunAsync(Me, session.Id, Never)).Done();
        else if (how == "deleted") (await new DeleteSession(Engine, Authenticate).RunAsync(Me, session.Id, Never)).Done();
        else await RecordAsync(session.Id, Draft(EventTypes.StatusTerminated));
        Assert.Equal(WorkState.Stopped, (await BeatAsync(item, null)).Done().State);
        Clock.Move(TimeSpan.FromDays(1));
        Assert.Null(await PollAsync());
    }

    [Fact]
    public async Task Who_waits_is_told_of_new_work()
    {
        await OwnAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var waiting = new PollWork(Engine, Clock).RunAsync(Me, (await OwnAsync()).Id, "w", Minute, patience.Token, Never).AsTask();
        await Task.Yield();
        var session = await SelfHostedAsync();
        Assert.Equal(session.Id, (await waiting).Done()!.Item.Session);
        Assert.False(patience.IsCancellationRequested);
    }

    [Fact]
    public async Task The_queue_is_measured_and_metadata_is_patched()
    {
        await SelfHostedAsync();
        await SelfHostedAsync();
        var polls = new PollWork(Engine, Clock);
        var item = (await polls.RunAsync(Me, (await OwnAsync()).Id, "one", Minute, new CancellationToken(true), Never)).Done()!.Item;
        var stats = (await new MeasureWork(Engine, polls).RunAsync(Me, item.Environment, Never)).Done();
        Assert.Equal((1, 1, item.CreatedAt, 1), (stats.Depth, stats.Pending, stats.OldestAt, stats.Workers));

        var update = new UpdateWork(Engine);
        await update.RunAsync(Me, item.Environment, item.Id, new Dictionary<string, string?> { ["b"] = "2", ["a"] = "1" }, Never);
        Assert.Equal([new("b", "2")], (await update.RunAsync(Me, item.Environment, item.Id, new Dictionary<string, string?> { ["a"] = null }, Never)).Done().Metadata);
        Assert.IsType<Refusal.BadField>((await update.RunAsync(Me, item.Environment, item.Id, new Dictionary<string, string?> { [""] = "x" }, Never)).Why());
    }

    private async Task<AgentEnvironment> OwnAsync() =>
        own ??= (await new CreateEnvironment(Engine).RunAsync(Me, new EnvironmentPatch { Name = "Own", Config = new ConfigPatch("self_hosted") }, Never)).Done();

    private async Task<Session> SelfHostedAsync() => await MakeAsync(new SessionRequest(new AgentChoice((await AgentAsync()).Id), (await OwnAsync()).Id));

    private async Task<Outcome<DeliveredWork?>> TryPollAsync(Caller by) =>
        await new PollWork(Engine, Clock).RunAsync(by, (await OwnAsync()).Id, null, Minute, new CancellationToken(true), Never);

    private async Task<DeliveredWork?> PollAsync() => (await TryPollAsync(Me)).Done();

    private async Task<WorkItem> AcknowledgeAsync(WorkItem item) => (await new AcknowledgeWork(Engine).RunAsync(Me, item.Environment, item.Id, Never)).Done();

    private async Task<WorkItem> TakenAsync()
    {
        if (await PollAsync() is not { } found)
        {
            await SelfHostedAsync();
            found = (await PollAsync())!;
        }
        return await AcknowledgeAsync(found.Item);
    }

    private async Task<Outcome<WorkItem>> BeatAsync(WorkItem item, string? expected, int? ttl = null, Caller? by = null) =>
        await new HeartbeatWork(Engine).RunAsync(by ?? Me, item.Environment, item.Id, expected, ttl, Never);

    private async Task<Outcome<WorkItem>> StopAsync(WorkItem item, bool force = false) =>
        await new StopWork(Engine).RunAsync(Me, item.Environment, item.Id, force, Never);
}
