using System.Globalization;
using System.Text;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>
/// Bodies: made right for their operation, then, each with a small chance, wrong in a value, in a field, in the grammar and
/// in the bytes. Most carry one flaw or none, because what is wrong everywhere is refused at the door.
/// </summary>
internal static class HostileJson
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private static readonly string[] Oddities =
        ["{}", "[]", "\"\"", "\"\\ud800\"", "{\"\\udc00\":1}", "{\"a\":1,\"\\u0061\":2}", "-", "01", "1.", "nul", "'a'", "undefined"];

    /// <summary>A name and its value as JSON; joined to an object late, so that a field can be there twice.</summary>
    private readonly record struct Field(string Name, string Json);

    public static byte[] Of(string operation, Dice dice, Aim aim) => Bytes(dice, operation switch
    {
        "store" => Object(dice,
        [
            new("name", Text(dice, "Roof")),
            .. Some(dice, new("description", Text(dice, "All about it"))),
            .. Some(dice, new("metadata", Metadata(dice))),
        ]),
        "memory" => Object(dice, [Path(dice), Content(dice)]),
        "update" => Object(dice, [.. Some(dice, Path(dice)), Content(dice), .. Some(dice, new("precondition", Precondition(dice, aim)))]),
        "commit" => Object(dice,
        [
            new("changes", Changes(dice, aim)),
            .. Some(dice, new("commit_id", Text(dice, "c" + dice.Below(200).ToString(CultureInfo.InvariantCulture)))),
            .. Some(dice, new("atomic", Value(dice, 1))),
        ]),
        "key" => Object(dice,
        [
            new("name", Text(dice, "A key")),
            new("role", $"\"{dice.Pick<string>(["admin", "write", "read"])}\""),
            .. Some(dice, new("stores", $"[{Text(dice, aim.Store)}]")),
            .. Some(dice, new("path_prefix", Text(dice, "/a/"))),
            .. Some(dice, new("expires_at", Text(dice, HostileText.Time(dice)))),
            .. Some(dice, new("workspace", Text(dice, "besieged"))),
        ]),
        "agent" => Object(dice,
        [
            new("name", Text(dice, "An agent")), new("model", dice.OneIn(3) ? Model(dice) : Text(dice, "m")),
            .. Some(dice, new("system", Text(dice, "Be brief."))), .. Some(dice, new("description", Text(dice, "Of no use"))),
            .. Some(dice, new("tools", Typed(dice))), .. Some(dice, new("mcp_servers", Typed(dice))), .. Some(dice, new("skills", Typed(dice))),
            .. Some(dice, new("multiagent", dice.OneIn(3) ? "null" : Any(dice))), .. Some(dice, new("metadata", Metadata(dice))),
            .. Some(dice, new("execution_identity", dice.OneIn(3) ? "null" : Object(dice, [new("type", Text(dice, "aws_role")), new("role_arn", Text(dice, "arn:x"))]))),
            .. dice.OneIn(9) ? Some(dice, new("version", HostileText.Number(dice))) : [],
        ]),
        "environment" => Object(dice,
        [
            new("name", Text(dice, "An environment")), .. Some(dice, new("description", Text(dice, "Of no use"))),
            .. Some(dice, new("metadata", Metadata(dice))), .. Some(dice, new("scope", Text(dice, "organization"))), .. Some(dice, new("config", Config(dice))),
        ]),
        "session" => Object(dice,
        [
            new("agent", dice.OneIn(4) ? Object(dice, [new("type", Text(dice, "agent_with_overrides")), new("id", Text(dice, aim.Agent)), .. Some(dice, new("model", Model(dice)))]) : Text(dice, aim.Agent)),
            new("environment_id", Text(dice, aim.Environment)), .. Some(dice, new("title", Text(dice, "A session"))), .. Some(dice, new("metadata", Metadata(dice))),
            .. Some(dice, new("resources", $"[{Resource(dice, aim)}{(dice.OneIn(3) ? "," + Resource(dice, aim) : "")}]")),
            .. Some(dice, new("initial_events", $"[{Event(dice)}]")), .. Some(dice, new("budget", Object(dice, [new("type", Text(dice, "limit")), new("max_list_cost", Value(dice, 2))]))),
        ]),
        "session_patch" => Object(dice,
            [.. Some(dice, new("title", Text(dice, "Other"))), .. Some(dice, new("metadata", Metadata(dice))), .. Some(dice, new("agent", Object(dice, Some(dice, new("tools", Typed(dice))))))]),
        "events" => Object(dice, [new("events", "[" + string.Join(',', Enumerable.Range(0, dice.OneIn(300) ? 1_001 : 1 + dice.Below(3)).Select(_ => Event(dice))) + "]")]),
        "told" => Object(dice, [new("events", "[" + string.Join(',', Enumerable.Range(0, 1 + dice.Below(4)).Select(_ => Told(dice))) + "]")]),
        "resource" => Resource(dice, aim),
        "token" => Object(dice, [.. Some(dice, new("name", Text(dice, "A token"))), .. Some(dice, new("expires_at", Text(dice, HostileText.Time(dice))))]),
        "rotate" => Object(dice, Some(dice, new("grace_seconds", HostileText.Number(dice)))),
        _ => "{}",
    });

    private static Field Path(Dice dice) => new("path", Quote(dice, HostileText.MemoryPath(dice)));

    private static Field Content(Dice dice) => new("content", Quote(dice, HostileText.Content(dice)));

    private static string Changes(Dice dice, Aim aim)
    {
        var changes = new StringBuilder("[");
        var count = dice.OneIn(500) ? 999 + dice.Below(3) : dice.Below(5);
        for (var i = 0; i < count; i++)
        {
            var type = dice.Pick<string>(["create", "create", "update", "append", "rename", "delete"]);
            var memory = dice.Pick<string>([aim.Memory, "change:0", "change:1"]);
            var fields = new List<Field> { new("type", $"\"{type}\"") };
            if (type != "create" && dice.OneIn(3)) fields.Add(new("at", Quote(dice, HostileText.MemoryPath(dice))));
            else if (type != "create") fields.Add(new("memory_id", Text(dice, memory)));
            if (type is "create" or "update" or "rename") fields.Add(Path(dice));
            if (type is "create" or "update" or "append") fields.Add(Content(dice));
            var expected = dice.Pick<string>(["anything", aim.Version, "change:0"]);
            if (type != "create") fields.Add(new("expected_version_id", Text(dice, expected)));
            if (type is "create" or "update" && dice.OneIn(4)) fields.Add(new("conflict_with", Text(dice, aim.Version)));
            changes.Append(i == 0 ? "" : ",").Append(Object(dice, fields));
        }
        return changes.Append(']').ToString();
    }

    private static string Model(Dice dice) => Object(dice,
    [
        new("id", Text(dice, "m")), .. Some(dice, new("speed", Text(dice, "fast"))),
        .. Some(dice, new("effort", dice.OneIn(2) ? Text(dice, "low") : Object(dice, [new("type", Text(dice, "max"))]))),
    ]);

    private static string Typed(Dice dice) =>
        "[" + string.Join(',', Enumerable.Range(0, dice.OneIn(50) ? 65 : dice.Below(3)).Select(_ => Any(dice))) + "]";

    /// <summary>An object of a type, and whatever else.</summary>
    private static string Any(Dice dice) => Object(dice, [new("type", Text(dice, "custom")), new("inside", Value(dice, 3))]);

    private static string Config(Dice dice) => Object(dice,
    [
        new("type", Text(dice, dice.OneIn(4) ? "self_hosted" : "cloud")),
        .. Some(dice, new("networking", Object(dice,
        [
            new("type", Text(dice, dice.OneIn(3) ? "unrestricted" : "limited")),
            .. Some(dice, new("allowed_hosts", $"[{Text(dice, "a.example")}]")), .. Some(dice, new("allow_mcp_servers", Value(dice, 1))),
        ]))),
        .. Some(dice, new("packages", Object(dice, [new("pip", $"[{Text(dice, "p")}]"), .. Some(dice, new("npm", "[]"))]))),
    ]);

    private static string Resource(Dice dice, Aim aim) => dice.Below(4) switch
    {
        0 => Object(dice, [new("type", Text(dice, "file")), new("file_id", Text(dice, "file_1")), .. Some(dice, new("mount_path", Text(dice, "/a")))]),
        1 => Object(dice, [new("type", Text(dice, "github_repository")), new("url", Text(dice, "https://h/a")), .. Some(dice, new("checkout", Any(dice)))]),
        _ => Object(dice,
        [
            new("type", Text(dice, "memory_store")), new("memory_store_id", Text(dice, aim.Store)), .. Some(dice, new("access", Text(dice, "read_only"))),
            .. Some(dice, new("instructions", Text(dice, "Read this."))),
        ]),
    };

    private static string Event(Dice dice) => dice.Below(5) switch
    {
        0 => Object(dice, [new("type", Text(dice, "user.tool_result")), new("tool_use_id", Text(dice, "sevt_1")), .. Some(dice, new("content", Blocks(dice))), .. Some(dice, new("is_error", Value(dice, 1)))]),
        1 => Object(dice, [new("type", Text(dice, "user.define_outcome")), new("description", Text(dice, "d")), new("rubric", Object(dice, [new("type", "\"text\""), new("content", Text(dice, "r"))])), .. Some(dice, new("max_iterations", HostileText.Number(dice)))]),
        2 => Object(dice, [new("type", Text(dice, "user.interrupt"))]),
        _ => Object(dice, [new("type", Text(dice, "user.message")), new("content", Blocks(dice))]),
    };

    private static string Told(Dice dice) => Object(dice,
    [
        new("type", Text(dice, dice.Pick<string>(["agent.message", "agent.tool_use", "session.status_running", "session.status_idle", "session.usage"]))),
        .. Some(dice, new("id", Text(dice, "e" + dice.Below(30).ToString(CultureInfo.InvariantCulture)))), .. Some(dice, new("processed_at", Text(dice, HostileText.Time(dice)))),
        .. Some(dice, new("content", Value(dice, 3))),
    ]);

    private static string Blocks(Dice dice) => $"[{Object(dice, [new("type", Text(dice, "text")), new("text", Text(dice, "words"))])}]";

    private static string Precondition(Dice dice, Aim aim) =>
        Object(dice, [new("type", Text(dice, "content_sha256")), new("content_sha256", Text(dice, aim.Sha256))]);

    private static string Metadata(Dice dice)
    {
        var pairs = dice.OneIn(20) ? 17 : dice.Below(4);
        return Object(dice, [.. Enumerable.Range(0, pairs).Select(i => new Field($"k{i}", dice.OneIn(6) ? "null" : Text(dice, "v")))]);
    }

    private static List<Field> Some(Dice dice, Field field) => dice.OneIn(3) ? [field] : [];

    /// <summary>The right text, or now and then another, or no text at all.</summary>
    private static string Text(Dice dice, string right) => dice.Below(16) switch
    {
        0 => Value(dice, 2),
        1 => Quote(dice, HostileText.Any(dice)),
        _ => Quote(dice, right),
    };

    private static string Object(Dice dice, List<Field> fields)
    {
        switch (dice.Below(60))
        {
            case 0 when fields.Count > 0: fields.RemoveAt(dice.Below(fields.Count)); break;
            case 1 when fields.Count > 0: fields.Add(fields[dice.Below(fields.Count)]); break;
            case 2: fields.Add(new(HostileText.Any(dice), Value(dice, 2))); break;
            case 3 when fields.Count > 0: fields[^1] = fields[^1] with { Json = Value(dice, 3) }; break;
            case 4 when fields.Count > 0: fields[0] = fields[0] with { Name = fields[0].Name.ToUpperInvariant() }; break;
            case 5: fields.Reverse(); break;
        }
        return "{" + string.Join(',', fields.Select(field => Quote(dice, field.Name) + ":" + field.Json)) + "}";
    }

    /// <summary>Any JSON value, nested a little.</summary>
    private static string Value(Dice dice, int depth) => dice.Below(depth > 0 ? 10 : 8) switch
    {
        0 => "null",
        1 => "true",
        2 => "false",
        3 or 4 => HostileText.Number(dice),
        5 => dice.Pick<string>(Oddities),
        6 or 7 => Quote(dice, HostileText.Any(dice)),
        8 => $"[{Value(dice, depth - 1)},{Value(dice, depth - 1)}]",
        _ => Object(dice, [new(HostileText.Any(dice), Value(dice, depth - 1))]),
    };

    /// <summary>A JSON string: some units as they are, some as escapes; halves of pairs always escaped, UTF-8 has no form for them.</summary>
    private static string Quote(Dice dice, string text)
    {
        var (escapesAll, rawControls) = (text.Length < 2_000 && dice.OneIn(30), dice.OneIn(200));
        var quoted = new StringBuilder("\"", text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i < text.Length - 1 && char.IsSurrogatePair(text, i);
            if (isPair && !escapesAll) quoted.Append(text[i]).Append(text[++i]);
            else if (escapesAll || char.IsSurrogate(text[i]) || (text[i] < ' ' && !rawControls))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else if (text[i] is '"' or '\\') quoted.Append('\\').Append(text[i]);
            else quoted.Append(text[i]);
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>The document's bytes, sometimes broken.</summary>
    private static byte[] Bytes(Dice dice, string json)
    {
        var bytes = Utf8.GetBytes(json);
        var at = dice.Below(bytes.Length + 1);
        return dice.Below(120) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. dice.Bytes(1 + dice.Below(8)), .. bytes[at..]],
            2 => [.. bytes[..at], (byte)dice.Pick<char>("{}[]\",:\\ \n0-eE"), .. bytes[at..]],
            3 => [.. bytes, .. bytes],
            4 => [0xEF, 0xBB, 0xBF, .. bytes],
            5 => Encoding.Unicode.GetBytes(json),
            6 => [.. bytes[..at], 0xC0, 0xAE, 0xED, 0xA0, 0x80, 0xFF, .. bytes[at..]],
            7 => Utf8.GetBytes("[" + json + "]"),
            8 => Utf8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 20 + dice.Below(40))) + json),
            9 when dice.OneIn(4) => Utf8.GetBytes(new string('[', 100_000)),
            10 when dice.OneIn(20) => Utf8.GetBytes($"{{\"{new string('n', 3_000_000)}\":{json}}}"),
            11 when dice.OneIn(20) => [.. bytes, .. Enumerable.Repeat((byte)' ', 4_300_000)],
            12 => [],
            13 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1)..]],
            _ => bytes,
        };
    }
}
