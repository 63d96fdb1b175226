using System.Globalization;
using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

/// <summary>The arguments that many commands have, in the same words.</summary>
internal static class Arguments
{
    public static readonly Argument Store = new("STORE", "the memory store, by id or by name") { Completes = Completes.Stores };
    public static readonly Argument Memory = new("PATH", "the memory, by path or by id") { Completes = Completes.Paths };
    public static readonly Argument NewPath = new("PATH", "where the memory is to be, such as /notes/roof.md") { Completes = Completes.Paths };
    public static readonly Argument Agent = new("AGENT", "the agent, by id or by name") { Completes = Completes.Agents };
    public static readonly Argument Environment = new("ENVIRONMENT", "the environment, by id or by name") { Completes = Completes.Environments };
    public static readonly Argument Session = new("SESSION", "the session, by id or by title") { Completes = Completes.Sessions };
    public static readonly Argument Version = new("VERSION", "the version's id, memver_…");
}

/// <summary>The options that many commands have, in the same words.</summary>
internal static class Options
{
    public static readonly Option Yes = new("--yes", "do not ask") { Short = "-y" };
    public static readonly Option Limit = new("--limit", $"one page of at most N, 1 to {Limits.PageItems}") { Value = "N" };
    public static readonly Option Page = new("--page", "the page that next_page of an earlier answer named") { Value = "TOKEN" };
    public static readonly Option Archived = new("--archived", "archived ones too");
    public static readonly Option Metadata = new("--metadata", "a note of your own") { Value = "KEY=VALUE", MayRepeat = true };
    public static readonly Option RemoveMetadata = new("--remove-metadata", "remove a note") { Value = "KEY", MayRepeat = true };
    public static readonly Option Full = new("--full", "with --json: the content too");
    public static readonly Option IfVersion = new("--if-version", "only if this version is the current one, else exit 4") { Value = "VERSION" };
    public static readonly Option IfSha256 = new("--if-sha256", "only if the current content has this SHA-256, else exit 4") { Value = "HEX" };

    /// <summary>What --metadata sets and --remove-metadata removes; null when neither is given.</summary>
    public static Dictionary<string, string?>? MetadataChange(Invocation call)
    {
        var change = Pairs(call, Metadata)?.ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);
        foreach (var key in call.Given.All(RemoveMetadata)) (change ??= new(StringComparer.Ordinal))[key] = null;
        return change;
    }

    /// <summary>A JSON object that an option gives, or a file with it behind '@'.</summary>
    public static StoredJson? Object(Invocation call, Option option)
    {
        if (call.Text(option) is not { } text) return null;
        try
        {
            using var parsed = JsonDocument.Parse(text.StartsWith('@') ? File.ReadAllText(text[1..]) : text);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object && StoredJson.TryFrom(parsed.RootElement) is { } found) return found;
            throw call.BadUsage($"{option.Name} takes a JSON object, or @FILE with one, not {parsed.RootElement.ValueKind.ToString().ToLowerInvariant()}");
        }
        catch (JsonException broken)
        {
            throw call.BadUsage($"{option.Name} takes a JSON object, or @FILE with one; what it was given is not JSON at its line {broken.LineNumber + 1 ?? 1}, byte {broken.BytePositionInLine ?? 0}");
        }
    }

    /// <summary>A JSON list of objects that an option gives, or a file with it behind '@'.</summary>
    public static IReadOnlyList<StoredJson>? Objects(Invocation call, Option option)
    {
        if (call.Text(option) is not { } text) return null;
        try
        {
            using var parsed = JsonDocument.Parse(text.StartsWith('@') ? File.ReadAllText(text[1..]) : text);
            if (parsed.RootElement.ValueKind == JsonValueKind.Array && parsed.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object))
                return [.. parsed.RootElement.EnumerateArray().Select(item => StoredJson.TryFrom(item) ?? throw call.BadUsage($"{option.Name} holds half of a surrogate pair"))];
            throw call.BadUsage($"{option.Name} takes a JSON list of objects, or @FILE with one");
        }
        catch (JsonException broken)
        {
            throw call.BadUsage($"{option.Name} takes a JSON list of objects, or @FILE with one; what it was given is not JSON at its line {broken.LineNumber + 1 ?? 1}, byte {broken.BytePositionInLine ?? 0}");
        }
    }

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

    public static void Print(Invocation call, AgentBody agent) => Print(call,
        ("id", agent.Id),
        ("name", agent.Name),
        ("version", agent.Version.ToString(CultureInfo.InvariantCulture)),
        ("model", agent.Model.Id),
        ("description", agent.Description),
        ("system", agent.System),
        ("tools", agent.Tools.Count > 0 ? Readable.Number(agent.Tools.Count) : null),
        ("mcp servers", agent.McpServers.Count > 0 ? Readable.Number(agent.McpServers.Count) : null),
        ("skills", agent.Skills.Count > 0 ? Readable.Number(agent.Skills.Count) : null),
        ("metadata", Pairs(agent.Metadata)),
        ("created", Time(call, agent.CreatedAt)),
        ("updated", Time(call, agent.UpdatedAt)),
        ("archived", Time(call, agent.ArchivedAt)));

    public static void Print(Invocation call, EnvironmentBody environment) => Print(call,
        ("id", environment.Id),
        ("name", environment.Name),
        ("description", environment.Description),
        ("type", environment.Config.Type),
        ("network", environment.Config.Networking?.Type),
        ("metadata", Pairs(environment.Metadata)),
        ("created", Time(call, environment.CreatedAt)),
        ("updated", Time(call, environment.UpdatedAt)),
        ("archived", Time(call, environment.ArchivedAt)));

    public static void Print(Invocation call, SessionBody session)
    {
        Print(call,
            ("id", session.Id),
            ("title", session.Title),
            ("status", session.Status),
            ("agent", $"{session.Agent.Name} ({session.Agent.Id}, version {session.Agent.Version})"),
            ("environment", session.EnvironmentId),
            ("metadata", Pairs(session.Metadata)),
            ("created", Time(call, session.CreatedAt)),
            ("updated", Time(call, session.UpdatedAt)),
            ("archived", Time(call, session.ArchivedAt)));
        foreach (var resource in session.Resources) call.Print(PlainText.Of(resource switch
        {
            StoreResource store => $"store        {store.Name} ({store.MemoryStoreId}) at {store.MountPath}, {store.Access}",
            FileResource file => $"file         {file.FileId} at {file.MountPath}",
            RepositoryResource repository => $"repository   {repository.Url} at {repository.MountPath}",
            _ => $"resource     {resource.Type}",
        }));
    }

    public static string? Pairs(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Count > 0 ? string.Join(", ", metadata.Select(pair => $"{pair.Key}={pair.Value}")) : null;

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
