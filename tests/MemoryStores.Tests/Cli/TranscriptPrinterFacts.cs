using MemoryStores.Cli.Showing;
using MemoryStores.Contract;

namespace MemoryStores.Tests.Cli;

public sealed class TranscriptPrinterFacts
{
    private static readonly string[] Events =
    [
        """{"type":"user.message","content":[{"type":"text","text":"Look at the roof, please, and tell me what you find there.\n\n    indented code stays so"}],"processed_at":"2026-11-02T08:15:30.000000Z"}""",
        """{"type":"agent.thinking","processed_at":"2026-11-02T08:15:31.000000Z"}""",
        """{"type":"agent.message","content":[{"type":"text","text":"I look.\u001b[2J"}],"processed_at":"2026-11-02T08:15:31.000000Z"}""",
        """{"type":"agent.tool_use","name":"bash","input":{"command":"ls roof\nls attic"},"processed_at":"2026-11-02T08:15:32.000000Z"}""",
        """{"type":"agent.tool_result","tool_use_id":"x","is_error":true,"content":[{"type":"text","text":"no such file\nsecond\nthird"}],"processed_at":"2026-11-02T08:15:33.000000Z"}""",
        """{"type":"session.error","error":{"type":"overloaded_error","message":"Later."},"processed_at":null}""",
    ];

    private static List<string> Shown(bool full = false, bool colors = false)
    {
        var lines = new List<string>();
        var printer = new TranscriptPrinter(lines.Add, 40, colors, full);
        foreach (var one in Events) printer.Print(StoredJson.FromStorage(one));
        return lines;
    }

    [Fact]
    public void What_was_said_is_wrapped_and_what_was_done_is_folded() => Assert.Equal(
        [
            "user  2026-11-02 08:15",
            "  Look at the roof, please, and tell me",
            "  what you find there.",
            "",
            "      indented code stays so",
            "",
            "agent  2026-11-02 08:15",
            "  I look.\uFFFD[2J",
            "  → bash ls roof …",
            "  ✗ no such file (+2 lines)",
            "",
            "error  queued",
            "  ! overloaded_error: Later.",
        ], Shown());

    [Fact]
    public void All_of_it_is_shown_when_asked_for()
    {
        var shown = Shown(full: true);
        Assert.Contains("    command: ls roof", shown);
        Assert.Contains("    ls attic", shown);
        Assert.Contains("    third", shown);
        Assert.Contains("  (agent.thinking)", shown);
    }

    [Fact]
    public void Colours_are_only_ours()
    {
        var shown = string.Join('\n', Shown(colors: true));
        Assert.Contains("\e[31m  ✗ no such file", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aaaa bbbb cc", 9, "aaaa bbbb|cc")]
    [InlineData("abcdefghij", 4, "abcd|efgh|ij")]
    [InlineData("屋根屋根", 4, "屋根|屋根")]
    [InlineData("\tx", 10, "    x")]
    [InlineData("", 10, "")]
    public void Text_is_broken_between_words_and_within_one_that_is_too_long(string text, int width, string lines) =>
        Assert.Equal(lines, string.Join('|', WrappedText.Lines(text, width)));
}
