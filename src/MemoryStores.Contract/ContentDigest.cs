using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MemoryStores.Contract;

/// <summary>SHA-256 of a memory's UTF-8 bytes exactly as they came. Written as 64 lower-case hex digits.</summary>
public sealed class ContentDigest : IEquatable<ContentDigest>
{
    public const int Size = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly byte[] bytes;

    private ContentDigest(byte[] bytes) => this.bytes = bytes;

    public ReadOnlySpan<byte> Bytes => bytes;

    public static ContentDigest Of(ReadOnlySpan<byte> content) => new(SHA256.HashData(content));

    public static ContentDigest FromStorage(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size ? new ContentDigest(bytes.ToArray())
            : throw new ArgumentException($"A digest has {Size} bytes, not {bytes.Length}.", nameof(bytes));

    public static bool TryParse(string? text, [NotNullWhen(true)] out ContentDigest? digest)
    {
        digest = text is { Length: Size * 2 } && !text.AsSpan().ContainsAnyExcept(HexDigits)
            ? new ContentDigest(Convert.FromHexString(text))
            : null;
        return digest is not null;
    }

    public bool Equals(ContentDigest? other) => other is not null && bytes.AsSpan().SequenceEqual(other.bytes);

    public override bool Equals(object? obj) => Equals(obj as ContentDigest);

    public override int GetHashCode() => BitConverter.ToInt32(bytes);

    public override string ToString() => Convert.ToHexStringLower(bytes);
}
