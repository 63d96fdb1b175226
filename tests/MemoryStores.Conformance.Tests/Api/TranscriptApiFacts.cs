using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>/ext/v1/sessions/{id}/events: what happened elsewhere comes in.</summary>
public sealed class TranscriptApiFacts(RunningServer server) : SessionApiBase(server)
{
    [Fact]
    public async Task Events_of_any_type_come_in_with_their_own_times_and_ids_once()
    {
        var session = await NewSessionAsync();
        string[] events =
        [
            """{"id":"toolu_1","type":"agent.tool_use","name":"read","input":{"deep":[1, {"x":"ü"}]},"processed_at":"2026-01-02T00:00:00.5+01:00"}""",
            """{"type":"agent.tool_result","id":"r-1","tool_use_id":"toolu_1","is_error":null,"processed_at":"2026-01-02T00:00:01Z"}""",
            """{"type":"user.message","content":"as it was","processed_at":"2026-01-01T00:00:00Z","id":"m_1","odd":true}""",
        ];

        var told = (await RecordAsync(session, events)).Ok();

        Assert.Equal(["data", "recorded"], told.FieldNames());
        Assert.Equal(3, told.GetProperty("recorded").GetInt32());
        Assert.Equal("""{"id":"toolu_1","type":"agent.tool_use","name":"read","input":{"deep":[1,{"x":"ü"}]},"processed_at":"2026-01-01T23:00:00.500000Z"}""", told.Data().First().GetRawText());
        Assert.Equal(["m_1", "toolu_1", "r-1"], (await EventsAsync(session)).Each("id"));
        var again = (await RecordAsync(session, [.. events, """{"type":"span.model_request_start","id":"s1"}"""])).Ok();
        Assert.Equal((1, 4), (again.GetProperty("recorded").GetInt32(), again.Data().Count()));
        Assert.Equal(told.Data().First().GetRawText(), again.Data().First().GetRawText());
        Assert.Equal("idle", (await GetAsync(Url(session))).Ok().Text("status"));
    }

    [Fact]
    public async Task Every_type_of_the_contract_is_taken()
    {
        var session = await NewSessionAsync();
        foreach (var type in Engine.Sessions.EventTypes.All) (await RecordAsync(session, $$"""{"type":"{{type}}","processed_at":"2026-01-01T00:00:00Z"}""")).Ok();
        Assert.Equal(Engine.Sessions.EventTypes.All.Count, (await EventsAsync(session, "?limit=7")).Count);
    }

    [Fact]
    public async Task A_program_that_runs_the_agent_moves_its_status()
    {
        var session = await NewSessionAsync();
        await SendEventsAsync(session, Say("hello"));

        (await RecordAsync(session, """{"type":"session.status_running"}""", """{"type":"agent.message","content":[{"type":"text","text":"hi"}]}""")).Ok();
        Assert.Equal("running", (await GetAsync(Url(session))).Ok().Text("status"));
        (await PostAsync(Url(session) + "/archive")).Invalid();
        (await DeleteAsync(Url(session))).Invalid();
        (await PostAsync(Url(session), """{"agent":{"tools":[]}}""")).Invalid();
        Assert.Matches(Shapes.Time, (await EventsAsync(session, "?types=user.message")).Single().Text("processed_at"));
        (await SendEventsAsync(session, """{"type":"user.interrupt"}""")).Ok();

        Assert.Equal("idle", (await GetAsync(Url(session))).Ok().Text("status"));
        Assert.Equal("session.status_idle", (await EventsAsync(session))[^1].Text("type"));
        (await RecordAsync(session, """{"type":"session.status_terminated"}""")).Ok();
        Assert.Equal("terminated", (await GetAsync(Url(session))).Ok().Text("status"));
        (await SendEventsAsync(session, Say("late"))).Invalid();
    }

    [Theory]
    [InlineData("""{}""", "type")]
    [InlineData("""{"type":"agent.shout"}""", "type")]
    [InlineData("""{"type":"event_delta"}""", "type")]
    [InlineData("""{"type":"agent.message","id":""}""", "id")]
    [InlineData("""{"type":"agent.message","id":"a b"}""", "id")]
    [InlineData("""{"type":"agent.message","id":7}""", "id")]
    [InlineData("""{"type":"agent.message","processed_at":"yesterday"}""", "processed_at")]
    public async Task A_bad_event_is_refused_by_name_with_its_whole_batch(string bad, string field)
    {
        var session = await NewSessionAsync();
        Assert.StartsWith("events[1]." + field, (await RecordAsync(session, """{"type":"agent.message"}""", bad)).Invalid().Text("message"), StringComparison.Ordinal);
        (await RecordAsync(session, """{"type":"agent.message","content":[{"type":"text","text":"\ud800"}]}""")).Invalid();
        (await RecordAsync(session)).Invalid();
        (await RecordAsync(session, [.. Enumerable.Repeat("""{"type":"agent.message"}""", 1_001)])).Invalid();
        Assert.Empty(await EventsAsync(session));
    }

    [Fact]
    public async Task It_takes_a_key_that_may_write_and_says_that_it_is_there()
    {
        var session = await NewSessionAsync();
        Assert.Contains("transcripts", (await Api.GetAsync("/ext/v1")).Ok().GetProperty("features").EnumerateArray().Select(one => one.GetString()));
        var body = $$"""{"events":[{{Say("x")}}]}""";
        (await PostAsync($"/ext{Url(session)}/events", body, await KeyAsync(new { name = "r", role = "read" }))).Refused(403, "permission_error");
        (await PostAsync($"/ext{Url(session)}/events", body, await KeyAsync(new { name = "c", role = "write", path_prefix = "/a/" }))).Refused(403, "permission_error");
        (await PostAsync($"/ext{Sessions}/sesn_x/events", body)).NotFound();
        (await PostAsync($"/ext{Url(session)}/events", body, await KeyAsync(new { name = "w", role = "write" }))).Ok();
    }

    [Fact]
    public async Task Fifty_thousand_events_are_listed_page_by_page_and_go_at_once()
    {
        var session = await NewSessionAsync();
        for (var i = 0; i < 50; i++)
            (await RecordAsync(session, [.. Enumerable.Range(i * 1_000, 1_000).Select(n => $$"""{"id":"e{{n}}","type":"agent.message","processed_at":"2026-01-01T00:00:00Z"}""")])).Ok();

        var all = await EventsAsync(session, "?limit=1000");
        Assert.Equal(Enumerable.Range(0, 50_000).Select(n => $"e{n}"), all.Each("id"));
        var last = (await GetAsync(Url(session) + "/events?order=desc&limit=1")).Ok().Data().Single();
        Assert.Equal("e49999", last.Text("id"));
        (await DeleteAsync(Url(session))).Ok();
        (await GetAsync(Url(session) + "/events")).NotFound();
    }

    [Fact]
    public async Task Large_events_make_short_pages()
    {
        var session = await NewSessionAsync();
        var large = JsonSerializer.Serialize(new string('x', 1_500_000));
        for (var i = 0; i < 5; i++) (await RecordAsync(session, $$"""{"id":"l{{i}}","type":"agent.message","text":{{large}},"processed_at":"2026-01-01T00:00:00Z"}""")).Ok();
        var first = (await GetAsync(Url(session) + "/events?limit=1000")).Ok();
        Assert.Equal(["l0", "l1"], first.Data().Each("id"));
        Assert.Equal(["l0", "l1", "l2", "l3", "l4"], (await EventsAsync(session, "?limit=1000")).Each("id"));
    }
}
