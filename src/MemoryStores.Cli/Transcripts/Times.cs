using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Transcripts;

/// <summary>Times as logs write them: RFC 3339, or seconds or milliseconds since 1970.</summary>
internal static class Times
{
    // 2001 in milliseconds is the year 33,658 in seconds: no log means that.
    private const double LeastMilliseconds = 1e12;
    private const double MostSeconds = 253_402_300_799; // The end of the year 9999.

    public static bool TryRead(JsonElement given, out long microseconds)
    {
        microseconds = 0;
        if (given.ValueKind == JsonValueKind.String) return Timestamp.TryParse(CleanJson.Text(given), roundUp: false, out microseconds, out _) && microseconds >= 0;
        if (given.ValueKind != JsonValueKind.Number || !given.TryGetDouble(out var number)) return false;
        var seconds = number >= LeastMilliseconds ? number / 1_000 : number;
        if (seconds is not (>= 0 and <= MostSeconds)) return false;
        microseconds = (long)(seconds * 1_000_000);
        return true;
    }

    public static string Shown(JsonElement given) => CleanJson.Cut(given.GetRawText(), 60);
}
