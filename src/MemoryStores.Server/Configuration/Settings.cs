using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MemoryStores.Server.Configuration;

/// <summary>A value an operator gave, and where: the flag, the variable, the file, or nowhere (the default).</summary>
internal sealed record Given(Setting Setting, IReadOnlyList<string> Values, string Origin);

/// <summary>
/// What the operator set, from three places: flags win over the environment, the environment over the file. A name that is not
/// known is refused, so that a slip of the pen never passes for a setting.
/// </summary>
internal sealed class Settings
{
    private const string DefaultFile = "/etc/memstores/memstores.json";
    private const string FileFlag = "--config";
    private const string FileVariable = "MEMSTORES_CONFIG";

    private readonly Dictionary<string, Given> given = [];

    public IEnumerable<Given> InOrder => Setting.All.Select(setting =>
        given.GetValueOrDefault(setting.Name) ?? new Given(setting, setting.Default is null ? [] : [setting.Default], "default"));

    public string? Text(string name) => given.TryGetValue(name, out var found) ? found.Values[^1] : Setting.All.Single(one => one.Name == name).Default;

    public bool IsOn(string name) => Text(name) == "true";

    public IReadOnlyList<string> List(string name) => given.TryGetValue(name, out var found) ? found.Values : [];

    public static bool TryRead(
        ReadOnlySpan<string> arguments, Func<string, string?> environment,
        [NotNullWhen(true)] out Settings? settings, [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        if (!TryReadFlags(arguments, out var flags, out var file, out problem)) return false;
        var read = new Settings();
        file ??= environment(FileVariable) is { Length: > 0 } named ? named : null;
        if ((file is not null || File.Exists(DefaultFile)) && !read.TryTakeFile(file ?? DefaultFile, out problem)) return false;
        foreach (var setting in Setting.All)
        {
            if (environment(setting.Variable) is { Length: > 0 } value) read.Take(setting, setting.IsList ? value.Split(',') : [value], setting.Variable);
        }
        foreach (var group in flags.GroupBy(flag => flag.Setting)) read.Take(group.Key, [.. group.Select(flag => flag.Value)], group.Key.Flag);
        problem = read.given.Values.Select(FlawInSwitch).FirstOrDefault(flaw => flaw is not null);
        settings = problem is null ? read : null;
        return settings is not null;
    }

    private void Take(Setting setting, IReadOnlyList<string> values, string origin) =>
        given[setting.Name] = new Given(setting, values, origin);

    /// <summary>Anything but these two would be off in silence, also what was meant as on.</summary>
    private static string? FlawInSwitch(Given given) =>
        given.Setting.IsSwitch && given.Values[^1] is not ("true" or "false")
            ? $"{given.Setting.Name} ({given.Origin}) is on or off: give true or false, not '{given.Values[^1]}'"
            : null;

    private static bool TryReadFlags(
        ReadOnlySpan<string> arguments, out List<(Setting Setting, string Value)> flags, out string? file, [NotNullWhen(false)] out string? problem)
    {
        (flags, file, problem) = ([], null, null);
        while (arguments is [var flag, .. var rest])
        {
            string? value = null;
            if (flag.StartsWith("--", StringComparison.Ordinal) && flag.IndexOf('=') is > 0 and var sign) (flag, value) = (flag[..sign], flag[(sign + 1)..]);
            var setting = Setting.All.FirstOrDefault(one => one.Flag == flag);
            if (setting is null && flag != FileFlag)
            {
                problem = $"unknown option '{flag}'{Similar.Hint(flag, Setting.All.Select(one => one.Flag).Append(FileFlag))}";
                return false;
            }
            if (setting is { IsSwitch: true }) value ??= "true";
            if (value is null && rest is [var next, ..])
            {
                value = next;
                rest = rest[1..];
            }
            if (string.IsNullOrEmpty(value))
            {
                problem = $"{flag} needs a value";
                return false;
            }
            if (setting is null) file = value;
            else flags.Add((setting, value));
            arguments = rest;
        }
        return true;
    }

    private bool TryTakeFile(string file, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.ValueKind != JsonValueKind.Object) problem = $"{file}: the configuration is a JSON object";
            else
            {
                foreach (var field in json.RootElement.EnumerateObject()) problem ??= FlawInField(file, field);
            }
        }
        catch (JsonException broken)
        {
            problem = $"{file}, line {broken.LineNumber + 1}: not JSON, or a field is there twice";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = $"{file} cannot be read: {unreadable.Message}";
        }
        return problem is null;
    }

    private string? FlawInField(string file, JsonProperty field)
    {
        var setting = Setting.All.FirstOrDefault(one => one.Key == field.Name);
        if (setting is null) return $"{file}: unknown setting '{field.Name}'{Similar.Hint(field.Name, Setting.All.Select(one => one.Key))}";
        // A limit is an object of its own in the file: {"limit": {"memory_bytes": 204800}}.
        var values = setting.IsList && field.Value.ValueKind == JsonValueKind.Object
            ? field.Value.EnumerateObject().Select(pair => $"{pair.Name}={TextOf(pair.Value)}").ToList()
            : [TextOf(field.Value)];
        if (field.Value.ValueKind is JsonValueKind.Null or JsonValueKind.Array) return $"{file}: '{field.Name}' takes {setting.Value}";
        Take(setting, values, file);
        return null;
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
