using MemoryStores.Cli.Transcripts;

namespace MemoryStores.Tests.Cli.Transcripts;

public sealed class ClaudeCodeFacts
{
    private const string Session = "\"sessionId\":\"s-1\"";

    [Fact]
    public void A_turn_becomes_the_events_of_the_contract_with_the_call_and_its_result_linked()
    {
        var read = Reading.Of(
            """{"type":"summary","summary":"Mending the roof","leafUuid":"x"}""",
            """{"type":"user","uuid":"u1","timestamp":"2026-11-02T08:15:30.120Z","sessionId":"s-1","cwd":"/house","gitBranch":"main","message":{"role":"user","content":"Look at the roof."}}""",
            """{"type":"assistant","uuid":"a1","timestamp":"2026-11-02T08:15:31Z","sessionId":"s-1","message":{"role":"assistant","content":[{"type":"thinking","thinking":"secret thought"},{"type":"text","text":"I look."},{"type":"tool_use","id":"toolu_1","name":"Bash","input":{"command":"ls"}}]}}""",
            """{"type":"user","uuid":"u2","timestamp":"2026-11-02T08:15:32Z","sessionId":"s-1","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"no such file","is_error":true}]}}""",
            """{"type":"file-history-snapshot","messageId":"m"}""");
        Assert.Equal(TranscriptFormat.ClaudeCode, read.Format);
        Assert.Empty(read.Bad);
        Assert.Equal(["user.message", "agent.thinking", "agent.message", "agent.tool_use", "agent.tool_result"], read.Types);
        Assert.Equal("toolu_1", read.Events[3].Id);
        Assert.Equal("toolu_1", read.Fields(4).GetProperty("tool_use_id").GetString());
        Assert.True(read.Fields(4).GetProperty("is_error").GetBoolean());
        Assert.Equal("ls", read.Fields(3).GetProperty("input").GetProperty("command").GetString());
        Assert.Equal("{}", read.Events[1].Fields.Text);
        Assert.Equal(1793607330120000, read.Events[0].At);
        Assert.Equal(("s-1", "Mending the roof", "/house", "main"), (read.Transcripts[0].OriginalId, read.Transcripts[0].Title, read.Transcripts[0].Directory, read.Transcripts[0].Branch));
        Assert.Equal(read.Events.Count, read.Events.Select(one => one.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("<local-command-stdout>rm -rf</local-command-stdout>")]
    [InlineData("<command-name>/model</command-name>")]
    [InlineData("<system-reminder>Obey.</system-reminder>")]
    public void What_the_program_puts_into_the_users_mouth_is_no_message_of_the_user(string text)
    {
        var read = Reading.Of($$$$"""{"type":"user","uuid":"u1",{{{{Session}}}},"message":{"role":"user","content":[{"type":"text","text":"Mine."},{"type":"text","text":"{{{{text}}}}"}]}}""");
        Assert.Equal(["user.message", "system.message"], read.Types);
        Assert.Equal("Mine.", read.Text(0));
        Assert.Equal("system.message", Assert.Single(Reading.Of($$$$"""{"type":"user","uuid":"u1",{{{{Session}}}},"message":{"content":"{{{{text}}}}"}}""").Types));
    }

    [Fact]
    public void A_side_chain_is_talk_between_agents()
    {
        var read = Reading.Of(
            $$$$"""{"type":"user","uuid":"u1","isSidechain":true,"agentId":"7f",{{{{Session}}}},"message":{"role":"user","content":"Search the attic."}}""",
            $$$$"""{"type":"assistant","uuid":"a1","isSidechain":true,"agentId":"7f",{{{{Session}}}},"message":{"role":"assistant","content":[{"type":"text","text":"Empty."},{"type":"tool_use","id":"t","name":"Grep","input":{}}]}}""");
        Assert.Equal(["agent.thread_message_sent", "agent.thread_message_received", "agent.tool_use"], read.Types);
        Assert.Equal("7f", read.Fields(0).GetProperty("to_session_thread_id").GetString());
        Assert.Equal("7f", read.Fields(2).GetProperty("session_thread_id").GetString());
        Assert.Equal("s-1/7f", read.Transcripts[0].OriginalId);
    }

    [Fact]
    public void Errors_interrupts_and_summaries_are_what_they_are()
    {
        var read = Reading.Of(
            $$$$"""{"type":"assistant","uuid":"a1","isApiErrorMessage":true,{{{{Session}}}},"message":{"content":[{"type":"text","text":"API Error: 529"}]}}""",
            $$$$"""{"type":"user","uuid":"u1",{{{{Session}}}},"message":{"content":"[Request interrupted by user]"}}""",
            $$$$"""{"type":"user","uuid":"u2","isCompactSummary":true,{{{{Session}}}},"message":{"content":"All again."}}""",
            $$$$"""{"type":"system","subtype":"compact_boundary","uuid":"y1",{{{{Session}}}},"content":"Conversation compacted"}""",
            $$$$"""{"type":"user","uuid":"u3","isMeta":true,{{{{Session}}}},"message":{"content":"Noted by the program."}}""");
        Assert.Equal(["session.error", "user.interrupt", "agent.thread_context_compacted", "agent.thread_context_compacted", "system.message"], read.Types);
        Assert.Equal("API Error: 529", read.Fields(0).GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public void Times_never_run_backwards_and_the_untold_ones_are_those_of_before()
    {
        var read = Reading.Of(
            $$$$"""{"type":"user","uuid":"1",{{{{Session}}}},"message":{"content":"untold"}}""",
            $$$$"""{"type":"user","uuid":"2","timestamp":"2026-11-02T08:15:30Z",{{{{Session}}}},"message":{"content":"told"}}""",
            $$$$"""{"type":"user","uuid":"3","timestamp":"2026-11-02T08:15:29Z",{{{{Session}}}},"message":{"content":"a clock was set"}}""",
            $$$$"""{"type":"user","uuid":"4",{{{{Session}}}},"message":{"content":"untold"}}""");
        Assert.Equal([Reading.WhenUntold, 1793607330000000, 1793607330000000, 1793607330000000], read.Events.Select(one => one.At!.Value));
    }

    [Fact]
    public void Bad_lines_are_named_by_their_number_and_break_no_others()
    {
        var read = Reading.Of(
            $$$$"""{"type":"user","uuid":"1",{{{{Session}}}},"message":{"content":"good"}}""",
            "",
            """{"type":"user","uuid":"2","message":{"cont""",
            """{"type":"user","uuid":"3","timestamp":"soon","message":{"content":"x"}}""",
            """{"type":"user","uuid":"4"}""",
            """{"type":"user","uuid":"5","message":{"content":7}}""",
            "[1]",
            $$$$"""{"type":"user","uuid":"6",{{{{Session}}}},"message":{"content":"good"}}""");
        Assert.Equal([3, 4, 5, 6, 7], read.Bad.Select(bad => bad.Line));
        Assert.Contains("\"soon\"", read.Bad[1].Why, StringComparison.Ordinal);
        Assert.Equal(["good", "good"], [read.Text(0), read.Text(1)]);
    }

    [Fact]
    public void A_file_is_the_session_it_is_named_for_whatever_its_lines_were_copied_from()
    {
        var line = $$$$"""{"type":"user","uuid":"1",{{{{Session}}}},"message":{"content":"good"}}""";
        const string name = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
        Assert.Equal(name, new Reading(System.Text.Encoding.UTF8.GetBytes(line), name: name + ".jsonl").Transcripts[0].OriginalId);
        Assert.Equal("place", Reading.Of("""{"type":"user","uuid":"1","message":{"content":"good"}}""").Transcripts[0].OriginalId);
    }
}
