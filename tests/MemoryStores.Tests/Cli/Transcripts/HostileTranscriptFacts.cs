using System.Text;
using System.Text.Json;
using MemoryStores.Cli.Showing;
using MemoryStores.Cli.Transcripts;
using MemoryStores.Contract;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Tests.Cli.Transcripts;

/// <summary>Files of anybody's: whatever their bytes, reading ends, and what comes of it the server takes.</summary>
public sealed class HostileTranscriptFacts(ITestOutputHelper output)
{
    private static readonly string[] Honest =
    [
        """{"type":"user","uuid":"u1","timestamp":"2026-11-02T08:15:30Z","sessionId":"s","message":{"role":"user","content":[{"type":"text","text":"Hi 🏠 \ud83c\udfe0"},{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","data":"AAAA"}}]}]}}""",
        """{"type":"assistant","uuid":"a1","sessionId":"s","message":{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"x","input":{"a":[1,{"b":null}]}}]}}""",
        """{"messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"response":{"choices":[{"message":{"role":"assistant","content":"A"}}]}}""",
        """{"data":[{"id":"sevt_1","type":"agent.message","content":[{"type":"text","text":"x"}],"processed_at":"2026-11-02T08:15:30Z"},{"type":"session.error","error":{"type":"a","message":"b"}}]}""",
    ];

    private static readonly string[] Splinters = ["\"", "\\", "\\ud800", "{", "}", "[", "]", ",", ":", "\n", "null", "1e999", "-0", "\0", "\u001b[2J", "\"type\":\"user\",", "\u202E", "\"data\":[", "\uFEFF"];

    [Fact]
    public void Broken_and_shuffled_bytes_end_as_events_or_bad_lines()
    {
        var random = Chance.For(nameof(Broken_and_shuffled_bytes_end_as_events_or_bad_lines));
        output.WriteLine(Chance.Replay);
        for (var game = 0; game < (Chance.IsSoak ? 100_000 : 4_000); game++)
        {
            var bytes = Hostile(random);
            var format = random.Next(3) == 0 ? TranscriptFormat.All[random.Next(TranscriptFormat.All.Length)] : null;
            var (first, second) = (new Reading(bytes, format), new Reading(bytes, format));
            Assert.Equal(first.Events.Select(one => (one.Id, one.Type, one.Fields.Text, one.At)), second.Events.Select(one => (one.Id, one.Type, one.Fields.Text, one.At)));
            foreach (var one in first.Events) AssertServable(one);
        }
    }

    [Fact]
    public void What_is_nested_without_end_becomes_text_or_a_bad_line()
    {
        var deep = Reading.Of($$$$"""{"type":"assistant","uuid":"a","sessionId":"s","message":{"content":[{"type":"tool_use","id":"t","name":"x","input":{{{{Nested(100)}}}}}]}}""");
        AssertServable(Assert.Single(deep.Events));
        var deeper = Reading.Of(Honest[0], $$$$"""{"type":"user","uuid":"a","message":{"content":{{{{Nested(10_000)}}}}}}""");
        Assert.Equal(2, Assert.Single(deeper.Bad).Line);
    }

    [Fact]
    public void An_event_larger_than_the_server_takes_is_cut_and_says_so()
    {
        foreach (var content in new[] { $"\"{new string('x', 5_000_000)}\"", $"[{string.Join(',', Enumerable.Repeat("""{"type":"text","text":"part"}""", 200_000))}]" })
        {
            var read = Reading.Of($$$$"""{"type":"user","uuid":"a","sessionId":"s","message":{"content":{{{{content}}}}}}""");
            Assert.Equal(1, read.Shortened);
            Assert.Contains("left out by the import", read.Text(0), StringComparison.Ordinal);
            AssertServable(Assert.Single(read.Events));
        }
    }

    [Fact]
    public void A_terminal_is_shown_nothing_that_it_would_obey()
    {
        var random = Chance.For(nameof(A_terminal_is_shown_nothing_that_it_would_obey));
        output.WriteLine(Chance.Replay);
        for (var game = 0; game < 300; game++)
        {
            var lines = new List<string>();
            var printer = new TranscriptPrinter(lines.Add, 20 + random.Next(80), colors: false, full: random.Next(2) == 0);
            foreach (var one in new Reading(Hostile(random)).Events)
                printer.Print(StoredJson.FromStorage($$$$"""{"type":"{{{{one.Type}}}}","processed_at":null,"more":{{{{one.Fields.Text}}}},{{{{one.Fields.Text[1..]}}}}""".Replace(",}", "}", StringComparison.Ordinal)));
            Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        }
    }

    private static void AssertServable(ParsedEvent one)
    {
        Assert.InRange(one.Id.Length, 1, Limits.EventIdCharacters);
        Assert.False(one.Id.AsSpan().ContainsAnyExcept(IdMint.Letters), one.Id);
        Assert.Contains(one.Type, WireTypes.All);
        Assert.NotNull(one.At);
        Assert.InRange(Encoding.UTF8.GetByteCount(one.Fields.Text), 2, TranscriptFile.MostEventBytes);
        // As the server reads a request: the event stands two levels deep in it.
        using var parsed = JsonDocument.Parse(one.Fields.Text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 30 });
        Assert.NotNull(StoredJson.TryFrom(parsed.RootElement));
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static byte[] Hostile(Random random)
    {
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Honest[random.Next(Honest.Length)]))));
        for (var i = random.Next(6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, random.Next(1, Math.Min(40, bytes.Count - at) + 1)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Splinters[random.Next(Splinters.Length)])); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(80), bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }
}
