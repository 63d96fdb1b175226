using MemoryStores.Contract;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Contract;

public sealed class TimestampFacts
{
    private const long Moment = 1_793_607_330_120_000; // 2026-11-02T08:15:30.12Z

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000000Z")]
    [InlineData(Moment, "2026-11-02T08:15:30.120000Z")]
    [InlineData(Moment + 1, "2026-11-02T08:15:30.120001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999Z")]
    public void Times_are_written_in_utc_with_six_decimals(long microseconds, string expected) =>
        Assert.Equal(expected, Timestamp.Write(microseconds));

    [Theory]
    [InlineData("2026-11-02T08:15:30.120000Z", Moment)]
    [InlineData("2026-11-02T08:15:30.12Z", Moment)]
    [InlineData("2026-11-02t08:15:30.12z", Moment)]
    [InlineData("2026-11-02T09:45:30.12+01:30", Moment)]
    [InlineData("2026-11-01T20:15:30.12-12:00", Moment)]
    [InlineData("2026-11-02T08:15:30.12-00:00", Moment)]
    [InlineData("2026-11-02T08:15:30Z", Moment - 120_000)]
    [InlineData("2026-11-02T08:15:30.12000000000000000000Z", Moment)]
    [InlineData("1969-12-31T23:59:59.999999Z", -1)]
    public void Rfc3339_is_read(string text, long expected)
    {
        foreach (var roundUp in new[] { false, true })
        {
            Assert.True(Timestamp.TryParse(text, roundUp, out var microseconds, out var reason), reason);
            Assert.Equal(expected, microseconds);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-02")]
    [InlineData("2026-11-02T08:15:30")]
    [InlineData("2026-11-02 08:15:30Z")]
    [InlineData("2026-11-02T08:15Z")]
    [InlineData("2026-11-02T08:15:30.Z")]
    [InlineData("2026-11-02T08:15:30,12Z")]
    [InlineData("2026-13-02T08:15:30Z")]
    [InlineData("2026-02-30T08:15:30Z")]
    [InlineData("2026-11-02T24:00:00Z")]
    [InlineData("2026-11-02T08:15:30+0100")]
    [InlineData(" 2026-11-02T08:15:30Z")]
    [InlineData("2026-11-02T08:15:30Z\n")]
    [InlineData("1793607330")]
    [InlineData("٢٠٢٦-11-02T08:15:30Z")]
    public void Other_forms_are_refused_with_a_reason(string text)
    {
        Assert.False(Timestamp.TryParse(text, roundUp: false, out _, out var reason));
        Assert.NotEmpty(reason);
    }

    [Theory]
    [InlineData("2026-11-02T08:15:30.1200001Z", Moment, Moment + 1)]
    [InlineData("2026-11-02T08:15:30.1200009Z", Moment, Moment + 1)]
    [InlineData("2026-11-02T08:15:30.12000000000000000001Z", Moment, Moment + 1)]
    [InlineData("2026-11-02T08:15:30.1199999Z", Moment - 1, Moment)]
    public void A_bound_between_two_microseconds_takes_in_neither_the_one_before_a_lower_nor_the_one_after_an_upper(
        string text, long upper, long lower)
    {
        Assert.True(Timestamp.TryParse(text, roundUp: false, out var cut, out _));
        Assert.True(Timestamp.TryParse(text, roundUp: true, out var raised, out _));
        Assert.Equal((upper, lower), (cut, raised));
    }

    [Fact]
    public void What_was_written_is_read_back_as_either_bound()
    {
        var chance = Chance.For(nameof(TimestampFacts));
        for (var i = 0; i < 2_000; i++)
        {
            var microseconds = chance.NextInt64(253_402_300_800_000_000);
            foreach (var roundUp in new[] { false, true })
            {
                Assert.True(Timestamp.TryParse(Timestamp.Write(microseconds), roundUp, out var read, out _));
                Assert.True(read == microseconds, $"{microseconds}: {read}; {Chance.Replay}");
            }
        }
    }

    [Fact]
    public void A_clock_s_finer_ticks_are_cut() =>
        Assert.Equal(Moment, Timestamp.Microseconds(Timestamp.FromMicroseconds(Moment).AddTicks(9)));
}
