using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MemoryStores.Contract;

/// <summary>Times as the wire shows them: RFC 3339 in UTC with six decimals. Stored as microseconds since 1970.</summary>
public static partial class Timestamp
{
    public static string Write(long microseconds) => FromMicroseconds(microseconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time that may be none.</summary>
    public static string? WriteOrNull(long? microseconds) => microseconds is { } at ? Write(at) : null;

    public static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>
    /// Reads any RFC 3339 time. Digits finer than a microsecond are cut, or rounded up for an inclusive lower bound, so
    /// that a bound never takes in a moment before itself.
    /// </summary>
    public static bool TryParse(string text, bool roundUp, out long microseconds, [NotNullWhen(false)] out string? reason)
    {
        microseconds = 0;
        reason = "expected an RFC 3339 time such as 2026-11-02T08:15:30.120000Z";
        var match = Rfc3339().Match(text);
        if (!match.Success) return false;
        var whole = match.Groups["whole"].Value.ToUpperInvariant() + match.Groups["zone"].Value.ToUpperInvariant();
        if (!DateTimeOffset.TryParseExact(whole, ["yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal, out var seconds)) return false;

        var fraction = match.Groups["fraction"].Value;
        var micros = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(6, '0')[..6], CultureInfo.InvariantCulture);
        var finer = fraction.Length > 6 && fraction.AsSpan(6).ContainsAnyExcept('0');
        microseconds = Microseconds(seconds) + micros + (roundUp && finer ? 1 : 0);
        reason = null;
        return true;
    }

    [GeneratedRegex(@"^(?<whole>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]{1,20}))?(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
