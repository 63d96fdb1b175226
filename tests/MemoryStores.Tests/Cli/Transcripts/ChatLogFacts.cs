using MemoryStores.Cli.Transcripts;

namespace MemoryStores.Tests.Cli.Transcripts;

public sealed class ChatLogFacts
{
    private const string FirstAnswer = """{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"I look."},{"type":"tool_use","id":"t1","name":"look","input":{"at":"roof"}}]}""";
    private const string FirstEcho = """{"role":"assistant","content":[{"type":"text","text":"I look."},{"type":"tool_use","id":"t1","name":"look","input":{"at":"roof"}}]}""";

    private const string First = $$$"""{"timestamp":"2026-11-02T08:15:30Z","request":{"model":"m","system":"Today is Monday.","messages":[{"role":"user","content":"Look."}]},"response":{{{FirstAnswer}}}}""";
    private const string Second = $$$"""{"timestamp":"2026-11-02T08:16:30Z","request":{"model":"m","system":"Today is Tuesday.","messages":[{"role":"user","content":[{"type":"text","text":"Look."}]},{{{FirstEcho}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"wet"}],"is_error":false}]}]},"response":{"role":"assistant","content":[{"type":"text","text":"Wet."}]}}""";

    [Fact]
    public void Requests_that_repeat_the_conversation_so_far_make_one_transcript()
    {
        var read = Reading.Of(First, Second);
        Assert.Equal(TranscriptFormat.Messages, read.Format);
        Assert.Equal(["system.message", "user.message", "agent.thinking", "agent.message", "agent.tool_use", "agent.tool_result", "agent.message"], read.Types);
        Assert.Single(read.Transcripts);
        Assert.Equal("t1", read.Events[4].Id);
        Assert.Equal("t1", read.Fields(5).GetProperty("tool_use_id").GetString());
        Assert.Equal("Wet.", read.Text(6));
        Assert.Equal(60_000_000, read.Events[6].At - read.Events[0].At);
    }

    [Fact]
    public void A_log_that_grew_begins_with_the_same_events_under_the_same_ids()
    {
        var (before, after) = (Reading.Of(First), Reading.Of(First, Second));
        Assert.Equal(before.Events.Select(one => (one.Id, one.Fields.Text)), after.Events.Take(before.Events.Count).Select(one => (one.Id, one.Fields.Text)));
        Assert.Equal(before.Transcripts[0].OriginalId, after.Transcripts[0].OriginalId);
    }

    [Fact]
    public void Conversations_that_only_begin_alike_are_two()
    {
        var read = Reading.Of(
            """{"messages":[{"role":"user","content":"Hi"}],"response":{"role":"assistant","content":"Ho"}}""",
            """{"messages":[{"role":"user","content":"Hi"}],"response":{"role":"assistant","content":"He"}}""",
            """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"},{"role":"user","content":"More"}]}""");
        Assert.Equal([0, 0, 1, 1, 0], read.Events.Select(one => one.Transcript));
        Assert.Equal(2, read.Transcripts.Select(one => one.OriginalId).Distinct().Count());
        Assert.Equal(["Hi", "Ho", "Hi", "He", "More"], Enumerable.Range(0, 5).Select(read.Text));
    }

    [Fact]
    public void OpenAI_calls_and_results_are_linked_even_where_their_ids_begin_anew()
    {
        var read = Reading.Of(
            """{"messages":[{"role":"system","content":"Brief."},{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_0","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Ulm\"}"}}]},{"role":"tool","tool_call_id":"call_0","content":"rain"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_0","type":"function","function":{"name":"weather","arguments":"not json"}}]},{"role":"tool","tool_call_id":"call_0","content":"sun"}],"response":{"choices":[{"message":{"role":"assistant","content":"Rain, then sun.","refusal":null}}],"created":1793607330}}""");
        Assert.Equal(TranscriptFormat.OpenAi, read.Format);
        Assert.Equal(["system.message", "user.message", "agent.tool_use", "agent.tool_result", "agent.tool_use", "agent.tool_result", "agent.message"], read.Types);
        Assert.Equal(("call_0", "call_0_2"), (read.Events[2].Id, read.Events[4].Id));
        Assert.Equal("Ulm", read.Fields(2).GetProperty("input").GetProperty("city").GetString());
        Assert.Equal("not json", read.Fields(4).GetProperty("input").GetProperty("arguments").GetString());
        Assert.Equal("call_0_2", read.Fields(5).GetProperty("tool_use_id").GetString());
        Assert.All(read.Events, one => Assert.Equal(1793607330000000, one.At));
    }

    [Fact]
    public void Items_of_the_responses_api_are_read_too()
    {
        var read = Reading.Of("""{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"Weather?"}]},{"type":"reasoning","summary":[]},{"type":"function_call","call_id":"c1","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"rain"}],"response":{"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Rain."}]}]}}""");
        Assert.Equal(["user.message", "agent.thinking", "agent.tool_use", "agent.tool_result", "agent.message"], read.Types);
        Assert.Equal("""{"content":[{"type":"text","text":"Rain."}]}""", read.Events[4].Fields.Text);
    }

    [Fact]
    public void A_failed_request_is_an_error_and_its_repetition_goes_on()
    {
        var read = Reading.Of(
            """{"messages":[{"role":"user","content":"Hi"}],"response":{"type":"error","error":{"type":"overloaded_error","message":"Later."}}}""",
            """{"messages":[{"role":"user","content":"Hi"}],"response":{"role":"assistant","content":"Ho"}}""");
        Assert.Equal(["user.message", "session.error", "agent.message"], read.Types);
        Assert.Equal("overloaded_error", read.Fields(1).GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public void Messages_alone_are_one_conversation_a_line_or_a_list()
    {
        const string user = """{"role":"user","content":"Hi"}""", agent = """{"role":"assistant","content":"Ho"}""";
        foreach (var text in new[] { $"{user}\n{agent}\n{user}", $"[\n  {user},\n  {agent}, {user}]" })
        {
            var read = Reading.Of(text);
            Assert.Equal(["user.message", "agent.message", "user.message"], read.Types);
            Assert.Single(read.Transcripts);
            Assert.Equal(3, read.Events.Select(one => one.Id).Distinct().Count());
        }
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"wizard","content":"x"}]}""", "wizard")]
    [InlineData("""{"messages":[7]}""", "no JSON object")]
    [InlineData("""{"messages":[{"role":"user","content":{}}]}""", "neither text")]
    [InlineData("""{"messages":[],"timestamp":"never"}""", "no time")]
    [InlineData("""{"other":1}""", "no messages")]
    public void What_is_no_conversation_says_why(string line, string why)
    {
        var read = Reading.Of("""{"messages":[{"role":"user","content":"Hi"}]}""", line);
        Assert.Contains(why, Assert.Single(read.Bad).Why, StringComparison.Ordinal);
        Assert.Single(read.Events);
    }
}
