using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

/// <summary>The arguments that many commands have, in the same words.</summary>
internal static class Arguments
{
    public static readonly Argument Store = new("STORE", "the memory store, by id or by name") { Completes = Completes.Stores };
    public static readonly Argument Memory = new("PATH", "the memory, by path or by id") { Completes = Completes.Paths };
    public static readonly Argument NewPath = new("PATH", "where the memory is to be, such as /notes/roof.md") { Completes = Completes.Paths };
    public static readonly Argument Version = new("VERSION", "the version's id, memver_…");
}

/// <summary>The options that many commands have, in the same words.</summary>
internal static class Options
{
    public static readonly Option Yes = new("--yes", "do not ask") { Short = "-y" };
    public static readonly Option Limit = new("--limit", $"one page of at most N, 1 to {Limits.PageItems}") { Value = "N" };
    public static readonly Option Page = new("--page", "the page that next_page of an earlier answer named") { Value = "TOKEN" };
    public static readonly Option Full = new("--full", "with --json: the content too");
    public static readonly Option IfVersion = new("--if-version", "only if this version is the current one, else exit 4") { Value = "VERSION" };
    public static readonly Option IfSha256 = new("--if-sha256", "only if the current content has this SHA-256, else exit 4") { Value = "HEX" };

    /// <summary>NAME=VALUE pairs of an option that may be repeated.</summary>
    public static Dictionary<string, string>? Pairs(Invocation call, Option option)
    {
        if (!call.Has(option)) return null;
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in call.Given.All(option))
        {
            var sign = text.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1) throw call.BadUsage($"{option.Name} takes KEY=VALUE, not '{text}'");
            pairs[text[..sign]] = text[(sign + 1)..];
        }
        return pairs;
    }
}

/// <summary>One thing shown as its facts, a name and a value to a line.</summary>
internal static class Facts
{
    public static void Print(Invocation call, params (string Name, string? Value)[] facts)
    {
        var width = facts.Max(fact => fact.Name.Length) + 2;
        foreach (var (name, value) in facts)
        {
            if (value is not null) call.Print(name.PadRight(width) + PlainText.Of(value));
        }
    }

    public static void Print(Invocation call, StoreBody store) => Print(call,
        ("id", store.Id),
        ("name", store.Name),
        ("description", store.Description.Length > 0 ? store.Description : null),
        ("metadata", store.Metadata.Count > 0 ? string.Join(", ", store.Metadata.Select(pair => $"{pair.Key}={pair.Value}")) : null),
        ("created", Time(call, store.CreatedAt)),
        ("updated", Time(call, store.UpdatedAt)),
        ("archived", Time(call, store.ArchivedAt)));

    public static void Print(Invocation call, MemoryBody memory) => Print(call,
        ("path", memory.Path),
        ("id", memory.Id),
        ("version", memory.MemoryVersionId),
        ("size", Bytes(memory.ContentSizeBytes)),
        ("sha256", memory.ContentSha256),
        ("created", Time(call, memory.CreatedAt)),
        ("updated", Time(call, memory.UpdatedAt)));

    public static void Print(Invocation call, VersionBody version) => Print(call,
        ("id", version.Id),
        ("memory", version.MemoryId),
        ("operation", version.Operation),
        ("path", version.Path),
        ("size", version.ContentSizeBytes is { } size ? Bytes(size) : null),
        ("sha256", version.ContentSha256),
        ("written", Time(call, version.CreatedAt)),
        ("by", version.CreatedBy is { } by ? Readable.Actor(by) : null),
        ("redacted", Time(call, version.RedactedAt)),
        ("redacted by", version.RedactedBy is { } redactor ? Readable.Actor(redactor) : null));

    public static string Bytes(int size) => size == 1 ? "1 byte" : size.ToString("N0", CultureInfo.InvariantCulture) + " bytes";

    private static string? Time(Invocation call, string? time) => time is null ? null : $"{time} ({Readable.Ago(time, call.Surroundings.Time)})";
}
