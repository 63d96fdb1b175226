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
