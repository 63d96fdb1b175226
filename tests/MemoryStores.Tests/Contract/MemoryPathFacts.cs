using System.Globalization;
using System.Text;
using MemoryStores.Contract;

namespace MemoryStores.Tests.Contract;

/// <summary>Section 4 of the contract: what a path is. Its rule of composed form has facts of its own, in Unicode/.</summary>
public sealed class MemoryPathFacts
{
    [Theory]
    [InlineData("/a")]
    [InlineData("/a/b.md")]
    [InlineData("/...")]
    [InlineData("/..a/a../.b")]
    [InlineData("/ ")]
    [InlineData("/a b/ c")]
    [InlineData("/%2e/%00")]
    [InlineData("/quote\"'`")]
    [InlineData("/_%*?[]\\|<>:;")]
    [InlineData("/CON")]
    [InlineData("/é/中/한/𝄞")]
    [InlineData("/\uE000\uF8FF")]
    [InlineData("/\U000F0000")]
    [InlineData("/\uFFFD\uFFFE\uFFFF")]
    [InlineData("/a/.anthropic-memory-store")]
    [InlineData("/.anthropic-memory-store/a")]
    public void Paths_are_taken_as_they_are(string text)
    {
        Assert.True(MemoryPath.TryParse(text, out var path, out var reason), reason);
        Assert.Equal(text, path.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("\\a")]
    [InlineData("//")]
    [InlineData("//a")]
    [InlineData("/a//b")]
    [InlineData("/a/")]
    [InlineData("/.")]
    [InlineData("/..")]
    [InlineData("/a/./b")]
    [InlineData("/a/../b")]
    [InlineData("/a/..")]
    [InlineData("/.anthropic-memory-store")]
    [InlineData("/a\u2028b")]
    [InlineData("/a\u2029b")]
    public void These_are_no_paths_and_a_reason_says_why(string text)
    {
        Assert.False(MemoryPath.TryParse(text, out var path, out var reason));
        Assert.Null(path);
        Assert.NotEmpty(reason);
    }

    // Not as InlineData: a lone surrogate would not survive the journey to the test's name.
    [Fact]
    public void Half_a_surrogate_pair_is_refused_wherever_it_stands()
    {
        foreach (var text in new[] { "/\uD834", "/\uDD1E", "/a\uD834b", "/\uD834/\uDD1E", "/\uDD1E\uD834" })
            Assert.False(MemoryPath.TryParse(text, out _, out _), string.Join(' ', text.Select(unit => $"{(int)unit:X4}")));
    }

    [Fact]
    public void Every_control_and_format_character_of_the_basic_plane_is_refused()
    {
        var refused = new List<int>();
        for (var value = 0; value <= 0xFFFF; value++)
        {
            if (!Rune.IsValid(value) || value == '/') continue;
            var category = CharUnicodeInfo.GetUnicodeCategory(value);
            var forbidden = category is UnicodeCategory.Control or UnicodeCategory.Format || value is 0x2028 or 0x2029;
            if (!forbidden) continue;
            Assert.False(MemoryPath.TryParse($"/a{new Rune(value)}b", out _, out _), $"U+{value:X4}");
            refused.Add(value);
        }
        // The contract's own list, so that the test does not only repeat what the runtime thinks.
        int[] named =
        [
            .. Range(0x00, 0x1F), .. Range(0x7F, 0x9F), 0xAD, .. Range(0x600, 0x605), .. Range(0x200B, 0x200F), .. Range(0x2028, 0x202E),
            .. Range(0x2060, 0x2064), .. Range(0x2066, 0x206F), 0xFEFF,
        ];
        Assert.Empty(named.Except(refused));
    }

    [Theory]
    [InlineData(0x1D173, 0x1D17A)]
    [InlineData(0xE0001, 0xE0001)]
    [InlineData(0xE0020, 0xE007F)]
    [InlineData(0x110BD, 0x110BD)]
    [InlineData(0x13430, 0x1343F)]
    public void Format_characters_beyond_the_basic_plane_are_refused(int first, int last)
    {
        foreach (var value in Range(first, last)) Assert.False(MemoryPath.TryParse($"/a{new Rune(value)}", out _, out _), $"U+{value:X}");
    }

    [Fact]
    public void Joined_emoji_are_refused_and_single_ones_taken()
    {
        Assert.False(MemoryPath.TryParse("/👩\u200D🚀.md", out _, out _));
        Assert.True(MemoryPath.TryParse("/👩🚀.md", out _, out _));
    }

    [Fact]
    public void A_path_has_twenty_parts_and_not_one_more()
    {
        Assert.True(MemoryPath.TryParse(string.Concat(Enumerable.Repeat("/a", 20)), out _, out _));
        Assert.False(MemoryPath.TryParse(string.Concat(Enumerable.Repeat("/a", 21)), out _, out _));
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("é", 2)]
    [InlineData("中", 3)]
    [InlineData("𝄞", 4)]
    public void A_path_has_1024_bytes_of_utf8_and_not_one_more(string character, int bytes)
    {
        var full = "/" + string.Concat(Enumerable.Repeat(character, 1_023 / bytes)) + new string('x', 1_023 % bytes);
        Assert.Equal(1_024, Encoding.UTF8.GetByteCount(full));

        Assert.True(MemoryPath.TryParse(full, out _, out var reason), reason);
        Assert.False(MemoryPath.TryParse(full + "x", out _, out _));
    }

    [Fact]
    public void Ancestors_come_from_the_top_without_the_root_and_the_path_itself()
    {
        Assert.Equal(["/a", "/a/b"], MemoryPath.FromStorage("/a/b/c").Ancestors());
        Assert.Empty(MemoryPath.FromStorage("/a").Ancestors());
    }

    [Fact]
    public void Below_counts_whole_parts()
    {
        var path = MemoryPath.FromStorage("/a/b");

        Assert.True(path.IsBelow("/a"));
        Assert.True(MemoryPath.FromStorage("/a/b/c").IsBelow("/a"));
        Assert.False(path.IsBelow("/a/b"));
        Assert.False(path.IsBelow("/A"));
        Assert.False(MemoryPath.FromStorage("/ab").IsBelow("/a"));
        Assert.False(MemoryPath.FromStorage("/a.b/c").IsBelow("/a"));
    }

    [Fact]
    public void Paths_are_equal_letter_by_letter() =>
        Assert.NotEqual(MemoryPath.FromStorage("/a"), MemoryPath.FromStorage("/A"));

    private static IEnumerable<int> Range(int first, int last) => Enumerable.Range(first, last - first + 1);
}
