using System.Text;
using MemoryStores.Contract;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Contract;

public sealed class Utf8OrderFacts
{
    // Few code points, on both sides of each boundary, so that random strings share beginnings and part at interesting places.
    private static readonly Rune[] Alphabet =
        [.. new[] { 0, 'a', '/', '0', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x1D11E, 0x1D11F, 0x10FFFF }.Select(value => new Rune(value))];

    [Theory]
    [InlineData("/a", "/b")]
    [InlineData("/a", "/a/b")]
    [InlineData("", "/")]
    [InlineData("/Z", "/a")]
    [InlineData("/\uE000", "/\U00010000")]
    [InlineData("/\uFFFF", "/\U0001D11E")]
    [InlineData("/\uD7FF", "/\U00010000")]
    [InlineData("/\U0001D11E", "/\U0001D11F")]
    public void The_first_sorts_before_the_second(string first, string second)
    {
        Assert.True(Utf8Order.Compare(first, second) < 0);
        Assert.True(Utf8Order.Compare(second, first) > 0);
        Assert.Equal(0, Utf8Order.Compare(first, first));
    }

    [Fact]
    public void Random_strings_compare_as_their_bytes_do()
    {
        var chance = Chance.For(nameof(Utf8OrderFacts));
        for (var i = 0; i < 50_000; i++)
        {
            var (left, right) = (Text(), Text());
            var expected = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
            Assert.True(Math.Sign(expected) == Math.Sign(Utf8Order.Compare(left, right)), $"{Hex(left)} and {Hex(right)}; {Chance.Replay}");
        }

        string Text() => string.Concat(Enumerable.Range(0, chance.Next(5)).Select(_ => Alphabet[chance.Next(Alphabet.Length)]));
        static string Hex(string text) => Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text));
    }
}
