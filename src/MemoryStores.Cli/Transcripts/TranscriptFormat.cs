using System.Text.Json;

namespace MemoryStores.Cli.Transcripts;

/// <summary>The formats there are, by the names of the command line.</summary>
internal static class TranscriptFormat
{
    public const string ClaudeCode = "claude-code";
    public const string Messages = "messages";
    public const string OpenAi = "openai";
    public const string Events = "events";

    public static readonly string[] All = [ClaudeCode, Messages, OpenAi, Events];

    /// <summary>The format that a record is in; null where it could be any or none.</summary>
    public static string? Of(JsonElement record) =>
        WireEvents.Knows(record) ? Events
        : ClaudeCodeLines.Knows(record) ? ClaudeCode
        : ChatLog.Knows(record) ? ChatLog.IsOpenAi(record) ? OpenAi : Messages
        : null;

    /// <summary><paramref name="place"/> tells the file apart from all others where its content does not.</summary>
    public static TranscriptParser Parser(string format, string fileName, string place) => format switch
    {
        ClaudeCode => new ClaudeCodeLines(fileName, place),
        Events => new WireEvents(place),
        _ => new ChatLog(place),
    };
}
