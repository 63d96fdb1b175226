using System.Text;
using MemoryStores.Contract;

namespace MemoryStores.Tests.Contract;

/// <summary>Contents and their digests.</summary>
public sealed class ContentFacts
{
    private const string DigestOfTest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Fact]
    public void A_digest_is_sha256_in_lower_case_hex()
    {
        Assert.Equal(DigestOfTest, ContentDigest.Of("test"u8).ToString());
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MemoryContent.Empty.Digest.ToString());
    }

    [Fact]
    public void A_digest_is_read_back_and_equal()
    {
        Assert.True(ContentDigest.TryParse(DigestOfTest, out var digest));
        Assert.Equal(ContentDigest.Of("test"u8), digest);
        Assert.Equal(ContentDigest.Of("test"u8).GetHashCode(), digest.GetHashCode());
        Assert.NotEqual(ContentDigest.Of("Test"u8), digest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a080")]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0g")]
    [InlineData(" f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    public void Another_form_is_no_digest(string? text) => Assert.False(ContentDigest.TryParse(text, out _));

    [Fact]
    public void A_stored_digest_has_32_bytes()
    {
        Assert.Throws<ArgumentException>(() => ContentDigest.FromStorage(new byte[31]));
        Assert.Throws<ArgumentException>(() => ContentDigest.FromStorage([]));
    }

    [Fact]
    public void Content_is_utf8_kept_as_it_came()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "a\r\n\0 é 𝄞"u8];

        Assert.Equal(bytes, MemoryContent.TryFrom(bytes)!.Utf8.ToArray());
        Assert.Equal(bytes.Length, MemoryContent.TryFrom(bytes)!.Size);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Bytes_that_are_not_utf8_are_no_content(byte[] bytes) => Assert.Null(MemoryContent.TryFrom(bytes));

    [Fact]
    public void Text_with_half_a_surrogate_pair_is_no_content() => Assert.Throws<EncoderFallbackException>(() => MemoryContent.Of("\uD834"));

    [Fact]
    public void Content_read_back_with_another_digest_is_never_served() =>
        Assert.Throws<InvalidDataException>(() => MemoryContent.FromStorage("tesT"u8.ToArray(), ContentDigest.Of("test"u8)));

    [Fact]
    public void Appending_joins_the_bytes_and_their_digest()
    {
        var joined = MemoryContent.Of("one ").Append(MemoryContent.Of("twö"));

        Assert.Equal("one twö", joined.ToString());
        Assert.Equal(MemoryContent.Of("one twö").Digest, joined.Digest);
        Assert.Same(joined, joined.Append(MemoryContent.Empty));
    }

    [Fact]
    public void A_precondition_judges_a_head()
    {
        var (head, other) = (VersionId.FromStorage("memver_1"), VersionId.FromStorage("memver_2"));
        var (digest, changed) = (ContentDigest.Of("a"u8), ContentDigest.Of("b"u8));

        Assert.True(Precondition.None.HoldsFor(head, digest));
        Assert.True(new Precondition.ContentIs(digest).HoldsFor(head, digest));
        Assert.True(new Precondition.ContentIs(digest).HoldsFor(other, digest));
        Assert.False(new Precondition.ContentIs(digest).HoldsFor(head, changed));
        Assert.True(new Precondition.VersionIs(head).HoldsFor(head, changed));
        Assert.False(new Precondition.VersionIs(head).HoldsFor(other, digest));
    }
}
