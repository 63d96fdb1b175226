using System.Text;
using MemoryStores.Mount;

namespace MemoryStores.Tests.Mount;

public sealed class TextFacts
{
    [Fact]
    public void Text_may_end_in_the_middle_of_a_character_and_nowhere_else_be_broken()
    {
        var whole = Encoding.UTF8.GetBytes("größe 日本 🙂");
        for (var length = 0; length <= whole.Length; length++) Assert.True(Text.IsWholeOrCutOff(whole.AsSpan(0, length)), $"{length} bytes");
        for (var from = 1; from < whole.Length; from++)
        {
            var isInside = (whole[from] & 0xC0) == 0x80;
            Assert.Equal(!isInside, Text.IsWholeOrCutOff(whole.AsSpan(from)));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'a', 0xC3, (byte)'b' })]
    [InlineData(new byte[] { 0xC0, 0x80 })] // A NUL written too long.
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // Half of a surrogate pair.
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })] // Beyond the last character.
    [InlineData(new byte[] { 0xFF, 0xC3 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80 })]
    public void What_no_further_byte_can_mend_is_no_text(byte[] bytes) => Assert.False(Text.IsWholeOrCutOff(bytes));
}
