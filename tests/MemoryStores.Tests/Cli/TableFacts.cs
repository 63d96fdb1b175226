using MemoryStores.Cli;

namespace MemoryStores.Tests.Cli;

public sealed class TableFacts
{
    [Fact]
    public void Columns_are_as_wide_as_they_need_and_numbers_stand_to_the_right()
    {
        Assert.Equal(
            """
             SIZE  PATH
                7  /a
            1,234  /long/path
            """, Text(null, ("7", "/a"), ("1,234", "/long/path")));
    }

    [Fact]
    public void Where_the_terminal_is_narrow_what_may_be_shortened_ends_in_an_ellipsis() =>
        Assert.Equal(
            """
             SIZE  PATH
                7  /a
            1,234  /long…
            """, Text(13, ("7", "/a"), ("1,234", "/long/path")));

    [Fact]
    public void What_stands_below_a_row_is_never_cut_and_cannot_steer_the_terminal()
    {
        var table = new Table(new Column("SEQ") { IsNumber = true }, new Column("PATH") { ShortenedTo = 4 });
        table.Add("7", "/long/path");
        table.AddBelow("to be copied \e[31m");
        table.Add("12", "/b");

        Assert.Equal(["SEQ  PATH", "  7  /long/p…", "     to be copied \uFFFD[31m", " 12  /b"], table.Lines(13, colors: false));
    }

    [Fact]
    public void No_line_is_wider_than_the_terminal_however_narrow()
    {
        for (var width = 1; width < 30; width++)
        {
            var text = Text(width, ("1,234,567", "/数据/文件.md"), ("7", "/é/x"));
            Assert.All(text.Split('\n'), line => Assert.InRange(TextWidth.Of(line), 0, width));
        }
    }

    [Fact]
    public void Wide_letters_take_two_columns_and_combining_marks_none()
    {
        Assert.Equal(4, TextWidth.Of("数据"));
        Assert.Equal(1, TextWidth.Of("e\u0301"));
        Assert.Equal(2, TextWidth.Of("🏠"));
        Assert.Equal("数…", TextWidth.Cut("数据库", 4));
        Assert.Equal("", TextWidth.Cut("abc", 0));
    }

    [Fact]
    public void A_cell_cannot_steer_the_terminal()
    {
        var table = new Table(new Column("NAME"));
        table.Add("\e[31mred\nline\u202E");
        Assert.Equal("\uFFFD[31mred line\uFFFD", table.Lines(null, colors: false).Last());
    }

    [Fact]
    public void Colours_are_for_a_terminal_that_wants_them()
    {
        Assert.True(new Screen { IsTerminal = true }.Surroundings.OutHasColors);
        Assert.False(new Screen().Surroundings.OutHasColors);
        Assert.False(new Screen { IsTerminal = true, Variables = { ["NO_COLOR"] = "1" } }.Surroundings.OutHasColors);
        Assert.False(new Screen { IsTerminal = true, Variables = { ["TERM"] = "dumb" } }.Surroundings.OutHasColors);
    }

    [Theory]
    [InlineData("2026-11-02T08:15:29.500000Z", "just now")]
    [InlineData("2026-11-02T08:15:10.000000Z", "20 s ago")]
    [InlineData("2026-11-02T08:10:30.000000Z", "5 min ago")]
    [InlineData("2026-11-02T05:15:30.000000Z", "3 h ago")]
    [InlineData("2026-11-01T05:15:30.000000Z", "yesterday")]
    [InlineData("2026-10-20T05:15:30.000000Z", "13 days ago")]
    [InlineData("2026-01-20T05:15:30.000000Z", "2026-01-20")]
    [InlineData("2026-12-20T05:15:30.000000Z", "2026-12-20")]
    public void Times_are_told_as_people_tell_them(string time, string told) => Assert.Equal(told, Readable.Ago(time, new Noon()));

    private static string Text(int? width, params (string Size, string Path)[] rows)
    {
        var table = new Table(new Column("SIZE") { IsNumber = true }, new Column("PATH") { ShortenedTo = 4 });
        foreach (var (size, path) in rows) table.Add(size, path);
        return string.Join('\n', table.Lines(width, colors: false));
    }

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 2, 8, 15, 30, TimeSpan.Zero);
    }
}
