using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A transcript: added to and never changed, numbered without a gap, listed by time.</summary>
public abstract class EventFacts<TStorage> : SessionConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    [Fact]
    public async Task A_message_waits_and_one_error_says_that_nobody_takes_it()
    {
        var session = (await MakeAsync()).Id;

        var sent = await SendAsync(session, Say("one"), Say("two"));

        Assert.All(sent, one => Assert.Null(one.ProcessedAt));
        Assert.All(sent, one => Assert.Equal(Me.Actor, one.By));
        var all = await EventsAsync(session);
        Assert.Equal([EventTypes.SessionError, EventTypes.StatusIdle, EventTypes.UserMessage, EventTypes.UserMessage], all.Select(one => one.Type));
        Assert.Equal([3, 4, 1, 2], all.Select(one => one.Seq));
        Assert.Contains("\"type\":\"harness_unavailable\"", all[0].Fields.Text, StringComparison.Ordinal);
        Assert.Equal(sent, all.Skip(2));
        Assert.Equal((SessionStatus.Idle, 4), ((await FindAsync(session)).Head.Status, (await FindAsync(session)).Head.Seq));
    }

    [Fact]
    public async Task Results_and_outcomes_are_stamped_at_once()
    {
        var session = (await MakeAsync()).Id;

        var sent = await SendAsync(session,
            Draft(EventTypes.UserToolResult, """{"tool_use_id":"x"}"""), Draft(EventTypes.UserCustomToolResult, """{"custom_tool_use_id":"x"}"""),
            Draft(EventTypes.UserDefineOutcome, """{"description":"d"}"""), Draft(EventTypes.UserToolConfirmation, """{"tool_use_id":"x"}"""));

        Assert.Equal([true, true, true, false], sent.Select(one => one.ProcessedAt is not null));
        Assert.Matches("\"outcome_id\":\"outc_01[1-9A-HJ-NP-Za-km-z]{22}\"}$", sent[2].Fields.Text);
    }

    [Fact]
    public async Task A_program_that_begins_to_run_takes_what_waits_and_nobody_complains_any_more()
    {
        var session = (await MakeAsync()).Id;
        await SendAsync(session, Say("one"));
        await RecordAsync(session, Draft(EventTypes.StatusRunning));
        Assert.All(await EventsAsync(session), one => Assert.NotNull(one.ProcessedAt));

        await SendAsync(session, Say("two"));
        Assert.Equal(1, (await EventsAsync(session)).Count(one => one.Type == EventTypes.SessionError));
        await RecordAsync(session, Draft(EventTypes.StatusIdle, """{"stop_reason":{"type":"end_turn"}}"""));

        Assert.Equal(SessionStatus.Idle, (await FindAsync(session)).Head.Status);
        Assert.Null((await EventsAsync(session))[^1].ProcessedAt);
    }

    [Fact]
    public async Task The_past_keeps_its_times_and_moves_no_status()
    {
        var session = (await MakeAsync()).Id;

        var told = await RecordAsync(session,
            Draft("agent.message", """{"content":[]}""", "b", 2_000), Draft(EventTypes.StatusRunning, at: 1_000), Draft(EventTypes.StatusTerminated, at: 3_000));

        Assert.Equal(3, told.Recorded);
        Assert.Equal([1_000, 2_000, 3_000], (await EventsAsync(session)).Select(one => one.ProcessedAt!.Value));
        Assert.Equal(SessionStatus.Idle, (await FindAsync(session)).Head.Status);
    }

    [Fact]
    public async Task What_has_an_id_is_recorded_once()
    {
        var session = (await MakeAsync()).Id;
        var batch = new[] { Draft("agent.tool_use", """{"name":"read"}""", "t1", 1), Draft("agent.tool_result", """{"tool_use_id":"t1"}""", "t2", 2) };

        var first = await RecordAsync(session, batch);
        var again = await RecordAsync(session, [.. batch, Draft("agent.message", "{}", "t3", 3), Draft("agent.message", "{}", "t3", 3)]);

        Assert.Equal((2, 1), (first.Recorded, again.Recorded));
        Assert.Equal(first.Events, again.Events.Take(2));
        Assert.Equal(again.Events[2], again.Events[3]);
        Assert.Equal(3, (await FindAsync(session)).Head.Seq);
        await new ArchiveSession(Engine, Authenticate).RunAsync(Me, session, Never);
        Assert.Equal(0, (await RecordAsync(session, batch)).Recorded);
        Assert.IsType<Refusal.SessionArchived>((await new RecordEvents(Engine, Authenticate).RunAsync(Me, session, [.. batch, Draft("agent.message")], Never)).Why());
        var other = (await MakeAsync()).Id;
        Assert.Equal(2, (await RecordAsync(other, batch)).Recorded);
    }

    [Fact]
    public async Task A_batch_is_taken_whole_or_not_at_all()
    {
        var session = (await MakeAsync()).Id;
        var refused = await new SendEvents(Engine).RunAsync(Me, session, [Draft(EventTypes.SystemMessage), Say("x")], Never);
        Assert.StartsWith("events[0].type", refused.Why().Message, StringComparison.Ordinal);
        Assert.Empty(await EventsAsync(session));
    }

    [Fact]
    public async Task Nothing_comes_after_the_end_in_one_batch_as_in_two()
    {
        var session = (await MakeAsync()).Id;
        var refused = await new RecordEvents(Engine, Authenticate).RunAsync(Me, session, [Draft(EventTypes.StatusTerminated), Draft(EventTypes.StatusIdle)], Never);
        Assert.IsType<Refusal.SessionArchived>(refused.Why());
        Assert.Empty(await EventsAsync(session));
        await RecordAsync(session, Draft("agent.message"), Draft(EventTypes.StatusTerminated));
        Assert.Equal(SessionStatus.Terminated, (await FindAsync(session)).Head.Status);
    }

    [Fact]
    public async Task A_list_walks_in_both_orders_by_time_with_every_filter()
    {
        var session = (await MakeAsync()).Id;
        await RecordAsync(session, [.. Enumerable.Range(0, 25).Select(i => Draft(i % 2 == 0 ? "agent.message" : "agent.thinking", $$"""{"n":{{i}}}""", at: 1_000 + (i * 7 % 25)))]);
        await SendAsync(session, Draft(EventTypes.UserToolConfirmation, "{}"));

        var ascending = await WalkAsync(new EventQuery(session, 4));
        Assert.Equal(ascending.OrderBy(one => one.Place).ThenBy(one => one.Seq), ascending);
        Assert.Equal((26, EventTypes.UserToolConfirmation), (ascending.Count, ascending[^1].Type));
        Assert.Equal(ascending.AsEnumerable().Reverse(), await WalkAsync(new EventQuery(session, 4) { OldestFirst = false }));
        Assert.Equal(ascending.Where(one => one.Type == "agent.thinking"), await WalkAsync(new EventQuery(session, 4) { Types = ["agent.thinking"] }));
        Assert.Empty(await WalkAsync(new EventQuery(session, 4) { Types = ["agent"] }));
        Assert.Equal(ascending.Where(one => one.Place is >= 1_005 and <= 1_010), await WalkAsync(new EventQuery(session, 4) { From = 1_005, Until = 1_010 }));
        Assert.Equal(ascending.Take(25).Skip(20), await WalkAsync(new EventQuery(session, 4) { From = 1_020 }));
    }

    [Fact]
    public async Task A_page_ends_before_it_is_too_large_and_always_holds_one()
    {
        var session = (await MakeAsync()).Id;
        await RecordAsync(session, [.. Enumerable.Range(0, 6).Select(i => Draft("agent.message", "{\"t\":\"" + new string('ü', 100 * i) + "\"}", at: i))]);

        var sizes = new List<int>();
        var query = new EventQuery(session, 100) { Characters = 350 };
        while (true)
        {
            var page = (await new ListEvents(Engine).RunAsync(Me, query, Never)).Done();
            sizes.Add(page.Items.Count);
            if (page.Last is not { } last) break;
            query = query with { After = (last.Place, last.Seq) };
        }

        Assert.Equal([3, 1, 1, 1], sizes);
    }

    [Fact]
    public async Task Who_follows_misses_nothing_and_is_woken()
    {
        var session = (await MakeAsync()).Id;
        using var watch = Engine.Watch(session);
        var follow = new FollowEvents(Engine);
        var (met, after) = (new List<long>(), 0L);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++) await RecordAsync(session, [.. Enumerable.Range(0, 20).Select(n => Draft("agent.message", at: n))]);
        });
        while (after < 600)
        {
            var next = watch.Next;
            var page = (await follow.RunAsync(Me, session, after, Never)).Done();
            met.AddRange(page.Events.Select(one => one.Seq));
            after = met.Count > 0 ? met[^1] : 0;
            if (!page.HasMore && after < 600) await next.WaitAsync(Patience);
        }
        await writing;

        Assert.Equal(Enumerable.Range(1, 600).Select(seq => (long)seq), met);
    }

    [Fact]
    public async Task Each_event_says_who_sent_it()
    {
        var session = (await MakeAsync()).Id;
        var other = As(Me, ActorKind.Session, session.Value);
        await new RecordEvents(Engine, Authenticate).RunAsync(other, session, [Draft("agent.message", "{}", "a")], Never);

        var found = await Engine.ReadAsync(reader => reader.FindEventAsync(session, "a"), Never);
        Assert.Equal(other.Actor, found!.By);
        Assert.Null(await Engine.ReadAsync(reader => reader.FindEventAsync(session, "b"), Never));
    }

    private async Task<List<SessionEvent>> WalkAsync(EventQuery query)
    {
        var met = new List<SessionEvent>();
        while (true)
        {
            Page<SessionEvent> page = (await new ListEvents(Engine).RunAsync(Me, query, Never)).Done();
            met.AddRange(page.Items);
            if (page.Last is not { } last) return met;
            query = query with { After = (last.Place, last.Seq) };
        }
    }
}
