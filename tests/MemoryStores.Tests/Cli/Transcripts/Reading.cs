using System.Text;
using System.Text.Json;
using MemoryStores.Cli.Transcripts;

namespace MemoryStores.Tests.Cli.Transcripts;

/// <summary>A transcript from text, read to its end.</summary>
internal sealed class Reading
{
    public const long WhenUntold = 1_000_000;

    public List<ParsedEvent> Events { get; } = [];
    public List<BadLine> Bad { get; } = [];
    public string? Format { get; }
    public IReadOnlyList<TranscriptFacts> Transcripts { get; }
    public int Shortened { get; }

    public Reading(byte[] bytes, string? format = null, string name = "log.jsonl")
    {
        var file = new TranscriptFile(new MemoryStream(bytes), bytes.Length, format, name, "place", WhenUntold);
        (Format, Transcripts) = (file.Format, file.Transcripts);
        if (file.Format is null) return;
        foreach (var record in file.Records())
        {
            Events.AddRange(record.Events);
            if (record.Bad is { } bad) Bad.Add(bad);
            Shortened += record.Shortened;
        }
        Transcripts = file.Transcripts;
    }

    public static Reading Of(params string[] lines) => new(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    public IEnumerable<string> Types => Events.Select(one => one.Type);

    public JsonElement Fields(int index) => JsonDocument.Parse(Events[index].Fields.Text).RootElement;

    public string Text(int index) => string.Join('|', EventText.Of(Events[index].Fields));
}
