using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using MemoryStores.Contract;

namespace MemoryStores.Server;

/// <summary>The options of <c>memstores serve</c>.</summary>
internal sealed record ServeOptions
{
    public string Data { get; private init; } = "./.memstores";
    public Uri Listen { get; private init; } = new("http://127.0.0.1:7878");
    public string? BootstrapKey { get; private init; }
    public bool InsecureHttp { get; private init; }
    public Limits Limits { get; private init; } = new();
    public int? RateCreate { get; private init; }
    public int? RateRead { get; private init; }
    public LogLevel LogLevel { get; private init; } = LogLevel.Information;

    public static bool TryParse(
        ReadOnlySpan<string> arguments, [NotNullWhen(true)] out ServeOptions? options, [NotNullWhen(false)] out string? problem)
    {
        options = null;
        var read = new ServeOptions();
        while (arguments is [var flag, .. var rest])
        {
            string? value = null;
            if (flag.IndexOf('=') is > 0 and var sign && flag.StartsWith("--", StringComparison.Ordinal))
                (flag, value) = (flag[..sign], flag[(sign + 1)..]);
            if (flag == "--insecure-http" && value is null)
            {
                read = read with { InsecureHttp = true };
                arguments = rest;
                continue;
            }
            if (value is null && rest is [var next, ..] && Takes(flag))
            {
                value = next;
                rest = rest[1..];
            }
            if (!read.TryTake(flag, value, out read, out problem)) return false;
            arguments = rest;
        }
        if (!read.InsecureHttp && !IsLoopback(read.Listen.Host))
        {
            problem = $"--listen {read.Listen.OriginalString} would send keys and memories unencrypted over the network; add --insecure-http if that is safe here";
            return false;
        }
        (options, problem) = (read, null);
        return true;
    }

    private static bool Takes(string flag) => flag is "--data" or "--listen" or "--bootstrap-key" or "--limit" or "--log-level";

    private bool TryTake(string flag, string? value, out ServeOptions taken, [NotNullWhen(false)] out string? problem)
    {
        (taken, problem) = (this, null);
        if (!Takes(flag)) problem = $"unknown option '{flag}'";
        else if (string.IsNullOrEmpty(value)) problem = $"{flag} needs a value";
        else
        {
            (taken, problem) = flag switch
            {
                "--data" => (this with { Data = value }, null),
                "--listen" => TakeListen(value),
                "--bootstrap-key" => TakeKey(value),
                "--limit" => TakeLimit(value),
                _ => TakeLogLevel(value),
            };
        }
        return problem is null;
    }

    private (ServeOptions, string?) TakeListen(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/"
            && (IPAddress.TryParse(url.IdnHost, out _) || url.Host == "localhost")
            ? (this with { Listen = url }, null)
            : (this, $"--listen takes http://ADDRESS:PORT with an IP address or localhost, not '{value}'");

    private (ServeOptions, string?) TakeKey(string value) => value.Any(letter => letter is <= ' ' or > '~')
        ? (this, "--bootstrap-key takes visible ASCII characters without spaces")
        : (this with { BootstrapKey = value }, null);

    private (ServeOptions, string?) TakeLimit(string value)
    {
        var sign = value.IndexOf('=');
        var name = sign < 0 ? value : value[..sign];
        if (!Limits.Names.Contains(name)) return (this, $"there is no limit '{name}'; there are {string.Join(", ", Limits.Names)}");
        return long.TryParse(sign < 0 ? "" : value[(sign + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Limits.With(name, number) is { } limits
            ? (this with { Limits = limits }, null)
            : (this, $"--limit {value}: the value must be a positive whole number within the limit's range");
    }

    private (ServeOptions, string?) TakeLogLevel(string value) => value switch
    {
        "debug" => (this with { LogLevel = LogLevel.Debug }, null),
        "info" => (this with { LogLevel = LogLevel.Information }, null),
        "warning" => (this with { LogLevel = LogLevel.Warning }, null),
        "error" => (this with { LogLevel = LogLevel.Error }, null),
        _ => (this, $"--log-level takes debug, info, warning or error, not '{value}'"),
    };

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
