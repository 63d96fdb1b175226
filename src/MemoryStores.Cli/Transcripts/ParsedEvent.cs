using MemoryStores.Contract;

namespace MemoryStores.Cli.Transcripts;

/// <summary>
/// An event as a parser found it: under an id that is the same each time the transcript is read, so that importing it again records
/// nothing twice. <paramref name="Transcript"/> counts the transcripts of one file; <paramref name="At"/> is null where the file tells no time.
/// </summary>
internal sealed record ParsedEvent(int Transcript, string Id, string Type, StoredJson Fields, long? At);

/// <summary>A transcript that a file holds: how it is known again, and what people see of it.</summary>
internal sealed record TranscriptFacts(string OriginalId)
{
    public string? Title { get; set; }
    public string? Directory { get; set; }
    public string? Branch { get; set; }
}

/// <summary>Reads the records of one file, one after the other, in one of the formats there are.</summary>
internal abstract class TranscriptParser
{
    /// <summary>The transcripts begun so far, in the order of <see cref="ParsedEvent.Transcript"/>.</summary>
    public List<TranscriptFacts> Transcripts { get; } = [];

    /// <summary>Adds the events that a record tells of; null, or what is wrong with it: then nothing was added.</summary>
    public abstract string? Read(System.Text.Json.JsonElement record, int line, List<ParsedEvent> into);
}
