using System.Text.RegularExpressions;
using MemoryStores.Contract;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Contract;

public sealed partial class IdFacts
{
    [Fact]
    public void An_id_is_its_tag_and_24_characters_that_begin_with_01()
    {
        for (var i = 0; i < 1_000; i++) Assert.Matches(Shape(), IdMint.Next(MemoryId.Tag, Random.Shared.NextInt64(1L << 55)));
    }

    [Fact]
    public void The_smallest_and_the_greatest_value_keep_the_shape_and_the_order()
    {
        var least = IdMint.Write("mem_", 0, new byte[9]);
        var greatest = IdMint.Write("mem_", (1L << 56) - 1, Enumerable.Repeat((byte)0xFF, 9).ToArray());

        Assert.Equal("mem_01" + new string('1', 22), least);
        Assert.Matches(Shape(), greatest);
        Assert.True(string.CompareOrdinal(least, greatest) < 0);
    }

    [Fact]
    public void The_order_of_ids_is_the_order_of_their_times_and_then_of_their_chance()
    {
        var chance = Chance.For(nameof(IdFacts));
        var (times, bytes) = (new long[2], new[] { new byte[9], new byte[9] });
        for (var i = 0; i < 10_000; i++)
        {
            for (var side = 0; side < 2; side++)
            {
                times[side] = chance.NextInt64(1L << chance.Next(1, 56));
                chance.NextBytes(bytes[side]);
            }
            if (i % 3 == 0) times[1] = times[0];
            if (i % 9 == 0) bytes[0].AsSpan(0, 8).CopyTo(bytes[1]);
            var expected = times[0] != times[1] ? times[0].CompareTo(times[1]) : bytes[0].AsSpan().SequenceCompareTo(bytes[1]);
            var found = string.CompareOrdinal(IdMint.Write("mem_", times[0], bytes[0]), IdMint.Write("mem_", times[1], bytes[1]));
            Assert.True(Math.Sign(expected) == Math.Sign(found), $"round {i}; {Chance.Replay}");
        }
    }

    [Fact]
    public void Ids_of_one_moment_differ()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => IdMint.Next(MemoryId.Tag, 1_793_607_330_000_000)).ToHashSet();

        Assert.Equal(10_000, ids.Count);
    }

    [Fact]
    public void An_id_is_known_by_its_tag()
    {
        var text = IdMint.Next(MemoryId.Tag, 1);

        Assert.Equal(text, MemoryId.TryParse(text)?.Value);
        Assert.Null(StoreId.TryParse(text));
        Assert.Null(VersionId.TryParse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("mem_")]
    [InlineData("MEM_01abc")]
    [InlineData(" mem_01abc")]
    [InlineData("mem_01abc ")]
    [InlineData("mem_01/abc")]
    [InlineData("mem_01\0")]
    [InlineData("mem_01é")]
    [InlineData("mem_%31")]
    public void What_has_not_the_shape_of_an_id_is_none(string? text) => Assert.Null(MemoryId.TryParse(text));

    [Fact]
    public void An_id_is_not_endless()
    {
        Assert.NotNull(MemoryId.TryParse("mem_" + new string('1', 92)));
        Assert.Null(MemoryId.TryParse("mem_" + new string('1', 93)));
    }

    [GeneratedRegex("^mem_01[1-9A-HJ-NP-Za-km-z]{22}\\z")]
    private static partial Regex Shape();
}
