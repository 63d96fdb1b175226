using MemoryStores.Cli.Transcripts;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Tests.Cli.Transcripts;

public sealed class WireEventsFacts
{
    private const string Use = """{"id":"sevt_1","type":"agent.tool_use","name":"look","input":{"at":"roof"},"processed_at":"2026-11-02T08:15:30.000000Z"}""";
    private const string Result = """{"id":"sevt_2","type":"agent.tool_result","tool_use_id":"sevt_1","content":[],"processed_at":null}""";

    [Theory]
    [InlineData($"{Use}\n{Result}")]
    [InlineData($"[{Use},{Result}]")]
    [InlineData($$"""{"data":[{{Use}},{{Result}}],"next_page":"abc"}""")]
    [InlineData($$"""{ "data" : [ {{Use}} ], "next_page": null }{"data":[{{Result}}]}""")]
    public void Events_are_kept_under_their_ids_however_they_are_listed(string text)
    {
        var read = Reading.Of(text);
        Assert.Equal(TranscriptFormat.Events, read.Format);
        Assert.Empty(read.Bad);
        Assert.Equal(["sevt_1", "sevt_2"], read.Events.Select(one => one.Id));
        Assert.Equal("""{"name":"look","input":{"at":"roof"}}""", read.Events[0].Fields.Text);
        Assert.Equal(read.Events[0].At, read.Events[1].At);
        Assert.Equal("sevt_1", read.Transcripts[0].OriginalId);
    }

    [Fact]
    public void An_id_that_the_server_would_not_take_is_made_anew_wherever_it_is_named()
    {
        var read = Reading.Of(Use.Replace("sevt_1", "an id!", StringComparison.Ordinal), Result.Replace("sevt_1", "an id!", StringComparison.Ordinal));
        Assert.Matches("^h_[0-9a-f]{40}$", read.Events[0].Id);
        Assert.Equal(read.Events[0].Id, read.Fields(1).GetProperty("tool_use_id").GetString());
    }

    [Fact]
    public void An_unknown_type_is_a_bad_line() =>
        Assert.Contains("agent.dances", Assert.Single(Reading.Of(Use, """{"type":"agent.dances"}""").Bad).Why, StringComparison.Ordinal);

    [Fact]
    public void The_types_are_those_of_the_server() => Assert.Equal(EventTypes.All.Order(), WireTypes.All.Order());
}
