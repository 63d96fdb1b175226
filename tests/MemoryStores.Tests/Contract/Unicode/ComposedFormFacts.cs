using System.Globalization;
using System.Security.Cryptography;
using MemoryStores.Contract.Unicode;

namespace MemoryStores.Tests.Contract.Unicode;

/// <summary>
/// This process has no ICU to ask, so the facts over whole ranges compare with what ICU said elsewhere:
/// <c>node tools/unicode/verdicts.mjs</c> asks it the same questions in the same order and prints the three constants.
/// </summary>
public sealed class ComposedFormFacts
{
    private const string Alone =
        "1110944 of 1112064 composed, 1d7ec6db6e75dcc0013f6a7ab36ad907708c1d72302c85b68c64264bf78430ff";

    private const string Pairs =
        "5991349 of 6325632 composed, 4ad58480d04d409e6e58fb8236b9763044b5543a56d3ace95e2d7a8c3a42d2bd";

    private const string Triples =
        "458883 of 622080 composed, 3a5eb40257c5bf5dab413daa8e6b79a11947e80d2a3b982b1acf9e21c43d5613";

    private const string Everything = "0000-D7FF E000-10FFFF";

    // Every character that joins another, comes apart or has a combining class, with its surroundings; but of the Hangul
    // syllables only the first and the last, and of the ideographs that are refused even alone only some.
    private const string Characters =
        "0000-30FF A660-A6FF A800-A9FF AA80-AC3F D788-D7A3 F900-FB4F FE20-FE2F 10100-103FF 105C0-105EF 10A00-11DFF 11F40-11F4F " +
        "16100-1613F 16AF0-16B3F 16D40-16D7F 16FE0-16FFF 1BC90-1BC9F 1D100-1D24F 1E000-1E15F 1E2A0-1E2FF 1E4E0-1E6FF 1E8D0-1E94F";

    // Every character that joins the one before it (of the jamo the first and the last), and a mark of every combining class.
    private const string Neighbours =
        "0041 006F 00C5 0300-0304 0306-030C 030F 0311 0313-0315 031B 0321 0323-0328 032D-032E 0330-0331 0334 0338 0342 " +
        "0344-0345 0358 035C-035D 0591 059A 05AE 05B0-05C2 064B-0655 0670 0711 093C 094D 09BE 09D7 0B3E 0B56-0B57 0BBE " +
        "0BD7 0C55-0C56 0CC2 0CD5-0CD6 0D3E 0D57 0DCA 0DCF 0DDF 0E38-0E3A 0E48 0EB8 0EC8 0F71-0F74 102E 1100 1161 1175 " +
        "11A7-11A8 11C2 1B35 1DCE 302A-302E 3099-309A AC00-AC01 FB1E 110BA 11127 1133E 11357 113B8 113BB 113C2 113C9 " +
        "114B0 114BA 114BD 115AF 11930 1611E-16120 16129 16D67 16FF0 1D165 1D16D";

    private const string Letters =
        "0041 0061 00E9 00FC 0071 01B0 03B1 1F00 1F80 0418 05D0 0627 0928 09C7 0BC6 0CC6 0DD9 0F40 1100 AC00 AC01 304B 1EB9 " +
        "2203 11099 1138B 114B9 16D63 1611E 1D157";

    [Theory]
    [InlineData("")]
    [InlineData("/projects/roof.md")]
    [InlineData("/café/Ångström")]
    [InlineData("/Ελλάδα/ᾂ")]
    [InlineData("/한국어/값")]
    [InlineData("/日本語/ガギグ")]
    [InlineData("/हिन्दी/क़लम")]
    public void Text_as_people_type_it_is_composed(string text) => Assert.True(ComposedForm.Holds(text));

    [Theory]
    [InlineData("e\u0301")]
    [InlineData("/cafe\u0301/menu.md")]
    [InlineData("A\u030A")]
    [InlineData("\u03B9\u0308\u0301")]
    [InlineData("\u304B\u3099")]
    public void Decomposed_letters_are_refused(string text) => Assert.False(ComposedForm.Holds(text));

    [Theory]
    [InlineData("\u00FC\u0304")] // U+01D6
    [InlineData("\u1F00\u0345")] // U+1F80
    [InlineData("\u0CC6\u0CC2\u0CD5")] // U+0CCB
    [InlineData("\U00016D63\U00016D68")] // Their parts are shared out anew, into U+16D6A.
    public void Letters_composed_only_in_part_are_refused(string text) => Assert.False(ComposedForm.Holds(text));

    [Theory]
    [InlineData("\u212B")] // ANGSTROM SIGN is U+00C5
    [InlineData("\u2126")] // OHM SIGN is U+03A9
    [InlineData("\u037E")] // GREEK QUESTION MARK is ';'
    [InlineData("\u2000")] // EN QUAD is U+2002
    [InlineData("\u2329")] // LEFT-POINTING ANGLE BRACKET is U+3008
    [InlineData("\u1F71")] // a second name of U+03AC
    public void Characters_that_are_another_character_are_refused(string text) => Assert.False(ComposedForm.Holds(text));

    [Theory]
    [InlineData("\uF900")]
    [InlineData("\uFAD9")]
    [InlineData("\U0002F800")]
    [InlineData("\U0002FA1D")]
    public void Compatibility_ideographs_are_refused(string text) => Assert.False(ComposedForm.Holds(text));

    [Theory]
    [InlineData("\uFA0E")]
    [InlineData("\uFA29")]
    public void The_unified_ideographs_among_them_are_composed(string text) => Assert.True(ComposedForm.Holds(text));

    [Theory]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0B5C", "\u0B21\u093C\u0B3C")]
    [InlineData("\uFB1D", "\u05D9\u05B4")]
    [InlineData("\u2ADC", "\u2ADD\u0338")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U0001D1C0", "\U0001D1BA\U0001D165\U0001D16F")]
    public void Characters_excluded_from_composition_are_refused_and_their_parts_are_not(string excluded, string parts)
    {
        Assert.False(ComposedForm.Holds(excluded));
        Assert.True(ComposedForm.Holds(parts));
    }

    [Theory]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u0F73", "\u0F71\u0F72")]
    [InlineData("\u0F75", "\u0F71\u0F74")]
    [InlineData("\u0F81", "\u0F71\u0F80")]
    public void Marks_made_of_marks_are_refused_and_their_parts_are_not(string mark, string parts)
    {
        Assert.False(ComposedForm.Holds(mark));
        Assert.True(ComposedForm.Holds(parts));
    }

    [Theory]
    [InlineData("\u1112\u1161")]
    [InlineData("\u1112\u1161\u11AB")]
    [InlineData("\uD558\u11AB")]
    public void Hangul_in_pieces_is_refused(string text) => Assert.False(ComposedForm.Holds(text));

    [Theory]
    [InlineData("\uD55C")]
    [InlineData("\uD55C\u11AB")] // a second tail
    [InlineData("\uD558\u11A7")] // one below the first tail
    [InlineData("\u1112\u11AB")] // no vowel between
    [InlineData("\u1161\u11AB")]
    [InlineData("\u1113\u1161")] // an ancient lead
    public void Hangul_that_cannot_be_joined_is_composed(string text) => Assert.True(ComposedForm.Holds(text));

    [Fact]
    public void Marks_stand_in_the_order_of_their_classes()
    {
        Assert.True(ComposedForm.Holds("q\u0323\u0307"));
        Assert.False(ComposedForm.Holds("q\u0307\u0323"));
        Assert.True(ComposedForm.Holds("q\u0301\u0307"));
        Assert.True(ComposedForm.Holds("q\u0307\u0301"));
    }

    [Fact]
    public void A_mark_passes_marks_of_other_classes_to_reach_its_letter()
    {
        Assert.False(ComposedForm.Holds("a\u0327\u0301")); // U+00E1 U+0327
        Assert.True(ComposedForm.Holds("\u00E1\u0327"));
        Assert.False(ComposedForm.Holds("\u00E1\u0323")); // U+1EA1 U+0301
        Assert.True(ComposedForm.Holds("\u1EA1\u0301"));
    }

    [Fact]
    public void A_mark_does_not_pass_another_of_its_class_or_a_letter()
    {
        Assert.True(ComposedForm.Holds("a\u0305\u0301"));
        Assert.True(ComposedForm.Holds("\u09C7\u0334\u09BE"));
        Assert.True(ComposedForm.Holds("ab\u200D\u0301"));
    }

    [Theory]
    [InlineData("\u0301")]
    [InlineData("/\u0301")]
    [InlineData("\u093C\u0301")]
    [InlineData("\u3099")]
    public void Marks_without_a_letter_to_join_are_composed(string text) => Assert.True(ComposedForm.Holds(text));

    [Theory]
    [InlineData("😀")]
    [InlineData("👩\u200D👩\u200D👧")]
    [InlineData("❤\uFE0F")]
    [InlineData("1\uFE0F\u20E3")]
    [InlineData("\uE000\U0010FFFD")]
    [InlineData("\uFB01\uFF21①")] // compatible with other characters, but not canonically
    public void Emoji_private_use_and_compatibility_characters_are_composed(string text) => Assert.True(ComposedForm.Holds(text));

    [Fact]
    public void Half_a_surrogate_pair_is_a_letter_that_joins_nothing()
    {
        Assert.True(ComposedForm.Holds("\uD800"));
        Assert.True(ComposedForm.Holds("a\uDC00\u0301"));
        Assert.False(ComposedForm.Holds("\uDC00a\u0301\uD834"));
    }

    [Fact]
    public void The_last_character_of_a_long_text_counts()
    {
        var plain = string.Concat(Enumerable.Repeat("/ünïcödé-\u1EA1\u0301-ガ", 500));
        Assert.True(ComposedForm.Holds(plain));
        Assert.False(ComposedForm.Holds(plain + "e\u0301"));
        Assert.False(ComposedForm.Holds(plain + "\u212B"));
    }

    [Fact]
    public void Hundreds_of_thousands_of_marks_are_judged_in_one_sweep()
    {
        // Every one of them has to step back over the three marks of U+1F82, but over no more.
        Assert.True(ComposedForm.Holds("\u1F82" + new string('\u0323', 500_000)));
        Assert.False(ComposedForm.Holds(string.Concat(Enumerable.Repeat("\u0301\u0323", 250_000))));
        Assert.True(ComposedForm.Holds(new string('\u0323', 250_000) + new string('\u0301', 250_000)));
    }

    [Fact]
    public void Text_below_the_first_mark_is_passed_without_a_copy()
    {
        var text = new string('\u02FF', 1000);
        // A copy would take two bytes for each character. Code not optimized yet may take some for its vectors, whatever the length.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(ComposedForm.Holds(text));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, text.Length);
    }

    [Fact]
    public void Every_character_alone_is_judged_as_ICU_judges_it()
    {
        var judged = new Verdicts();
        foreach (var character in TextsOf(Everything)) judged.Add(character);
        Assert.Equal(Alone, judged.ToString());
    }

    [Fact]
    public void Every_pair_of_character_and_neighbour_is_judged_as_ICU_judges_it()
    {
        var judged = new Verdicts();
        var neighbours = TextsOf(Neighbours);
        foreach (var character in TextsOf(Characters))
        {
            foreach (var neighbour in neighbours)
            {
                judged.Add(character, neighbour);
                judged.Add(neighbour, character);
            }
        }

        Assert.Equal(Pairs, judged.ToString());
    }

    [Fact]
    public void Every_letter_with_two_marks_is_judged_as_ICU_judges_it()
    {
        var judged = new Verdicts();
        var neighbours = TextsOf(Neighbours);
        foreach (var letter in TextsOf(Letters))
        {
            foreach (var first in neighbours)
            {
                foreach (var second in neighbours) judged.Add(letter, first, second);
            }
        }

        Assert.Equal(Triples, judged.ToString());
    }

    private static string[] TextsOf(string ranges) =>
    [
        .. from range in ranges.Split(' ')
           let ends = range.Split('-')
           let first = int.Parse(ends[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
           let last = int.Parse(ends[^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
           from code in Enumerable.Range(first, last - first + 1)
           select char.ConvertFromUtf32(code),
    ];

    private sealed class Verdicts
    {
        private readonly List<byte> verdicts = [];
        private int composed;

        public void Add(params ReadOnlySpan<string> parts)
        {
            Span<char> text = stackalloc char[8];
            var length = 0;
            foreach (var part in parts)
            {
                part.CopyTo(text[length..]);
                length += part.Length;
            }

            var verdict = ComposedForm.Holds(text[..length]);
            verdicts.Add((byte)(verdict ? '1' : '0'));
            composed += verdict ? 1 : 0;
        }

        public override string ToString() =>
            $"{composed} of {verdicts.Count} composed, {Convert.ToHexStringLower(SHA256.HashData([.. verdicts]))}";
    }
}
