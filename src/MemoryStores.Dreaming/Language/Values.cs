using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MemoryStores.Dreaming.Language;

/// <summary>Finds dates, times, sums, shares, durations, versions, hashes, addresses and numbers, each in one canonical form.</summary>
internal static partial class Values
{
    private static readonly SearchValues<char> Hints = SearchValues.Create("0123456789@:");
    private static readonly string[] MonthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static List<Value> Of(string text)
    {
        var found = new List<Value>();
        // Most sentences have none, and are not searched.
        if (!text.AsSpan().ContainsAny(Hints) && !text.Contains("day", StringComparison.OrdinalIgnoreCase)) return found;
        foreach (Match match in Pattern().Matches(text))
            if (Read(match) is { } value) found.Add(value);
        return found;
    }

    /// <summary>The month of a name such as "Sept" or "march"; 0 for none.</summary>
    public static int Month(ReadOnlySpan<char> name)
    {
        if (name.Length < 3) return 0;
        for (var i = 0; i < 12; i++) if (name[..3].Equals(MonthNames[i], StringComparison.OrdinalIgnoreCase)) return i + 1;
        return 0;
    }

    private static Value? Read(Match match)
    {
        Value Made(ValueKind kind, string canonical) => new(kind, canonical, match.Index, match.Index + match.Length);
        string Group(string name) => match.Groups[name].Value;
        bool Has(string name) => match.Groups[name].Success;

        if (Has("url") || Has("mail")) return Made(ValueKind.Address, match.Value.TrimEnd('.', ',').ToLowerInvariant());
        if (Has("iso")) return Date(Group("y1"), Group("m1"), Group("d1")) is { } iso ? Made(ValueKind.Date, iso) : null;
        if (Has("dmy")) return Date(Group("y2"), $"{Month(Group("mon2"))}", Group("d2")) is { } dmy ? Made(ValueKind.Date, dmy) : null;
        if (Has("mdy")) return Date(Group("y3"), $"{Month(Group("mon3"))}", Group("d3")) is { } mdy ? Made(ValueKind.Date, mdy) : null;
        if (Has("slash")) return Date(Group("y4"), Group("m4"), Group("d4")) is { } slash ? Made(ValueKind.Date, slash) : null;
        if (Has("my")) return Made(ValueKind.Date, $"{Group("y5")}-{Month(Group("mon5")):00}");
        if (Has("time")) return Clock(Group("hour"), Group("minute"), Group("half")) is { } clock ? Made(ValueKind.Time, clock) : null;
        if (Has("money")) return Made(ValueKind.Money, Currency(Group("sign") + Group("coin")) + " " + Plain(Group("sum") + Group("sum2")));
        if (Has("percent")) return Made(ValueKind.Percent, Plain(Group("share")));
        if (Has("length")) return Length(Group("count"), Group("unit")) is var (kind, amount) ? Made(kind, amount) : null;
        if (Has("version")) return Made(ValueKind.Version, match.Value.TrimStart('v', 'V'));
        if (Has("hash")) return Made(ValueKind.Hash, match.Value.ToLowerInvariant());
        if (Has("weekday")) return Made(ValueKind.Weekday, match.Value[..3].ToLowerInvariant());
        return Made(ValueKind.Number, Plain(match.Value));
    }

    private static string? Date(string year, string month, string day)
    {
        var (m, d) = (int.Parse(month, CultureInfo.InvariantCulture), int.Parse(day, CultureInfo.InvariantCulture));
        if (m is < 1 or > 12 || d is < 1 or > 31) return null;
        return year.Length == 0 ? $"--{m:00}-{d:00}" : $"{year}-{m:00}-{d:00}";
    }

    private static string? Clock(string hour, string minute, string half)
    {
        var h = int.Parse(hour, CultureInfo.InvariantCulture);
        var m = minute.Length == 0 ? 0 : int.Parse(minute, CultureInfo.InvariantCulture);
        if (h > 24 || m > 59) return null;
        if (half.Length > 0) h = (h % 12) + (half[0] is 'p' or 'P' ? 12 : 0);
        return $"{h:00}:{m:00}";
    }

    private static (ValueKind, string)? Length(string count, string unit)
    {
        var amount = Plain(count);
        var isWhole = long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var whole);
        string Times(long factor) => isWhole ? (whole * factor).ToString(CultureInfo.InvariantCulture) : amount + "*" + factor;
        return char.ToLowerInvariant(unit[0]) switch
        {
            's' => (ValueKind.Duration, Times(1)),
            'm' when unit.StartsWith("mo", StringComparison.OrdinalIgnoreCase) => (ValueKind.Days, Times(30)),
            'm' when unit.StartsWith("ms", StringComparison.OrdinalIgnoreCase) || unit.StartsWith("milli", StringComparison.OrdinalIgnoreCase) => (ValueKind.Duration, amount + "ms"),
            'm' => (ValueKind.Duration, Times(60)),
            'h' => (ValueKind.Duration, Times(3600)),
            'd' or 'c' or 'b' or 'n' => (ValueKind.Days, Times(1)),
            'w' => (ValueKind.Days, Times(7)),
            'y' => (ValueKind.Days, Times(365)),
            _ => null,
        };
    }

    private static string Currency(string sign) => sign.ToLowerInvariant() switch
    {
        "$" or "usd" or "dollar" or "dollars" or "bucks" => "USD",
        "€" or "eur" or "euro" or "euros" => "EUR",
        "£" or "gbp" or "pound" or "pounds" => "GBP",
        var other => other.ToUpperInvariant(),
    };

    /// <summary>A number without separators of thousands and trailing noughts behind the point.</summary>
    private static string Plain(string number)
    {
        number = Thousands().Replace(number, "$1").TrimEnd('.', ',');
        var point = number.IndexOf('.', StringComparison.Ordinal);
        if (point > 0) number = number.TrimEnd('0').TrimEnd('.');
        var start = 0;
        while (start < number.Length - 1 && number[start] == '0' && char.IsAsciiDigit(number[start + 1])) start++;
        return number[start..];
    }

    private const string Months = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

    [GeneratedRegex(
        @"(?<url>https?://[^\s<>()""'`]{1,300})"
        + @"|(?<mail>\b[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4})"
        + @"|(?<iso>\b(?<y1>\d{4})-(?<m1>\d{2})-(?<d1>\d{2})(?!\d)(?:T\d{2}:\d{2}(?::\d{2})?Z?)?)"
        + @"|(?<dmy>\b(?<d2>\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?\s+(?<mon2>" + Months + @")\b\.?(?:,?\s+(?<y2>\d{4})\b)?)"
        + @"|(?<mdy>\b(?<mon3>" + Months + @")\b\.?\s+(?<d3>\d{1,2})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?<y3>\d{4})\b)?)"
        + @"|(?<slash>\b(?<m4>\d{1,2})/(?<d4>\d{1,2})/(?<y4>\d{4})\b)"
        + @"|(?<my>\b(?<mon5>" + Months + @")\b\.?,?\s+(?<y5>\d{4})\b)"
        + @"|(?<time>\b(?<hour>[012]?\d):(?<minute>[0-5]\d)(?::[0-5]\d)?(?:\s?(?<half>[ap])\.?m\b\.?)?|\b(?<hour>1?\d)\s?(?<half>[ap])\.?m\b\.?)"
        + @"|(?<money>(?<sign>[$€£])\s?(?<sum>\d[\d,]{0,14}(?:\.\d{1,4})?)(?![\w%])|\b(?<sum2>\d[\d,]{0,14}(?:\.\d{1,2})?)\s?(?<coin>usd|eur|gbp|chf|dollars?|euros?|pounds?|bucks|€|£)(?!\w))"
        + @"|(?<percent>\b(?<share>\d{1,6}(?:\.\d{1,4})?)\s?(?:%|percent\b|per\s?cent\b))"
        + @"|(?<length>\b(?<count>\d{1,9}(?:\.\d{1,3})?)[\s-]?(?<unit>milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|min|hours?|hrs?|h|calendar\sdays?|business\sdays?|working\sdays?|nights?|days?|weeks?|months?|years?)(?!\w))"
        + @"|(?<version>\bv?\d{1,5}\.\d{1,5}\.\d{1,6}(?:\.\d{1,6})?(?:-[\w.]{1,20})?\b)"
        + @"|(?<hash>\b(?=[0-9a-f]{0,39}[a-f])(?=[0-9a-f]{0,39}\d)[0-9a-f]{7,64}\b)"
        + @"|(?<weekday>\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b)"
        + @"|(?<![\w.#/-])\d[\d,]{0,14}(?:\.\d{1,6})?(?![\w/]|-\w|[.,:]\d)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"(\d),(?=\d{3}(?!\d))", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();
}
