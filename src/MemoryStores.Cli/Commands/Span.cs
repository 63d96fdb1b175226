using System.Globalization;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

/// <summary>Spans of time as people write them: 90d, 12h, 30m, 45s.</summary>
internal static class Span
{
    /// <summary>A time for the wire: as it was given, or so long from now.</summary>
    public static string TimeFrom(Invocation call, Option option, string text)
    {
        if (Timestamp.TryParse(text, roundUp: false, out _, out _)) return text;
        return TryRead(text) is { } span
            ? Timestamp.Write(Timestamp.Microseconds(call.Surroundings.Time.GetUtcNow() + span))
            : throw call.BadUsage($"{option.Name} takes a time such as 2027-01-31T00:00:00Z or a span such as 90d, 12h, 30m, not '{text}'");
    }

    /// <summary>A time for the wire: as it was given, or so long before now.</summary>
    public static string TimeBefore(Invocation call, Option option, string text)
    {
        if (Timestamp.TryParse(text, roundUp: false, out _, out _)) return text;
        return TryRead(text) is { } span
            ? Timestamp.Write(Timestamp.Microseconds(call.Surroundings.Time.GetUtcNow() - span))
            : throw call.BadUsage($"{option.Name} takes a time such as 2027-01-31T00:00:00Z or a span such as 7d, 12h, 30m, not '{text}'");
    }

    public static TimeSpan Read(Invocation call, Option option, string text) =>
        TryRead(text) ?? throw call.BadUsage($"{option.Name} takes a span such as 7d, 12h, 30m, 45s, not '{text}'");

    private static TimeSpan? TryRead(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return text[^1] switch
        {
            'd' => TimeSpan.FromDays(number),
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            's' => TimeSpan.FromSeconds(number),
            _ => null,
        };
    }
}
