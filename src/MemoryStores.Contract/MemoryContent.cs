using System.Text;
using System.Text.Json.Serialization;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Contract;

/// <summary>The text of a memory: well-formed UTF-8, kept byte for byte as it came, with its digest.</summary>
[JsonConverter(typeof(MemoryContentConverter))]
public sealed class MemoryContent
{
    public static readonly MemoryContent Empty = new(ReadOnlyMemory<byte>.Empty, ContentDigest.Of([]));

    public ReadOnlyMemory<byte> Utf8 { get; }
    public ContentDigest Digest { get; }
    public int Size => Utf8.Length;

    private MemoryContent(ReadOnlyMemory<byte> utf8, ContentDigest digest) => (Utf8, Digest) = (utf8, digest);

    /// <summary>Null when the bytes are not UTF-8.</summary>
    public static MemoryContent? TryFrom(ReadOnlyMemory<byte> utf8) =>
        System.Text.Unicode.Utf8.IsValid(utf8.Span) ? new MemoryContent(utf8, ContentDigest.Of(utf8.Span)) : null;

    /// <summary>For text that is known to be well-formed, as in tests and clients.</summary>
    public static MemoryContent Of(string text) =>
        TryFrom(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text))!;

    /// <summary>Content read back: its digest is checked again, so that a damaged byte is never served.</summary>
    public static MemoryContent FromStorage(ReadOnlyMemory<byte> utf8, ContentDigest digest) =>
        ContentDigest.Of(utf8.Span).Equals(digest) ? new MemoryContent(utf8, digest)
            : throw new InvalidDataException($"Stored content does not have the digest {digest} that was written with it.");

    public MemoryContent Append(MemoryContent more)
    {
        if (more.Size == 0) return this;
        var joined = new byte[Size + more.Size];
        Utf8.CopyTo(joined);
        more.Utf8.CopyTo(joined.AsMemory(Size));
        return new MemoryContent(joined, ContentDigest.Of(joined));
    }

    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);
}
