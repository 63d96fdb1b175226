using System.Text.Json;

namespace MemoryStores.Cli.Transcripts;

/// <summary>How JSON of strangers is parsed: whatever it repeats, to a depth that no writer of logs reaches.</summary>
internal static class Json
{
    public static readonly JsonDocumentOptions Lax = new() { MaxDepth = 256 };
}
