namespace MemoryStores.Server.Configuration;

/// <summary>One thing an operator can set: by --flag, by MEMSTORES_FLAG in the environment, or by "flag" in the file.</summary>
internal sealed record Setting(string Name, string Value, string Meaning)
{
    public string Flag => "--" + Name;
    public string Variable => "MEMSTORES_" + Name.Replace('-', '_').ToUpperInvariant();
    public string Key => Name.Replace('-', '_');

    /// <summary>Takes no value: it is on or off.</summary>
    public bool IsSwitch => Value.Length == 0;

    /// <summary>Shown as its first letters only.</summary>
    public bool IsSecret { get; init; }

    /// <summary>May be given several times; values add up.</summary>
    public bool IsList { get; init; }

    public string? Default { get; init; }

    /// <summary>All of them, in the order of the help text.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        new("data", "DIR", "where everything is kept; made if missing, private to you") { Default = "./.memstores" },
        new("listen", "URL", "http://ADDRESS:PORT, https://ADDRESS:PORT or unix:PATH; port 0 takes a free one") { Default = "http://127.0.0.1:7878" },
        new("tls-cert", "FILE", "certificate chain in PEM, for https; read again when it changes"),
        new("tls-key", "FILE", "its private key in PEM"),
        new("insecure-http", "", "allow http on other addresses than loopback: keys and memories travel unencrypted"),
        new("bootstrap-key", "KEY", "an API key that opens the default workspace as admin; without it the first start makes one, prints it once and keeps it in DIR/admin.key") { IsSecret = true },
        new("limit", "NAME=VALUE", "change a limit; may be repeated") { IsList = true },
        new("rate-create", "N", "changes a workspace may make a minute (default: no limit)"),
        new("rate-read", "N", "reads a workspace may make a minute (default: no limit)"),
        new("otlp-endpoint", "URL", "an OpenTelemetry collector to send measurements and spans to, by OTLP over HTTP, such as http://127.0.0.1:4318 (default: none)"),
        new("log-level", "LEVEL", "debug (a line for each request), info, warning or error") { Default = "info" },
    ];
}
