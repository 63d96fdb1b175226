using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Server.Listening;

namespace MemoryStores.Server.Configuration;

/// <summary>The settings of <c>memstores serve</c>, checked: what is in here can be used as it is.</summary>
internal sealed record ServeOptions
{
    public required string Data { get; init; }
    public required ListenAddress Listen { get; init; }
    public required string? BootstrapKey { get; init; }
    public required Limits Limits { get; init; }
    public required int? RateCreate { get; init; }
    public required int? RateRead { get; init; }
    public required Uri? OtlpEndpoint { get; init; }
    public required LogLevel LogLevel { get; init; }

    public static bool TryMake(Settings settings, [NotNullWhen(true)] out ServeOptions? options, [NotNullWhen(false)] out string? problem)
    {
        options = null;
        problem = FlawInKey(settings.Text("bootstrap-key"));
        if (problem is not null
            || !ListenAddress.TryMake(settings, out var listen, out problem)
            || !TryLimits(settings.List("limit"), out var limits, out problem)
            || !TryRate(settings, "rate-create", out var create, out problem)
            || !TryRate(settings, "rate-read", out var read, out problem)
            || !TryCollector(settings.Text("otlp-endpoint"), out var collector, out problem)
            || !TryLevel(settings.Text("log-level")!, out var level, out problem))
            return false;
        options = new ServeOptions
        {
            Data = settings.Text("data")!,
            Listen = listen,
            BootstrapKey = settings.Text("bootstrap-key"),
            Limits = limits,
            RateCreate = create,
            RateRead = read,
            OtlpEndpoint = collector,
            LogLevel = level,
        };
        return true;
    }

    private static string? FlawInKey(string? key) =>
        key is not null && key.Any(letter => letter is <= ' ' or > '~') ? "bootstrap-key takes visible ASCII characters without spaces" : null;

    private static bool TryLimits(IReadOnlyList<string> given, out Limits limits, [NotNullWhen(false)] out string? problem)
    {
        (limits, problem) = (new Limits(), null);
        foreach (var text in given)
        {
            var sign = text.IndexOf('=');
            var name = sign < 0 ? text : text[..sign];
            if (!Limits.Names.Contains(name))
                problem = $"there is no limit '{name}'{Similar.Hint(name, Limits.Names)} (limits: {string.Join(", ", Limits.Names)})";
            else if (long.TryParse(sign < 0 ? "" : text[(sign + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && limits.With(name, value) is { } changed)
                limits = changed;
            else problem = $"limit {text}: the value is a positive whole number within the limit's range";
            if (problem is not null) return false;
        }
        return true;
    }

    private static bool TryRate(Settings settings, string name, out int? rate, [NotNullWhen(false)] out string? problem)
    {
        (rate, problem) = (null, null);
        if (settings.Text(name) is not { } text) return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var perMinute) && perMinute > 0) rate = perMinute;
        else problem = $"{name} takes a positive whole number of requests a minute, not '{text}'";
        return problem is null;
    }

    private static bool TryCollector(string? text, out Uri? collector, [NotNullWhen(false)] out string? problem)
    {
        (collector, problem) = (null, null);
        if (text is null) return true;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && url.Query.Length == 0 && url.UserInfo.Length == 0) collector = url;
        else problem = $"otlp-endpoint takes a URL such as http://127.0.0.1:4318, without credentials or a query, not '{text}'";
        return problem is null;
    }

    private static bool TryLevel(string text, out LogLevel level, [NotNullWhen(false)] out string? problem)
    {
        (level, problem) = text switch
        {
            "debug" => (LogLevel.Debug, null),
            "info" => (LogLevel.Information, null),
            "warning" => (LogLevel.Warning, null),
            "error" => (LogLevel.Error, null),
            _ => (LogLevel.None, $"log-level takes debug, info, warning or error, not '{text}'"),
        };
        return problem is null;
    }
}
