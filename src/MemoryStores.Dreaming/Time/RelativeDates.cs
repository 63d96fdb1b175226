using System.Globalization;
using System.Text.RegularExpressions;

namespace MemoryStores.Dreaming.Time;

/// <summary>Writes "yesterday", "last Friday" or "two weeks ago" as the date that was meant on the day it was said.</summary>
internal static partial class RelativeDates
{
    private static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    public static string Absolute(string text, DateTimeOffset said)
    {
        var day = DateOnly.FromDateTime(said.UtcDateTime);
        return Relative().Replace(text, match => Read(match, day) ?? match.Value);
    }

    /// <summary>Whether a text tells when, by any of these words.</summary>
    public static bool HasAny(string text) => Relative().IsMatch(text);

    private static string? Read(Match match, DateOnly day)
    {
        var text = match.Value.ToLowerInvariant();
        if (match.Groups["ago"].Success) return Ago(match, day);
        if (match.Groups["weekday"].Success)
        {
            var target = Enum.Parse<DayOfWeek>(match.Groups["weekday"].Value, ignoreCase: true);
            var back = ((int)day.DayOfWeek - (int)target + 7) % 7;
            return match.Groups["which"].Value.ToLowerInvariant() switch
            {
                "last" or "this past" or "past" => $"{match.Value} ({Day(day.AddDays(-(back == 0 ? 7 : back)))})",
                "next" or "this coming" or "coming" => $"{match.Value} ({Day(day.AddDays(back == 0 ? 7 : 7 - back))})",
                _ => null,
            };
        }
        return text switch
        {
            "yesterday" => $"on {Day(day.AddDays(-1))}",
            "the day before yesterday" => $"on {Day(day.AddDays(-2))}",
            "today" or "this morning" or "this afternoon" => $"on {Day(day)}",
            "tonight" or "this evening" => $"on the evening of {Day(day)}",
            "last night" => $"on the night of {Day(day.AddDays(-1))}",
            "tomorrow" => $"on {Day(day.AddDays(1))}",
            "last week" => $"the week before {Day(day)}",
            "next week" => $"the week after {Day(day)}",
            "last weekend" or "over the weekend" => $"the weekend before {Day(day)}",
            "last month" => Month(day.AddMonths(-1)),
            "this month" => Month(day),
            "next month" => Month(day.AddMonths(1)),
            "last year" => day.AddYears(-1).Year.ToString(CultureInfo.InvariantCulture),
            "next year" => day.AddYears(1).Year.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    private static string? Ago(Match match, DateOnly day)
    {
        var word = match.Groups["count"].Value.ToLowerInvariant();
        var count = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : word is "a" or "an" ? 1 : word is "a couple of" or "a couple" ? 2 : Array.IndexOf(Numbers, word);
        if (count is <= 0 or > 999) return null;
        return match.Groups["unit"].Value.ToLowerInvariant()[0] switch
        {
            'd' => $"on {Day(day.AddDays(-count))}",
            'w' => $"around {Day(day.AddDays(-7 * count))}",
            'm' => $"in {Month(day.AddMonths(-count))}",
            'y' when day.Year > count => $"in {(day.Year - count).ToString(CultureInfo.InvariantCulture)}",
            _ => null,
        };
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Month(DateOnly day) => day.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\b(?:the day before yesterday|yesterday|today|tonight|tomorrow|this (?:morning|afternoon|evening|month)|last (?:night|weekend|week|month|year)|over the weekend|next (?:week|month|year)"
        + @"|(?<which>last|next|this past|past|this coming|coming) (?<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
        + @"|(?<count>\d{1,3}|an?|a couple(?: of)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?<unit>days?|weeks?|months?|years?) (?<ago>ago))\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Relative();
}
