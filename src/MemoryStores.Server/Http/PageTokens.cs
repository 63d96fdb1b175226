using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MemoryStores.Server.Http;

/// <summary>
/// Page tokens: the last key seen, signed together with the list it belongs to. A token that this installation did not make,
/// or made for another list, does not open; one from before a restart does.
/// <code>page_ base64url( HMAC-SHA-256(secret, list ‖ 0 ‖ cursor), first 16 bytes ‖ cursor )</code>
/// </summary>
internal sealed class PageTokens(byte[] secret)
{
    private const string Tag = "page_";
    private const int SignatureSize = 16;

    public string Write(string list, string cursor)
    {
        var text = Encoding.UTF8.GetBytes(cursor);
        return Tag + Base64Url.EncodeToString([.. Sign(list, text), .. text]);
    }

    /// <summary>The cursor of the query's page parameter; null for the first page, and beside a refusal.</summary>
    public string? From(QueryFields query, string list)
    {
        if (query.Text("page") is not { } token) return null;
        if (Open(list, token) is { } cursor) return cursor;
        query.Refuse("page", "is not a token of this list; begin again without it");
        return null;
    }

    /// <summary>The cursor in a token, null when it is none of this list's.</summary>
    private string? Open(string list, string token)
    {
        if (!token.StartsWith(Tag, StringComparison.Ordinal) || !Base64Url.IsValid(token.AsSpan(Tag.Length))) return null;
        var bytes = Base64Url.DecodeFromChars(token.AsSpan(Tag.Length));
        if (bytes.Length < SignatureSize) return null;
        var cursor = bytes.AsSpan(SignatureSize);
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SignatureSize), Sign(list, cursor)) ? Encoding.UTF8.GetString(cursor) : null;
    }

    private byte[] Sign(string list, ReadOnlySpan<byte> cursor)
    {
        var named = Encoding.UTF8.GetBytes(list);
        return HMACSHA256.HashData(secret, (byte[])[.. named, 0, .. cursor])[..SignatureSize];
    }
}
