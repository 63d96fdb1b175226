using System.Globalization;
using System.Text;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>Text that programs stumble over. None of it looks like what <see cref="Judge"/> takes for a leak.</summary>
internal static class HostileText
{
    private static readonly string[] Words =
    [
        "", " ", "a", "note", "..", "../../../../etc/passwd", "'; drop table memory;--", "\"", "\\", "%", "_", "%s%n", "*", "?",
        "\0", "a\0b", "\u0001", "\u007f", "\u0085", "\u00ad", "\u200b", "\u200d", "\u202e", "\u2028", "\ufeff", "\ufffd", "\ufffe", "\uffff",
        "e\u0301", "\u212b", "\u1100\u1161", "\u0344", "\ud800", "x\udc00", "\udc00\ud800", "\ud83d\ude00", "\udb40\udc01", "\U0001d173",
        "👩‍👩‍👧", "ﷺ", "İıſK", "null", "true", "NaN", "-1", "0", "1e309", "9223372036854775808", "{{7*7}}", "${x}", "<b>", "\r\nx-made-up: 1",
        "\n", "\t", "change:0", "change:1", "change:-1", "change:99999999999", "none", "anything", "full", "basic", "admin", "default",
        "page_", "page_AAAA", "page_____", "page_\u0100", "memstore_", "mem_01", "memver_\u200b", "apikey_", "api_actor", "content_sha256",
    ];

    /// <summary>Lengths on both sides of every bound there is.</summary>
    private static readonly int[] Lengths = [63, 64, 65, 128, 129, 254, 255, 256, 257, 511, 512, 513, 1_023, 1_024, 1_025, 4_096];

    private static readonly string[] Segments = ["a", "b", "c", "notes", "roof.md", "ä", "日記", "...", "..a", "a b", "%2e", "_", "\\", "😀"];

    private static readonly string[] BadPaths =
    [
        "", "/", "//", "a", "/a/", "/a//b", "/./a", "/a/..", "/a/../b", "/a\0", "/a\u200b", "/e\u0301", "/\ud800", "/a\u2028b", "/a\r\n", "\\a", "/\ufeff",
    ];

    private static readonly string[] Times =
    [
        "2026-11-02T08:16:00Z", "2026-11-02T08:16:00.123456Z", "2026-11-02T08:16:00.1234567890123456789Z", "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z",
        "2026-11-02T24:00:00Z", "2026-11-02T23:59:60Z", "2026-11-02", "2026-11-02t08:16:00z", "2026-11-02T08:16:00", "0000-00-00T00:00:00Z",
        "2026-11-02T08:16:00+99:99", "2026-11-02T08:16:00 01:00", "1762071300", "now", "٢٠٢٦-11-02T08:16:00Z", "2099-01-01T00:00:00Z",
    ];

    private static readonly string[] Numbers =
        ["0", "1", "-1", "20", "100", "101", "-0", "1.0", "1e2", "1e400", "0.1", "604800", "2147483648", "9223372036854775807", "99999999999999999999", "1E-9999"];

    public static string Any(Dice dice) => dice.Below(12) switch
    {
        < 6 => dice.Pick<string>(Words),
        < 8 => dice.Pick<string>(Words) + dice.Pick<string>(Words) + dice.Pick<string>(Words),
        < 9 => dice.Pick<string>(Times),
        < 10 => MemoryPath(dice),
        < 11 => Scrambled(dice),
        _ => new string(dice.Pick<char>("aä\u200b\ud800"), dice.Pick<int>(Lengths)),
    };

    /// <summary>Mostly a path within a small tree, so that memories stand in each other's way; else no path at all.</summary>
    public static string MemoryPath(Dice dice)
    {
        var path = new StringBuilder();
        for (var segments = 1 + dice.Below(3); segments > 0; segments--) path.Append('/').Append(dice.Pick(Segments.AsSpan(0, dice.OneIn(3) ? Segments.Length : 4)));
        var spare = dice.Pick<string>(BadPaths);
        return dice.Below(40) switch
        {
            < 30 => path.ToString(),
            < 33 => path + "-" + dice.Below(1_000).ToString(CultureInfo.InvariantCulture),
            < 36 => spare,
            < 37 => path + spare,
            < 38 => string.Concat(Enumerable.Repeat("/x", 19 + dice.Below(3))),
            _ => "/" + new string('p', 1_021 + dice.Below(4)),
        };
    }

    /// <summary>Content of every size, mostly small; seldom at the limit of a memory.</summary>
    public static string Content(Dice dice) => dice.Below(400) switch
    {
        0 => new string('x', 102_399 + dice.Below(3)),
        1 => new string('€', 34_133 + dice.Below(2)),
        < 60 => Any(dice),
        _ => "text " + dice.Below(50).ToString(CultureInfo.InvariantCulture),
    };

    public static string Time(Dice dice) => dice.Pick<string>(Times);

    public static string Number(Dice dice) => dice.Pick<string>(Numbers);

    /// <summary>Any UTF-16 units, pairs and halves of pairs alike.</summary>
    private static string Scrambled(Dice dice) =>
        string.Create(dice.Below(40), dice, static (text, chance) =>
        {
            foreach (ref var unit in text) unit = (char)(chance.OneIn(2) ? chance.Below(0x250) : chance.Below(0x10000));
        });
}
