using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Server.Configuration;
using MemoryStores.Tests.Server;

namespace MemoryStores.Tests;

/// <summary>Pages of docs/reference that list what the code has: complete, true, and nothing else on them.</summary>
public sealed class DocumentFacts
{
    [Fact]
    public void Every_refusal_has_its_row_in_the_order_of_checks_with_status_type_cause_and_cure()
    {
        var rows = Rows("errors.md", columns: 5);

        Assert.Equal(RefusalCases.All.Select(refusal => refusal.GetType().Name), rows.Select(row => row[0]));
        foreach (var (row, refusal) in rows.Zip(RefusalCases.All))
        {
            Assert.Equal((row[0], $"{refusal.Status}", $"`{refusal.Type}`"), (row[0], row[1], row[2]));
            Assert.All(row[3..], text => Assert.NotEmpty(text));
        }
    }

    [Fact]
    public void Every_setting_has_its_row_with_flag_variable_key_meaning_and_default() =>
        Assert.Equal(
            Setting.All.Select(setting => (string[])
            [
                $"`{setting.Flag}{(setting.IsSwitch ? "" : " " + setting.Value)}`", $"`{setting.Variable}`", $"`{setting.Key}`", setting.Meaning,
                setting.Default is null ? "" : $"`{setting.Default}`",
            ]),
            Rows("settings.md", columns: 5));

    [Fact]
    public void Every_limit_has_its_row_with_its_default() =>
        Assert.Equal(
            Limits.Names.Order(),
            Rows("settings.md", columns: 3).Where(row => string.Create(CultureInfo.InvariantCulture, $"{Default(row[0].Trim('`')):N0}") == row[1]).Select(row => row[0].Trim('`')).Order());

    private static long Default(string name)
    {
        var limits = new Limits();
        var property = typeof(Limits).GetProperties().Single(one => string.Equals(one.Name, name.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        return Convert.ToInt64(property.GetValue(limits), CultureInfo.InvariantCulture);
    }

    /// <summary>The rows of a page's tables with this many columns, without their heads.</summary>
    private static List<string[]> Rows(string page, int columns) =>
    [
        .. File.ReadLines(Path.Combine(HouseFacts.Root, "docs/reference", page))
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == columns)
            .SkipWhile(cells => !cells[0].StartsWith("--", StringComparison.Ordinal)).Skip(1),
    ];
}
