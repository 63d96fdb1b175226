namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 6 of the sessions contract: sending and listing events.</summary>
public sealed class EventApiFacts(RunningServer server) : SessionApiBase(server)
{
    [Fact]
    public async Task What_is_sent_comes_back_with_an_id_and_waits_or_is_stamped()
    {
        var session = await NewSessionAsync();

        var sent = (await SendEventsAsync(session, Say("hello"), """{"type":"user.tool_result","tool_use_id":"sevt_1","content":[{"type":"text","text":"4417"}],"is_error":null}""")).Ok();

        Assert.Equal(["data"], sent.FieldNames());
        var (message, result) = (sent.Data().First(), sent.Data().Last());
        Assert.Matches("^sevt_01[1-9A-HJ-NP-Za-km-z]{22}$", message.Text("id"));
        Assert.Equal(["content", "id", "processed_at", "type"], message.FieldNames());
        Assert.True(message.IsNull("processed_at"));
        Assert.Equal("""[{"type":"text","text":"hello"}]""", message.GetProperty("content").GetRawText());
        Assert.Matches(Shapes.Time, result.Text("processed_at"));
        var all = await EventsAsync(session);
        Assert.Equal(["user.tool_result", "session.error", "session.status_idle", "user.message"], all.Each("type"));
        Assert.Equal(message.GetRawText(), all[^1].GetRawText());
        var error = all[1].GetProperty("error");
        Assert.Equal(("harness_unavailable", "terminal"), (error.Text("type"), error.GetProperty("retry_status").Text("type")));
        Assert.Contains("/ext/v1/sessions", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal("end_turn", all[2].GetProperty("stop_reason").Text("type"));
        Assert.Equal("idle", (await GetAsync(Url(session))).Ok().Text("status"));
    }

    [Fact]
    public async Task A_session_may_begin_with_events()
    {
        var session = await NewSessionAsync(
            $",\"initial_events\":[{Say("one")}," + """{"type":"user.define_outcome","description":"d","rubric":{"type":"text","content":"r"}}]""");
        var outcome = (await EventsAsync(session, "?types[]=user.define_outcome")).Single();
        Assert.Equal(["description", "id", "max_iterations", "outcome_id", "processed_at", "rubric", "type"], outcome.FieldNames());
        Assert.Equal(3, outcome.GetProperty("max_iterations").GetInt32());
        (await PostAsync(Sessions, await FieldsAsync($",\"initial_events\":[{string.Join(',', Enumerable.Repeat(Say("x"), 51))}]"))).Invalid();
    }

    public static TheoryData<string, string> BadEvents => new()
    {
        { "{}", "type" }, { """{"type":"agent.message","content":[]}""", "type" }, { """{"type":"session.status_idle"}""", "type" }, { """{"type":"user.shout"}""", "type" },
        { """{"type":"user.message"}""", "content" }, { """{"type":"user.message","content":[]}""", "content" }, { """{"type":"user.message","content":"text"}""", "content" },
        { """{"type":"user.message","content":[{"type":"text"}]}""", "content[0].text" }, { """{"type":"user.message","content":[{"type":"search_result"}]}""", "content[0].type" },
        { """{"type":"user.message","content":[{"type":"text","text":"\ud800"}]}""", "content[0].text" }, { """{"type":"user.message","content":[{"type":"image"}]}""", "content[0].source" },
        { """{"type":"user.message","content":[{"type":"text","text":"x"}],"id":"sevt_1"}""", "id" }, { """{"type":"user.interrupt","session_thread_id":7}""", "session_thread_id" },
        { """{"type":"user.tool_confirmation","tool_use_id":"x"}""", "result" }, { """{"type":"user.tool_confirmation","tool_use_id":"x","result":"maybe"}""", "result" },
        { """{"type":"user.tool_confirmation","tool_use_id":"x","result":"allow","deny_message":"m"}""", "deny_message" },
        { """{"type":"user.tool_result"}""", "tool_use_id" }, { """{"type":"user.tool_result","tool_use_id":"x","is_error":"no"}""", "is_error" },
        { """{"type":"user.custom_tool_result","tool_use_id":"x"}""", "custom_tool_use_id" },
        { """{"type":"user.define_outcome","rubric":{"type":"text","content":"r"}}""", "description" }, { """{"type":"user.define_outcome","description":"d"}""", "rubric" },
        { """{"type":"user.define_outcome","description":"d","rubric":{"type":"file"}}""", "rubric.file_id" },
        { """{"type":"user.define_outcome","description":"d","rubric":{"type":"text","content":"r"},"max_iterations":21}""", "max_iterations" },
        { """{"type":"system.message","content":[{"type":"image","source":{"type":"url"}}]}""", "content[0].type" },
    };

    [Theory]
    [MemberData(nameof(BadEvents))]
    public async Task A_bad_event_is_refused_by_name_with_its_whole_batch(string bad, string field)
    {
        var session = await NewSessionAsync();
        Assert.StartsWith("events[1]." + field, (await SendEventsAsync(session, Say("fine"), bad)).Invalid().Text("message"), StringComparison.Ordinal);
        Assert.Empty(await EventsAsync(session));
    }

    [Fact]
    public async Task A_system_message_is_the_last_of_its_batch()
    {
        var session = await NewSessionAsync();
        const string system = """{"type":"system.message","content":[{"type":"text","text":"Monday"}]}""";
        (await SendEventsAsync(session, system, Say("x"))).Invalid();
        (await SendEventsAsync(session, Say("x"), system)).Ok();
        (await SendEventsAsync(session)).Invalid();
        (await PostAsync(Url(session) + "/events", "{}")).Invalid();
        (await SendEventsAsync(session, [.. Enumerable.Repeat(Say("x"), 1_001)])).Invalid();
    }

    [Fact]
    public async Task A_list_walks_both_ways_and_takes_a_thousand_at_once()
    {
        var session = await NewSessionAsync();
        for (var i = 0; i < 3; i++) (await SendEventsAsync(session, [.. Enumerable.Range(0, 400).Select(n => Result($"{i}-{n}"))])).Ok();

        var all = (await GetAsync(Url(session) + "/events?limit=1000")).Ok();
        Assert.Equal((1_000, false), (all.Data().Count(), all.IsNull("next_page")));
        var walked = await EventsAsync(session, "?limit=170");
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(i => Enumerable.Range(0, 400).Select(n => $"{i}-{n}")), walked.Each("tool_use_id"));
        Assert.Equal(walked.Each("id").Reverse(), (await EventsAsync(session, "?limit=170&order=desc")).Each("id"));
        foreach (var bad in new[] { "limit=1001", "types=user.shout", "order=up", "created_at[lt]=now", "page=page_x" }) (await GetAsync($"{Url(session)}/events?{bad}")).Invalid();

        static string Result(string id) => $$"""{"type":"user.tool_result","tool_use_id":"{{id}}"}""";
    }

    [Fact]
    public async Task A_list_has_types_and_bounds_of_time()
    {
        var session = await NewSessionAsync();
        await SendEventsAsync(session, Say("waits"));
        var idle = (await EventsAsync(session)).Single(one => one.Text("type") == "session.status_idle");
        var at = Uri.EscapeDataString(idle.Text("processed_at"));

        Assert.Equal(["session.error", "user.message"], (await EventsAsync(session, "?types[]=user.message&types[]=session.error")).Each("type"));
        Assert.Equal(["session.error", "session.status_idle"], (await EventsAsync(session, $"?created_at%5Bgte%5D={at}")).Each("type"));
        Assert.Empty(await EventsAsync(session, $"?created_at[gt]={at}"));
        Assert.Equal(2, (await EventsAsync(session, $"?created_at[lte]={at}")).Count);
        Assert.Empty(await EventsAsync(session, $"?created_at[lt]={at}"));
    }
}
