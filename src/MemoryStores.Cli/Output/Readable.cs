using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli;

/// <summary>Values of the wire as people read them.</summary>
internal static class Readable
{
    /// <summary>How long ago, while that says more than the date.</summary>
    public static string Ago(string? wireTime, TimeProvider clock)
    {
        if (wireTime is null || !Timestamp.TryParse(wireTime, roundUp: false, out var microseconds, out _)) return wireTime ?? "";
        var time = Timestamp.FromMicroseconds(microseconds);
        return (clock.GetUtcNow() - time) switch
        {
            // Clocks of two machines differ by a little.
            { TotalSeconds: < 1 and > -60 } => "just now",
            { TotalSeconds: < 0 } => Date(time),
            { TotalSeconds: < 60 } age => $"{(int)age.TotalSeconds} s ago",
            { TotalMinutes: < 60 } age => $"{(int)age.TotalMinutes} min ago",
            { TotalHours: < 24 } age => $"{(int)age.TotalHours} h ago",
            { TotalDays: < 2 } => "yesterday",
            { TotalDays: < 30 } age => $"{(int)age.TotalDays} days ago",
            _ => Date(time),
        };
    }

    public static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    public static string Count(int count, string noun) => noun switch
    {
        _ when count == 1 => $"1 {noun}",
        [.. var stem, 'y'] => $"{Number(count)} {stem}ies",
        _ => $"{Number(count)} {noun}s",
    };

    /// <summary>The one id that an actor is.</summary>
    public static string Actor(ActorBody? actor) => actor?.ApiKeyId ?? actor?.SessionId ?? actor?.UserId ?? actor?.ServiceAccountId ?? actor?.Type ?? "";

    private static string Date(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
