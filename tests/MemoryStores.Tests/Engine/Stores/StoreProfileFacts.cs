using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Tests.Engine.Stores;

/// <summary>Section 4 of the contract: name, description and metadata. A character is a code point.</summary>
public sealed class StoreProfileFacts
{
    private const string Clef = "𝄞"; // one character in two UTF-16 units

    [Theory]
    [InlineData(1, true)]
    [InlineData(255, true)]
    [InlineData(256, false)]
    [InlineData(0, false)]
    public void A_name_has_1_to_255_characters(int length, bool good)
    {
        Assert.Equal(good, Flaw(name: Repeat("n", length)) is null);
        Assert.Equal(good, Flaw(name: Repeat(Clef, length)) is null);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("\0")]
    [InlineData("tab\t")]
    [InlineData("\u007F")]
    [InlineData("\u0085")]
    public void A_name_has_no_control_characters(string name) => Assert.IsType<Refusal.BadField>(Flaw(name: name));

    [Fact]
    public void A_name_may_have_format_characters_and_a_description_any() =>
        Assert.Null(Flaw(name: "a\u200Db \uFFFD", description: "\0\n\u0085\uFFFD"));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1_024, true)]
    [InlineData(1_025, false)]
    public void A_description_has_at_most_1024_characters(int length, bool good)
    {
        Assert.Equal(good, Flaw(description: Repeat("d", length)) is null);
        Assert.Equal(good, Flaw(description: Repeat(Clef, length)) is null);
    }

    [Fact]
    public void Metadata_has_at_most_16_pairs()
    {
        Assert.Null(Flaw(metadata: Pairs(16)));
        Assert.IsType<Refusal.BadField>(Flaw(metadata: Pairs(17)));
    }

    [Fact]
    public void A_key_has_1_to_64_characters_and_a_value_up_to_512()
    {
        Assert.Null(Flaw(metadata: [(Repeat(Clef, 64), Repeat(Clef, 512))]));
        Assert.Null(Flaw(metadata: [("k", "")]));
        Assert.NotNull(Flaw(metadata: [("", "v")]));
        Assert.NotNull(Flaw(metadata: [(Repeat("k", 65), "v")]));
        Assert.NotNull(Flaw(metadata: [("k", Repeat("v", 513))]));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_in_every_field()
    {
        foreach (var text in new[] { "\uD834", "a\uDD1E", "\uDD1E\uD834", $"\uFFFD\uD834{Clef}" })
        {
            Assert.NotNull(Flaw(name: text));
            Assert.NotNull(Flaw(description: text));
            Assert.NotNull(Flaw(metadata: [(text, "v")]));
            Assert.NotNull(Flaw(metadata: [("k", text)]));
        }
    }

    [Fact]
    public void A_patch_sets_keeps_and_removes()
    {
        var profile = Make("Notes", "about", ("a", "1"), ("b", "2"));

        Assert.True(profile.TryPatch(null, "", new Dictionary<string, string?> { ["a"] = null, ["c"] = "3", ["none"] = null }, out var patched, out _));
        Assert.Equal(Make("Notes", "", ("b", "2"), ("c", "3")), patched);
        Assert.Equal(Make("Notes", "about", ("a", "1"), ("b", "2")), profile);
        Assert.True(profile.TryPatch(null, null, null, out var same, out _));
        Assert.Equal(profile, same);
    }

    [Fact]
    public void A_patch_with_a_flaw_is_refused_before_any_store_is_looked_at()
    {
        Assert.Null(StoreProfile.FlawInPatch(null, null, null));
        Assert.Null(StoreProfile.FlawInPatch("n", "", new Dictionary<string, string?> { ["k"] = null }));
        Assert.NotNull(StoreProfile.FlawInPatch("", null, null));
        Assert.NotNull(StoreProfile.FlawInPatch(null, Repeat("d", 1_025), null));
        Assert.NotNull(StoreProfile.FlawInPatch(null, null, new Dictionary<string, string?> { ["k"] = Repeat("v", 513) }));
        Assert.NotNull(StoreProfile.FlawInPatch(null, null, new Dictionary<string, string?> { [""] = "v" }));
    }

    [Fact]
    public void Profiles_are_equal_whatever_the_order_of_their_pairs()
    {
        Assert.Equal(Make("n", "d", ("a", "1"), ("b", "2")), Make("n", "d", ("b", "2"), ("a", "1")));
        Assert.NotEqual(Make("n", "d", ("a", "1")), Make("n", "d", ("a", "2")));
        Assert.NotEqual(Make("n", "d", ("a", "1")), Make("n", "d"));
        Assert.Equal(["B", "a", "b"], Make("n", "d", ("b", ""), ("a", ""), ("B", "")).Metadata.Keys);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static (string, string)[] Pairs(int count) => [.. Enumerable.Range(0, count).Select(i => ($"key{i}", "v"))];

    private static Refusal? Flaw(string name = "n", string description = "", params (string Key, string Value)[] metadata) =>
        StoreProfile.TryMake(name, description, metadata.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)), out _, out var refusal) ? null : refusal;

    private static StoreProfile Make(string name, string description, params (string Key, string Value)[] metadata) =>
        StoreProfile.TryMake(name, description, metadata.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)), out var profile, out var refusal)
            ? profile
            : throw new ArgumentException(refusal.Message, nameof(name));
}
